using MnistCnn;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

/// <summary>The same seed gives the same numbers, whatever else goes on in the process.</summary>
public sealed class ReproducibilityTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(300, seed: 1);

    private readonly int _threads = get_num_threads();

    public void Dispose()
    {
        set_num_threads(_threads);
        CpuAcceleration.IsEnabled = true;
    }

    [Fact]
    public void Training_and_evaluation_do_not_depend_on_the_number_of_threads()
    {
        Assert.SkipWhen(CpuAcceleration.Backend is null, "The sums of libtorch depend on it.");
        set_num_threads(1);
        Outcome one = Train();
        foreach (int threads in (int[])[2, 3, 8])
        {
            set_num_threads(threads);
            AssertSame(one, Train());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Training_does_not_depend_on_what_ran_before(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Outcome first = Train();

        rand(1000).Dispose();
        TinyImages.Model().Compile(TinyImages.Shape, seed: 99)
            .Fit(s_train, s_train, epochs: 1, batchSize: 7, seed: 98, verbose: false);
        manual_seed(12345);
        nn.functional.dropout(ones(1000)).Dispose();

        AssertSame(first, Train());
    }

    [Fact]
    public void The_weights_that_are_drawn_do_not_depend_on_threads_or_on_what_was_drawn_before()
    {
        set_num_threads(1);
        float[] first = Weights(TinyImages.Model().Compile(TinyImages.Shape, seed: 5));
        set_num_threads(4);
        rand(77).Dispose();
        Assert.Equal(first, Weights(TinyImages.Model().Compile(TinyImages.Shape, seed: 5)));
    }

    private static Outcome Train()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 3);
        History history = model.Fit(s_train, s_train, epochs: 2, batchSize: 64, seed: 4, verbose: false);
        Evaluation evaluation = model.Evaluate(s_train.X, s_train.Y);
        return new(
            [.. history.SelectMany(
                epoch => (double[])[epoch.Loss, epoch.Accuracy, epoch.ValLoss!.Value, epoch.ValAccuracy!.Value])],
            Weights(model),
            evaluation.Loss);
    }

    private static float[] Weights(Sequential model) =>
        [.. model.parameters().SelectMany(p => p.detach().contiguous().data<float>().ToArray())];

    private static void AssertSame(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.History, actual.History);
        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(expected.Loss, actual.Loss);
    }

    private sealed record Outcome(double[] History, float[] Weights, double Loss);
}

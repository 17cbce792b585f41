using MnistCnn;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

/// <summary>A run that an exception ends leaves whole steps behind and gives back what it took.</summary>
public sealed class FailingRunTests : IDisposable
{
    public void Dispose() => CpuAcceleration.IsEnabled = true;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void At_any_report(bool accelerated)
    {
        using var whole = new RecordedRun(accelerated);
        LiveMemory left = LiveMemory.LeftBy(() => whole.Fit());
        for (int n = 0; n < whole.Reports.Count; n++)
        {
            var failure = new InvalidOperationException("The listener fell over.");
            bool fails = true;
            using var run = new RecordedRun(accelerated, report =>
            {
                if (fails && report == n)
                {
                    throw failure;
                }
            });
            run.Model.eval();
            using Tensor random = torch.random.get_rng_state();
            Assert.Equal(left, LiveMemory.LeftBy(() =>
                Assert.Same(failure, Assert.Throws<InvalidOperationException>(() => run.Fit()))));
            using Tensor randomAfter = torch.random.get_rng_state();
            Assert.Equal(random.bytes, randomAfter.bytes);
            Assert.False(run.Model.training);
            Assert.Equal(run.Reports.Count(report => report.Moment == Moment.Epoch), run.Model.History().Count);
            Assert.Equal(n == 0 ? 0 : 1, run.Reports.Count(report => report.Moment == Moment.End));
            Assert.Equal(whole.Weights[run.StepsDone], RecordedRun.WeightsOf(run.Model));
            Assert.True(double.IsFinite(run.Model.Evaluate(RecordedRun.Train.X, RecordedRun.Train.Y).Loss));
            fails = false;
            Assert.Equal(RecordedRun.Epochs, run.Fit().Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_the_loss_is_no_number(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        using Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        model.Fit(RecordedRun.Train, verbose: false);
        using Tensor x = RecordedRun.Train.X.clone();
        x[50].fill_(float.NaN).Dispose();
        Assert.Equal(default, LiveMemory.LeftBy(() => Assert.Throws<TrainingDivergedException>(() =>
            model.Fit((x, RecordedRun.Train.Y), epochs: 2, batchSize: 16, seed: 1, verbose: false))));
        Assert.All(RecordedRun.WeightsOf(model), weight => Assert.True(float.IsFinite(weight)));
    }

    [Fact]
    public void When_a_layer_fails_in_the_middle()
    {
        (Tensor many, _) = RecordedRun.Many(3500);
        int calls = 0;
        using Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        ((Linear)model[4]).register_forward_hook((_, _, output) =>
            ++calls % 6 == 0 ? throw new InvalidOperationException("The layer fell over.") : output);
        model.Fit(RecordedRun.Train, batchSize: 50, verbose: false);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(default, LiveMemory.LeftBy(() => Assert.Throws<InvalidOperationException>(() =>
                model.Fit(RecordedRun.Train, RecordedRun.Validation, epochs: 3, batchSize: 30 + i, verbose: false))));
            Assert.Equal(default, LiveMemory.LeftBy(() => Assert.Throws<InvalidOperationException>(() =>
                model.Predict(many))));
        }
    }

    [Fact]
    public void When_its_settings_are_refused()
    {
        (Tensor x, Tensor y) = RecordedRun.Train;
        using Sequential model = TinyImages.Model().Compile(TinyImages.Shape, new MnistCnn.Adam(learningRate: -1));
        Assert.Equal(default, LiveMemory.LeftBy(() => Assert.Throws<ArgumentException>(() => model.Fit((x, y), verbose: false))));
        model.Compile(TinyImages.Shape);
        Assert.Equal(default, LiveMemory.LeftBy(() => Assert.Throws<ArgumentException>(() =>
            model.Fit((x, y), (x, x), verbose: false))));
    }
}

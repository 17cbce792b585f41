using MnistCnn;
using MnistCnn.Lab;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training.Acceleration;

public sealed class CpuAccelerationTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(200, seed: 1);

    private readonly ICpuBackend? _backend = CpuAcceleration.Backend;

    public void Dispose() => (CpuAcceleration.IsEnabled, CpuAcceleration.Backend) = (true, _backend);

    [Fact]
    public void Training_gives_what_libtorch_gives_up_to_rounding()
    {
        (History History, float[] Weights) Run(bool accelerated)
        {
            CpuAcceleration.IsEnabled = accelerated;
            Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, seed: 3);
            History history = model.Fit(s_train, s_train, epochs: 4, batchSize: 32, seed: 3, verbose: false);
            return (history, [.. model.parameters().SelectMany(p => p.contiguous().data<float>().ToArray())]);
        }

        var (expected, expectedWeights) = Run(accelerated: false);
        var (actual, actualWeights) = Run(accelerated: true);
        foreach ((EpochRecord e, EpochRecord a) in expected.Zip(actual))
        {
            Assert.Equal(e.Loss, a.Loss, 1e-4);
            Assert.Equal(e.ValLoss!.Value, a.ValLoss!.Value, 1e-4);
        }

        Assert.All(expectedWeights.Zip(actualWeights), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void Batch_normalisation_and_borders_train_and_judge_as_with_libtorch()
    {
        (History History, float[] State, float Accuracy) Run(bool accelerated)
        {
            CpuAcceleration.IsEnabled = accelerated;

            // No biases before it: their gradients are 0 but for rounding, of which Adam would make full steps.
            Sequential model = nn.Sequential(
                ("conv2d_1", nn.Conv2d(1, 6, 3, padding: 1, bias: false)), ("batch_normalization_1", nn.BatchNorm2d(6)),
                ("relu_1", nn.ReLU()),
                ("max_pooling2d_1", nn.MaxPool2d(2)), ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(96, 12, hasBias: false)),
                ("batch_normalization_2", nn.BatchNorm1d(12)), ("relu_2", nn.ReLU()), ("dense_2", nn.Linear(12, 4)),
                ("softmax_1", nn.Softmax(1)))
                .Compile(TinyImages.Shape, seed: 3);
            Assert.Equal(accelerated, IsAccelerated(model));
            History history = model.Fit(s_train, s_train, epochs: 3, batchSize: 40, seed: 3, verbose: false);
            float[] state = [.. model.state_dict().Values.SelectMany(tensor => tensor.to(float32).data<float>().ToArray())];
            return (history, state, (float)model.Evaluate(s_train.X, s_train.Y).Accuracy);
        }

        var (expected, expectedState, expectedAccuracy) = Run(accelerated: false);
        var (actual, actualState, actualAccuracy) = Run(accelerated: true);
        foreach ((EpochRecord e, EpochRecord a) in expected.Zip(actual))
        {
            Assert.Equal(e.Loss, a.Loss, 1e-3);
            Assert.Equal(e.ValLoss!.Value, a.ValLoss!.Value, 1e-3);
        }

        Assert.All(expectedState.Zip(actualState), pair => Assert.Equal(pair.First, pair.Second, 5e-3));
        Assert.Equal(expectedAccuracy, actualAccuracy);
    }

    [Fact]
    public void The_models_of_a_notebook_are_accelerated()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape);
        Assert.True(IsAccelerated(model));
        CpuAcceleration.IsEnabled = false;
        Assert.False(IsAccelerated(model));
    }

    [Fact]
    public void A_hook_of_ones_own_is_called_at_every_step()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape);
        int calls = 0;
        var hook = ((Conv2d)model[0]).register_forward_hook((_, _, output) =>
        {
            calls++;
            return output;
        });
        Assert.False(IsAccelerated(model));
        calls = 0;
        model.Fit(s_train, epochs: 1, batchSize: 50, verbose: false);
        Assert.True(calls >= 4);
        hook.remove();
        Assert.True(IsAccelerated(model));
    }

    [Fact]
    public void A_module_of_ones_own_class_is_called_at_every_step()
    {
        Sequential model = nn.Sequential(
            ("flatten", nn.Flatten()), ("own", new Own()), ("dense", nn.Linear(64, 4)), ("softmax", nn.Softmax(1)))
            .Compile(TinyImages.Shape);
        Assert.False(IsAccelerated(model));
        Assert.Single(model.Fit(s_train, verbose: false));
    }

    [Fact]
    public void The_weights_and_gradients_stay_the_modules_own()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        string[] names = [.. model.state_dict().Keys];
        model.Fit(s_train, verbose: false);
        Assert.Equal(names, model.state_dict().Keys);
        Assert.All(model.parameters(), parameter => Assert.Equal(parameter.shape, parameter.grad!.shape));
        Tensor predicted = model.Predict(s_train.X);
        model.eval();
        Assert.InRange((model.call(s_train.X) - predicted).abs().max().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void Memory_outside_the_collector_is_given_back()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        model.Fit(s_train, verbose: false);
        long before = System.Diagnostics.Process.GetCurrentProcess().WorkingSet64;
        for (int i = 0; i < 40; i++)
        {
            model.Fit(s_train, s_train, batchSize: 200, verbose: false);
            model.Predict(s_train.X).Dispose();
        }

        Assert.InRange(System.Diagnostics.Process.GetCurrentProcess().WorkingSet64 - before, long.MinValue, 40_000_000);
    }

    [Fact]
    public void Without_loops_libtorch_takes_the_same_steps_on_the_same_images()
    {
        (History History, float[] Weights, Evaluation Evaluation) Run(ICpuBackend? backend)
        {
            CpuAcceleration.Backend = backend;
            Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new MnistCnn.AdamW(0.01), seed: 3);
            History history = model.Fit(
                s_train, s_train, epochs: 3, batchSize: 32, seed: 3, verbose: false, labelSmoothing: 0.1,
                augmentation: new() { Rotation = 15, Shift = 1, Scale = 0.1, Shear = 5, Erasing = 0.5, Fill = 0.25f },
                callbacks: [new WeightAveraging(0.9)]);
            float[] weights = [.. model.parameters().SelectMany(p => p.contiguous().data<float>().ToArray())];
            return (history, weights, model.Evaluate(s_train.X, s_train.Y));
        }

        var (expected, expectedWeights, expectedEvaluation) = Run(backend: null);
        Assert.Equal("none", CpuAcceleration.Instructions);
        var (actual, actualWeights, actualEvaluation) = Run(_backend);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-4));
        Assert.All(expectedWeights.Zip(actualWeights), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.Equal(expectedEvaluation.Loss, actualEvaluation.Loss, 1e-4);
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void Without_loops_libtorch_makes_the_same_images(ImageDataFormat format)
    {
        Tensor x = format == ImageDataFormat.ChannelsLast ? rand(20, 9, 12, 2) : rand(20, 2, 9, 12);
        var settings = new ImageAugmentation { Rotation = 40, Shift = 3, Scale = 0.3, Shear = 20, Erasing = 0.5, Fill = 0.25f };
        using var augmenter = new ImageAugmenter(settings, x, format, 30);
        float[] Images(ICpuBackend? backend)
        {
            CpuAcceleration.Backend = backend;
            augmenter.Fill([.. Enumerable.Range(0, 20).Reverse()], epochKey: 5);
            return [.. augmenter.Batch[..20].contiguous().data<float>()];
        }

        Assert.All(Images(null).Zip(Images(_backend)), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    private static bool IsAccelerated(Sequential model)
    {
        using var forward = new ForwardPass(model);
        using ICpuNetwork? network = forward.ToNetwork(s_train.X, 10, training: true);
        return network is not null;
    }

    private sealed class Own() : nn.Module<Tensor, Tensor>("own")
    {
        public override Tensor forward(Tensor input) => input * 2;
    }
}

using Microsoft.DotNet.Interactive.Formatting;
using MnistCnn;
using MnistCnn.Acceleration;
using MnistCnn.Course;
using MnistCnn.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests;

/// <summary>
/// A notebook's session is long and the collector does not see tensors: whatever a cell calls gives back what it took, without
/// the collector, up to what it returns.
/// </summary>
public sealed class LiveMemoryTests : IDisposable
{
    private readonly Sequential _model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
    private readonly History _history;

    /// <summary>Trains once, so that everything that a model keeps for good is there.</summary>
    public LiveMemoryTests() => _history = _model.Fit(RecordedRun.Train, RecordedRun.Train, verbose: false);

    public void Dispose()
    {
        CpuAcceleration.IsEnabled = true;
        _model.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Training_judging_and_predicting(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        _model.Fit(RecordedRun.Train, verbose: false);
        Leaves(0, () => _model.Fit(RecordedRun.Train, RecordedRun.Validation, epochs: 5, batchSize: 16, verbose: false));
        Leaves(0, () => _model.Fit(RecordedRun.Train, shuffle: false, progress: new KerasProgressBar(TextWriter.Null, TimeSpan.Zero)));
        Leaves(0, () => _model.Evaluate(RecordedRun.Validation.X, RecordedRun.Validation.Y));
        Leaves(1, () => _model.Predict(RecordedRun.Validation.X));
    }

    [Fact]
    public void Options_of_training()
    {
        using var folder = new TemporaryFolder();
        Leaves(0, () => _model.Fit(
            RecordedRun.Train, RecordedRun.Train, epochs: 3, seed: 1, verbose: false, labelSmoothing: 0.1,
            augmentation: new ImageAugmentation { Rotation = 10, Shift = 1 },
            callbacks:
            [
                new EarlyStopping(patience: 1, restoreBestWeights: true), new ModelCheckpoint(folder.File("best.safetensors")),
                new OneCycle(maxLearningRate: 0.01), new WeightAveraging(decay: 0.9),
            ]));
        Leaves(0, () => _model.FindLearningRate(RecordedRun.Train, steps: 20));
        Leaves(0, () => _model.SaveCheckpoint(folder.File("model.safetensors")));
        Leaves(0, () => _model.LoadCheckpoint(folder.File("model.safetensors")));
    }

    [Fact]
    public void Views_of_an_evaluation()
    {
        Evaluation evaluation = _model.Evaluate(RecordedRun.Validation.X, RecordedRun.Validation.Y);
        Leaves(0, () => Sent(evaluation.ClassificationReport()));
        Leaves(0, () => Sent(evaluation.ConfusionMatrix()));
        Leaves(0, () => Sent(evaluation.ConfusionMatrix().Plot()));
        Leaves(0, () => Sent(evaluation.PlotProbability(0)));
        Leaves(0, () => Sent(evaluation.LargestErrors(6).PlotErrors()));
        Leaves(0, () => Sent(evaluation.FirstPredictions(15).PlotPredictions()));
        Leaves(0, () => Sent(_history.Plot()));
    }

    [Fact]
    public void Compiling_and_looking_inside()
    {
        Leaves(0, () => Sent(_model.Summary()));
        Leaves(0, () => Sent(_model.LayerShapes()));
        Leaves(0, () => Sent(_model.WeightShapes()));
        Leaves(0, () => Sent(_model));
        Leaves(0, () => _model.Compile(TinyImages.Shape, seed: 2));
    }

    [Fact]
    public void Preparing_the_data()
    {
        using Tensor x = rand(50, 12);
        using Tensor labels = tensor([.. Enumerable.Range(0, 50).Select(i => (byte)(i % 4))]);
        Leaves(3, () => new MinMaxScaler().Fit(x));
        Leaves(4, () => new MinMaxScaler().FitTransform(x));
        Leaves(4, () => ModelSelection.TrainTestSplit(x, labels, 0.3, seed: 1));
        Leaves(1, () => labels.ToCategorical(4));
        Leaves(4, () => Mnist.Load());
        Leaves(6, () => Prepared.Data());
        using Tensor images = zeros(50, 8, 8, dtype: uint8);
        using Tensor row = zeros(10);
        Leaves(0, () => Sent(x));
        Leaves(0, () => Sent(row));
        Leaves(0, () => Sent(images));
        Leaves(0, () => new LabeledImages(images, labels).ToString());
    }

    /// <summary>What a notebook is sent of a value.</summary>
    private static void Sent(object value) => Assert.NotEmpty(value.ToDisplayString("text/html"));

    private static void Leaves(long tensors, Action action)
    {
        action();
        LiveMemory left = LiveMemory.LeftBy(action);
        Assert.Equal(0, left.LoopBytes);
        Assert.Equal(tensors, left.Tensors);
    }
}

using System.Diagnostics;
using MnistCnn;
using MnistCnn.Lab;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>A network and a way to train it, tried with several seeds.</summary>
/// <param name="Network">What its runs are filed under, with the epochs.</param>
/// <param name="Make">Makes the network.</param>
/// <param name="Epochs">The epochs of a run.</param>
/// <param name="MaxLearningRate">The highest rate of one cycle; null: Adam's usual rate throughout.</param>
internal sealed record RecordTraining(string Network, Func<Sequential> Make, int Epochs, double? MaxLearningRate = null)
{
    /// <summary>The images to train with: the first of the 54,000, or all 60,000 where nothing is left to choose.</summary>
    public int Images { get; init; } = 54_000;

    /// <summary>The images of a step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>How images are changed.</summary>
    public ImageAugmentation? Augmentation { get; init; }

    /// <summary>How slowly the averaged weights follow; null: the weights of the last step.</summary>
    public double? Averaging { get; init; }

    /// <summary>What is taken from the right class of a target and given to all in equal parts.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How many runs: with the seeds 1, 2, ….</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>Trains once. No other images are looked at meanwhile, so that nothing but the training takes time.</summary>
    /// <param name="images">The images.</param>
    /// <param name="seed">The seed of everything that is drawn.</param>
    /// <returns>
    /// The trained network; its epochs, the last with what was reached on the validation images unless it was trained with them
    /// too, all of them together as long as <c>Fit</c> took.
    /// </returns>
    public (Sequential Model, History History) Train(MnistSplit images, long seed)
    {
        Sequential model = Make().Compile(new Shape(28, 28, 1), seed: seed);
        var callbacks = new List<Callback>();
        if (MaxLearningRate is { } rate)
        {
            callbacks.Add(new OneCycle(rate));
        }

        if (Averaging is { } decay)
        {
            callbacks.Add(new WeightAveraging(decay));
        }

        (Tensor x, Tensor y) = (images.All.X[..Images], images.All.Y[..Images]);
        var clock = Stopwatch.StartNew();
        History history = model.Fit(
            (x, y), epochs: Epochs, batchSize: BatchSize, seed: seed, augmentation: Augmentation, callbacks: callbacks,
            labelSmoothing: LabelSmoothing, verbose: false);
        TimeSpan around = clock.Elapsed - TimeSpan.FromTicks(history.Sum(epoch => epoch.Duration.Ticks));
        Evaluation? validation =
            Images <= images.Train.X.shape[0] ? model.Evaluate(images.Validation.X, images.Validation.Y) : null;
        EpochRecord end = history[^1] with
        {
            ValLoss = validation?.Loss,
            ValAccuracy = validation?.Accuracy,
            Duration = history[^1].Duration + around,
        };
        return (model, new History([.. history.SkipLast(1), end]));
    }

    /// <summary>What a run is filed under.</summary>
    public Settings Settings => Settings.From(new { network = Network, epochs = Epochs });
}

using MnistCnn;
using MnistCnn.Lab;
using TorchSharp.Modules;

namespace MnistCnn.Benchmarks;

/// <summary>Trains the network of the recipe and keeps what it reached.</summary>
internal sealed class RecipeRun
{
    private const double MaxLearningRate = 0.004;
    private const double Decay = 0.999;

    private static readonly ImageAugmentation s_augmentation = new() { Rotation = 10, Shift = 2, Scale = 0.1 };

    private readonly MnistSplit _images = new();
    private readonly int _epochs;
    private readonly int _batchSize;

    /// <summary>Loads the images.</summary>
    /// <param name="epochs">Epochs of a training.</param>
    /// <param name="batchSize">Images of a step.</param>
    public RecipeRun(int epochs, int batchSize) => (_epochs, _batchSize) = (epochs, batchSize);

    /// <summary>Trains once.</summary>
    /// <param name="variant">What to leave out.</param>
    /// <param name="seed">The seed of weights, order and augmentation.</param>
    /// <param name="experiment">Takes the run, and the same run without averaged weights where that is wanted.</param>
    public void Train(RecipeVariant variant, long seed, Experiment experiment)
    {
        var last = new LastStep(_images);
        (Sequential model, History history) = Train(variant, seed, _epochs, last);
        Add(variant.Name, history, model.Evaluate(_images.Test.X, _images.Test.Y));
        if (variant.Name == RecipeVariant.Whole)
        {
            EpochRecord end = history[^1] with { ValLoss = last.Validation!.Loss, ValAccuracy = last.Validation.Accuracy };
            Add(
                RecipeVariant.WithoutAveraging,
                new History([.. history.SkipLast(1).Select(epoch => epoch with { ValLoss = null, ValAccuracy = null }), end]),
                last.Test!);
        }

        void Add(string name, History record, Evaluation test) => experiment.Add(
            new { recipe = name, epochs = _epochs, batchSize = _batchSize },
            record, model.parameters().Sum(parameter => parameter.numel()),
            seed, new TestResult(test.Loss, test.Accuracy));
    }

    /// <summary>Measures how long an epoch of the whole recipe takes, with its validation; the first one warms up.</summary>
    /// <returns>The time of the second.</returns>
    public TimeSpan MeasureEpoch() => Train(new RecipeVariant(RecipeVariant.Whole), seed: 1, epochs: 2).History[1].Duration;

    private (Sequential Model, History History) Train(RecipeVariant variant, long seed, int epochs, Callback? first = null)
    {
        Sequential model = RecipeModel.Make(variant.BatchNormalization).Compile(new Shape(28, 28, 1), seed: seed);
        var callbacks = new List<Callback>();
        if (first is not null)
        {
            callbacks.Add(first);
        }

        if (variant.OneCycle)
        {
            callbacks.Add(new OneCycle(MaxLearningRate));
        }

        if (variant.Name != RecipeVariant.Bare)
        {
            callbacks.Add(new WeightAveraging(Decay));
        }

        return (model, model.Fit(
            _images.Train, _images.Validation, epochs, _batchSize, seed,
            augmentation: variant.Augmentation ? s_augmentation : null, callbacks: callbacks, verbose: false));
    }

    /// <summary>Judges the weights that the last step made, before their average takes their place.</summary>
    private sealed class LastStep(MnistSplit images) : Callback
    {
        public Evaluation? Validation { get; private set; }

        public Evaluation? Test { get; private set; }

        public override void OnTrainEpochEnd(TrainingContext run)
        {
            if (run.Epoch == run.Epochs)
            {
                Validation = run.Model.Evaluate(images.Validation.X, images.Validation.Y);
                Test = run.Model.Evaluate(images.Test.X, images.Test.Y);
            }
        }
    }
}

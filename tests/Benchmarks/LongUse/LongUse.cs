using MnistCnn;
using MnistCnn.Acceleration;
using MnistCnn.Course;
using MnistCnn.Lab;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>Whether memory stays flat in a long session: the third model, trained again and again in one process.</summary>
internal sealed class LongUse : IDisposable
{
    /// <summary>How often the training cell is run.</summary>
    public const int Runs = 30;

    /// <summary>The epochs of the long run.</summary>
    public const int Epochs = 50;

    private const int ModelNumber = 3;
    private const int BatchSize = 256;
    private readonly (Tensor X, Tensor Y) _train;
    private readonly (Tensor X, Tensor Y) _validation;

    /// <summary>Takes real images.</summary>
    /// <param name="images">How many to train on; half as many are for validation.</param>
    public LongUse(int images)
    {
        using var scope = NewDisposeScope();
        var (train, validation, _) = Prepared.Data();
        _train = (Part(train.X, images), Part(train.Y, images));
        _validation = (Part(validation.X, images / 2), Part(validation.Y, images / 2));

        static Tensor Part(Tensor tensor, int count) => tensor[..count].clone().MoveToOuterDisposeScope();
    }

    /// <summary>Does everything by both ways of computing.</summary>
    public IEnumerable<LongUseRow> Measure()
    {
        foreach (bool accelerated in (bool[])[true, false])
        {
            string path = accelerated ? "own loops" : "libtorch";
            CpuAcceleration.IsEnabled = accelerated;
            yield return new LongUseRow($"{Epochs} epochs", path, LongRun());
            yield return Repeated("training cell", path, () => Session());
            yield return Repeated("cancelled cell", path, Cancelled);
            yield return Repeated("failed cell", path, Failed);
        }

        CpuAcceleration.IsEnabled = true;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in new[] { _train.X, _train.Y, _validation.X, _validation.Y })
        {
            tensor.Dispose();
        }
    }

    private static LongUseRow Repeated(string task, string path, Action action)
    {
        var samples = new List<MemorySample>();
        for (int i = 0; i < Runs; i++)
        {
            action();
            samples.Add(MemorySample.Take());
        }

        return new LongUseRow(task, path, samples);
    }

    private List<MemorySample> LongRun()
    {
        var samples = new List<MemorySample>();
        NewModel().Fit(_train, _validation, Epochs, BatchSize, seed: 1, progress: new Listener(report =>
        {
            if (report.Phase == FitPhase.EpochEnded)
            {
                samples.Add(MemorySample.Take());
            }
        }));
        return samples;
    }

    /// <summary>
    /// What the notebook's cells for one model do: a new model each time, and nobody disposes of the old one.
    /// </summary>
    private void Session()
    {
        Sequential model = NewModel();
        History history = model.Fit((_train.X[..], _train.Y[..]), _validation, epochs: 1, BatchSize, seed: 1, verbose: false);
        _ = history.Plot().PlotlyJson;
        Evaluation evaluation = model.Evaluate(_validation.X, _validation.Y);
        _ = evaluation.ClassificationReport().ToString();
        _ = evaluation.ConfusionMatrix().Plot().PlotlyJson;
        _ = evaluation.LargestErrors(6).PlotErrors().PlotlyJson;
    }

    private void Cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        History history = NewModel().Fit(_train, _validation, epochs: 2, BatchSize, seed: 1, cancellationToken: cancellation.Token, progress: new Listener(report =>
        {
            if (report.Phase == FitPhase.Training && report.Seen > _train.X.shape[0] / 2)
            {
                cancellation.Cancel();
            }
        }));
        if (!history.Cancelled)
        {
            throw new InvalidOperationException("The run was not cancelled.");
        }
    }

    private void Failed()
    {
        using Tensor spoilt = _train.X.clone();
        spoilt[(int)_train.X.shape[0] / 2].fill_(float.NaN);
        try
        {
            NewModel().Fit((spoilt, _train.Y), _validation, epochs: 1, BatchSize, seed: 1, shuffle: false, verbose: false);
        }
        catch (TrainingDivergedException)
        {
            return;
        }

        throw new InvalidOperationException("The run did not fail.");
    }

    private static Sequential NewModel() => ExerciseModel.Make(ModelNumber).Compile(new Shape(28, 28, 1), seed: 1);

    private sealed class Listener(Action<FitProgress> action) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => action(value);
    }
}

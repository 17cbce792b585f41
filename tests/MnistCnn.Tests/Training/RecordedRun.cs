using MnistCnn;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

/// <summary>A short run of a small model, with the weights after each step and everything that its callback was told.</summary>
internal sealed class RecordedRun : Callback, IDisposable
{
    public const int Epochs = 3;

    /// <summary>Steps in an epoch: the last one is smaller.</summary>
    public const int Steps = 4;

    private const int BatchSize = 32;

    // Taken when the run is made: what is counted during the run must not be the making of the images.
    private readonly (Tensor X, Tensor Y) _train = Train;
    private readonly (Tensor X, Tensor Y) _validation = Validation;
    private readonly Action<int>? _atReport;
    private readonly List<(Moment Moment, History History)> _reports = [];

    /// <summary>Compiles the model.</summary>
    /// <param name="accelerated">Whether the library's own loops compute it, or libtorch.</param>
    /// <param name="atReport">Is called at each report with its number, from 0.</param>
    public RecordedRun(bool accelerated, Action<int>? atReport = null)
    {
        CpuAcceleration.IsEnabled = accelerated;
        _atReport = atReport;
        Model = TinyImages.Model().Compile(TinyImages.Shape, seed: 7);
        Weights = [WeightsOf(Model)];
    }

    public static (Tensor X, Tensor Y) Train { get; } = TinyImages.Make(100, seed: 1);

    /// <summary>Three batches, so that there are moments between them.</summary>
    public static (Tensor X, Tensor Y) Validation { get; } = Many(1100);

    public Sequential Model { get; }

    /// <summary>The weights before the first step and after each; kept only if nobody acts on the reports.</summary>
    public List<float[]> Weights { get; }

    public IReadOnlyList<(Moment Moment, History History)> Reports => _reports;

    public int StepsDone => _reports.Count(report => report.Moment == Moment.Step);

    public History Fit(int initialEpoch = 0, CancellationToken cancellation = default) => Model.Fit(
        _train, _validation, Epochs, BatchSize, seed: 7, initialEpoch: initialEpoch, callbacks: [this], verbose: false,
        cancellationToken: cancellation);

    public override void OnTrainBegin(TrainingContext training) => Report(Moment.Begin, training);

    public override void OnTrainBatchEnd(TrainingContext training) => Report(Moment.Step, training);

    public override void OnTestBatchEnd(EvaluationContext test) => Report(Moment.Validation, test.Training!);

    public override void OnEpochEnd(TrainingContext training, EpochRecord record) => Report(Moment.Epoch, training);

    public override void OnTrainEnd(TrainingContext training) => Report(Moment.End, training);

    /// <summary>Frees the model at once, so that a count of what is left is not disturbed by the collector.</summary>
    public void Dispose() => Model.Dispose();

    public static float[] WeightsOf(nn.Module model)
    {
        using var scope = NewDisposeScope();
        return [.. model.parameters().SelectMany(parameter => parameter.contiguous().data<float>().ToArray())];
    }

    public static (Tensor X, Tensor Y) Many(int count)
    {
        (Tensor x, Tensor y) = TinyImages.Make(100, seed: 2);
        return (x.repeat((count + 99) / 100, 1, 1, 1)[..count], y.repeat((count + 99) / 100, 1)[..count]);
    }

    private void Report(Moment moment, TrainingContext training)
    {
        _reports.Add((moment, training.History));
        if (_atReport is not null)
        {
            _atReport(_reports.Count - 1);
        }
        else if (moment == Moment.Step)
        {
            Weights.Add(WeightsOf(Model));
        }
    }
}

/// <summary>The moments of a run.</summary>
internal enum Moment
{
    Begin,
    Step,
    Validation,
    Epoch,
    End,
}

using System.Diagnostics;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>A training run as its callbacks see it.</summary>
public sealed class TrainingContext
{
    private readonly OptimizerSettings _optimizer;
    private readonly TrainingState _state;
    private readonly double? _initialMomentum;
    private readonly Stopwatch _epochClock = new();
    private MetricSums _sums;
    private EpochRecord[] _records = [];
    private bool _isOver;
    private bool? _reachedEnd;

    internal TrainingContext(
        nn.Module<Tensor, Tensor> model, OptimizerSettings optimizer, FitOptions options, int trainImages, int validationImages)
    {
        (Model, _optimizer, TrainImages, ValidationImages) = (model, optimizer, trainImages, validationImages);
        (Epochs, BatchSize, InitialEpoch) = (options.Epochs, options.BatchSize, options.InitialEpoch);
        Epoch = InitialEpoch;
        _state = TrainingState.Of(model);
        _state.LearningRate = optimizer.LearningRate;
        _initialMomentum = optimizer.Momentum;
    }

    /// <summary>The model that is trained.</summary>
    public nn.Module<Tensor, Tensor> Model { get; }

    /// <summary>Training images in an epoch.</summary>
    public int TrainImages { get; }

    /// <summary>Validation images; 0 without validation.</summary>
    public int ValidationImages { get; }

    /// <summary>Images in a batch.</summary>
    public int BatchSize { get; }

    /// <summary>The number of the last epoch.</summary>
    public int Epochs { get; }

    /// <summary>The number of epochs that were done before this run.</summary>
    public int InitialEpoch { get; }

    /// <summary>The number of the current epoch, from 1; before the first one of the run, <see cref="InitialEpoch"/>.</summary>
    public int Epoch { get; private set; }

    /// <summary>Steps in an epoch.</summary>
    public int StepsPerEpoch => (TrainImages + BatchSize - 1) / BatchSize;

    /// <summary>
    /// The steps that have been taken since the first step of epoch 1, those of earlier runs included: what a schedule
    /// follows, so that a run that goes on from a later epoch goes on with its rates.
    /// </summary>
    public long Step { get; internal set; }

    /// <summary>The steps from the first of epoch 1 to the last of epoch <see cref="Epochs"/>.</summary>
    public long TotalSteps => (long)Epochs * StepsPerEpoch;

    /// <summary>Training images seen in this epoch.</summary>
    public int Seen => _sums.Images;

    /// <summary>Mean training loss over the images seen in this epoch, in nats; 0 before the first batch.</summary>
    public double Loss => _sums.Loss;

    /// <summary>Share of the images seen in this epoch that were classified rightly; 0 before the first batch.</summary>
    public double Accuracy => _sums.Accuracy;

    /// <summary>Time since the epoch began.</summary>
    public TimeSpan EpochElapsed => _epochClock.Elapsed;

    /// <summary>The finished epochs; at the end of the run, what <c>Fit</c> returns.</summary>
    public History History => new(_records, cancelled: _isOver && _reachedEnd != true)
    {
        StoppedEarly = _reachedEnd == true && IsStopping && Epoch < Epochs,
        BestEpoch = BestEpoch,
        HasBestWeights = RestoredBest,
    };

    /// <summary>Whether an exception has ended the run.</summary>
    public bool HasFailed => _isOver && _reachedEnd is null;

    /// <summary>The optimizer's learning rate when the run began. It has this rate again after the run.</summary>
    public double InitialLearningRate => _state.LearningRate!.Value;

    /// <summary>The learning rate of the next step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or no number.</exception>
    public double LearningRate
    {
        get => _optimizer.LearningRate;
        set
        {
            if (!(value >= 0 && double.IsFinite(value)))
            {
                throw ArgumentOutOfRange.Exception(
                    nameof(value), value, "Expected a learning rate of at least 0.");
            }

            _optimizer.LearningRate = value;
        }
    }

    /// <summary>
    /// The momentum of the next step: that of <see cref="Sgd"/>, β₁ of <see cref="Adam"/> and <see cref="AdamW"/>; null where
    /// the optimizer has none, which setting it does not change.
    /// </summary>
    public double? Momentum
    {
        get => _optimizer.Momentum;
        set => _optimizer.Momentum = value;
    }

    /// <summary>The number of the epoch that a callback found to be the best; null if none looked.</summary>
    public int? BestEpoch { get; internal set; }

    /// <summary>Whether the weights at the end of the run are those of <see cref="BestEpoch"/>.</summary>
    internal bool RestoredBest { get; set; }

    /// <summary>Whether a callback asked for the end of the run.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>How the run looks at this moment.</summary>
    internal TrainingProgress Progress =>
        new(Epoch, Epochs, Seen, TrainImages, ValidationImages, Loss, Accuracy, EpochElapsed, History)
        {
            BatchSize = BatchSize,
            IsOver = _isOver,
        };

    /// <summary>Ends the run after the current epoch.</summary>
    public void StopTraining() => IsStopping = true;

    /// <summary>Goes on to the next epoch.</summary>
    internal void BeginEpoch()
    {
        Epoch++;
        Step = (long)(Epoch - 1) * StepsPerEpoch;
        _sums = default;
        _epochClock.Restart();
    }

    /// <summary>Counts a step.</summary>
    internal void EndStep(MetricSums batch)
    {
        Step++;
        _state.StepsSince++;
        _sums += batch;
    }

    /// <summary>Records an epoch.</summary>
    internal EpochRecord EndEpoch(EvaluationContext? validation)
    {
        var record = new EpochRecord(Epoch, Loss, Accuracy, validation?.Loss, validation?.Accuracy, EpochElapsed)
        {
            LearningRate = LearningRate,
        };
        _records = [.. _records, record];
        (_state.Epoch, _state.StepsSince) = (Epoch, 0);
        return record;
    }

    /// <summary>Ends the run.</summary>
    /// <param name="reachedEnd">Whether it came to its end, or was cancelled; null where it failed.</param>
    internal void End(bool? reachedEnd) => (_isOver, _reachedEnd) = (true, reachedEnd);

    /// <summary>Changes the optimizer's learning rate for good: it stays after the run.</summary>
    internal void KeepLearningRate(double rate)
    {
        LearningRate = rate;
        _state.LearningRate = rate;
    }

    /// <summary>Takes back what schedules did to the optimizer.</summary>
    internal void ResetOptimizer()
    {
        LearningRate = InitialLearningRate;
        Momentum = _initialMomentum;
    }
}

using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>A training run as its callbacks see it.</summary>
public sealed class FitRun
{
    private readonly OptimizerSettings _optimizer;
    private readonly TrainingState _state;

    internal FitRun(nn.Module<Tensor, Tensor> model, OptimizerSettings optimizer, FitOptions options, int trainImages, bool hasValidation)
    {
        (Model, _optimizer, HasValidation) = (model, optimizer, hasValidation);
        (Epochs, InitialEpoch, Epoch) = (options.Epochs, options.InitialEpoch, options.InitialEpoch);
        StepsPerEpoch = (trainImages + options.BatchSize - 1) / options.BatchSize;
        _state = TrainingState.Of(model);
        _state.LearningRate = optimizer.LearningRate;
        InitialMomentum = optimizer.Momentum;
    }

    /// <summary>The model that is trained.</summary>
    public nn.Module<Tensor, Tensor> Model { get; }

    /// <summary>Whether there is validation data.</summary>
    public bool HasValidation { get; }

    /// <summary>The number of the last epoch.</summary>
    public int Epochs { get; }

    /// <summary>The number of epochs that were done before this run.</summary>
    public int InitialEpoch { get; }

    /// <summary>The number of the current epoch, from 1; before the first one of the run, <see cref="InitialEpoch"/>.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Steps in an epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>
    /// The steps that have been taken since the first step of epoch 1, those of earlier runs included: what a schedule
    /// follows, so that a run that goes on from a later epoch goes on with its rates.
    /// </summary>
    public long Step { get; internal set; }

    /// <summary>The steps from the first of epoch 1 to the last of epoch <see cref="Epochs"/>.</summary>
    public long TotalSteps => (long)Epochs * StepsPerEpoch;

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
                throw new ArgumentOutOfRangeException(
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

    private double? InitialMomentum { get; }

    /// <summary>Ends the run after the current epoch.</summary>
    public void StopTraining() => IsStopping = true;

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
        Momentum = InitialMomentum;
    }
}

using System.Globalization;

namespace MnistCnn;

/// <summary>
/// Lowers the optimizer's learning rate when a watched quantity has stopped improving, as Keras's <c>ReduceLROnPlateau</c>.
/// The rate stays lowered after the run, and checkpoints keep it.
/// </summary>
/// <remarks>
/// As in Keras 3 (<c>keras/src/callbacks/reduce_lr_on_plateau.py</c>). What it remembers of the epochs before is of one run:
/// after an interruption it goes on from the rate reached, but begins to wait afresh.
/// </remarks>
public sealed class ReduceLearningRateOnPlateau : Callback
{
    private readonly Monitor _monitor;
    private readonly double _factor;
    private readonly int _patience;
    private readonly double _minDelta;
    private readonly int _cooldown;
    private readonly double _minLearningRate;
    private double _best;
    private int _wait;
    private int _cooling;

    /// <summary>Says when to lower the rate, and how far.</summary>
    /// <param name="monitor">What is watched.</param>
    /// <param name="factor">What the rate is multiplied by; from 0 to below 1.</param>
    /// <param name="patience">Epochs without improvement after which the rate is lowered.</param>
    /// <param name="minDelta">An improvement by no more than this is none.</param>
    /// <param name="cooldown">Epochs after a lowering in which none is counted.</param>
    /// <param name="minLearningRate">The lowest rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public ReduceLearningRateOnPlateau(
        Monitor monitor = Monitor.ValLoss,
        double factor = 0.1,
        int patience = 10,
        double minDelta = 1e-4,
        int cooldown = 0,
        double minLearningRate = 0)
    {
        ArgumentOutOfRange.ThrowIfNegative(factor);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(factor, 1);
        ArgumentOutOfRange.ThrowIfNegative(patience);
        ArgumentOutOfRange.ThrowIfNegative(minDelta);
        ArgumentOutOfRange.ThrowIfNegative(cooldown);
        ArgumentOutOfRange.ThrowIfNegative(minLearningRate);
        (_monitor, _factor, _patience, _minDelta) = (monitor, factor, patience, minDelta);
        (_cooldown, _minLearningRate) = (cooldown, minLearningRate);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">It watches a validation that does not take place.</exception>
    public override void OnTrainBegin(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        _monitor.Require(training, this);
        _best = _monitor.Worst();
        (_wait, _cooling) = (0, 0);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext training, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(record);
        if (_cooling > 0)
        {
            _cooling--;
            _wait = 0;
        }

        double value = _monitor.Of(record);
        if (_monitor.IsBetter(value, _best, _minDelta))
        {
            _best = value;
            _wait = 0;
        }
        else if (_cooling == 0 && ++_wait >= _patience && training.InitialLearningRate > _minLearningRate)
        {
            training.KeepLearningRate(Math.Max(training.InitialLearningRate * _factor, _minLearningRate));
            (_wait, _cooling) = (0, _cooldown);
        }
    }

    /// <summary>Its settings.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"ReduceLearningRateOnPlateau(monitor: {_monitor.KerasName()}, factor: {_factor}, patience: {_patience})");
}

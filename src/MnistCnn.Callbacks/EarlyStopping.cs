using System.Globalization;

namespace MnistCnn;

/// <summary>Ends the run when a watched quantity has stopped improving, as Keras's <c>EarlyStopping</c>.</summary>
/// <remarks>
/// As in Keras 3 (<c>keras/src/callbacks/early_stopping.py</c>): the run ends after the first epoch, but not after epoch 1, at
/// which <c>patience</c> epochs or more have passed since the last improvement, so that a patience of 0 and of 1 mean the
/// same; and the best weights are put back at the end of every run, also of one that was not stopped early or was cancelled.
/// What it remembers is of one run: a later <c>Fit</c> begins to wait afresh. With <see cref="WeightAveraging"/> the
/// best weights are averaged ones. The optimizer keeps its moments.
/// </remarks>
public sealed class EarlyStopping : Callback
{
    private readonly int _patience;
    private readonly Monitor _monitor;
    private readonly double _minDelta;
    private readonly bool _restoreBestWeights;
    private double _best;
    private int _wait;
    private int? _bestEpoch;
    private ModelWeights? _bestWeights;

    /// <summary>Says when to stop.</summary>
    /// <param name="patience">Epochs without improvement after which the run ends; at least 0.</param>
    /// <param name="monitor">What is watched.</param>
    /// <param name="minDelta">An improvement by no more than this is none; at least 0.</param>
    /// <param name="restoreBestWeights">Whether the model gets the weights of the best epoch at the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is negative.</exception>
    public EarlyStopping(
        int patience = 0, Monitor monitor = Monitor.ValLoss, double minDelta = 0, bool restoreBestWeights = false)
    {
        ArgumentOutOfRange.ThrowIfNegative(patience);
        ArgumentOutOfRange.ThrowIfNegative(minDelta);
        (_patience, _monitor, _minDelta, _restoreBestWeights) = (patience, monitor, minDelta, restoreBestWeights);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">It watches a validation that does not take place.</exception>
    public override void OnTrainBegin(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        _monitor.Require(training, this);
        _best = _monitor.Worst();
        _wait = 0;
        _bestEpoch = null;
        Forget();
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext training, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(record);
        double value = _monitor.Of(record);
        _wait++;
        bool improved = _monitor.IsBetter(value, _best, _minDelta);
        if (improved || _bestEpoch is null)
        {
            _bestEpoch = training.BestEpoch = record.Epoch;
            if (_restoreBestWeights)
            {
                Forget();
                _bestWeights = ModelWeights.Copy(training.Model);
            }
        }

        if (improved)
        {
            _best = value;
            _wait = 0;
        }
        else if (_wait >= _patience && record.Epoch > 1)
        {
            training.StopTraining();
        }
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (_bestWeights is not null)
        {
            _bestWeights.RestoreTo(training.Model);
            (training.BestEpoch, training.RestoredBest) = (_bestEpoch, true);
            Forget();
        }
    }

    /// <summary>Its settings.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"EarlyStopping(patience: {_patience}, monitor: {_monitor.KerasName()}, minDelta: {_minDelta}, ")
        + $"restoreBestWeights: {(_restoreBestWeights ? "true" : "false")})";

    private void Forget()
    {
        _bestWeights?.Dispose();
        _bestWeights = null;
    }
}

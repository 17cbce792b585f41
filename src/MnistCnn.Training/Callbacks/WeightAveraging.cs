using System.Globalization;

namespace MnistCnn;

/// <summary>
/// Keeps an exponential moving average of the weights, which is used for the validation and stays in the model at the end:
/// after each step, average ← decay · average + (1 − decay) · weights. Averages tend to be better than the weights of any
/// single step (Polyak and Juditsky, 1992).
/// </summary>
/// <remarks>
/// The training itself goes on from the weights that the steps made. They are kept beside the model and in its checkpoints, so
/// that a later <c>Fit</c> with averaging goes on as if it had not been interrupted; if the model's weights were
/// changed in between, a new average begins from them. A frozen weight is its own average.
/// </remarks>
public sealed class WeightAveraging : Callback
{
    private readonly double _decay;
    private readonly bool _warmUp;

    /// <summary>Says how far the average reaches back: about 1 / (1 − decay) steps.</summary>
    /// <param name="decay">How much of the average is kept from step to step, 0 to below 1.</param>
    /// <param name="warmUp">
    /// Whether the decay of the n-th step is at most (1 + n) / (10 + n), so that the first weights, which were drawn at random,
    /// are soon forgotten (as <c>tf.train.ExponentialMovingAverage</c> does with <c>num_updates</c>).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is not from 0 to below 1.</exception>
    public WeightAveraging(double decay = 0.999, bool warmUp = true)
    {
        ArgumentOutOfRange.ThrowIfNegative(decay);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(decay, 1);
        (_decay, _warmUp) = (decay, warmUp);
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        TrainingState state = TrainingState.Of(training.Model);
        if (state.Averaging is null)
        {
            state.Averaging = new AveragedWeights(ModelWeights.Copy(training.Model), updates: 0);
        }
        else
        {
            state.Averaging.TakeOutOfModel(training.Model);
        }
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        AveragedWeights averaging = TrainingState.Of(training.Model).Averaging!;
        double decay = _warmUp ? Math.Min(_decay, (1.0 + averaging.Updates) / (10 + averaging.Updates)) : _decay;
        averaging.Update(training.Model, decay);
    }

    /// <inheritdoc/>
    public override void OnTrainEpochEnd(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        TrainingState.Of(training.Model).Averaging?.PutIntoModel(training.Model);
    }

    /// <summary>Its settings.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"WeightAveraging(decay: {_decay}, warmUp: {(_warmUp ? "true" : "false")})");
}

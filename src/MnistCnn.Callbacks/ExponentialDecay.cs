using System.Globalization;

namespace MnistCnn;

/// <summary>
/// Multiplies the learning rate by the same factor from epoch to epoch, little by little or once an epoch: Keras's
/// <c>ExponentialDecay</c>, PyTorch's <c>ExponentialLR</c>.
/// </summary>
public sealed class ExponentialDecay : LearningRateSchedule
{
    private readonly double _decayRate;
    private readonly double _decayEpochs;
    private readonly bool _staircase;

    /// <summary>Describes the curve: the optimizer's own rate · decayRate^(epochs / decayEpochs).</summary>
    /// <param name="decayRate">The factor; above 0.</param>
    /// <param name="decayEpochs">After how many epochs it has been applied once; above 0.</param>
    /// <param name="staircase">Whether the rate stays the same in between.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public ExponentialDecay(double decayRate, double decayEpochs = 1, bool staircase = false)
    {
        ArgumentOutOfRange.ThrowIfNegativeOrZero(decayRate);
        ArgumentOutOfRange.ThrowIfNegativeOrZero(decayEpochs);
        (_decayRate, _decayEpochs, _staircase) = (decayRate, decayEpochs, staircase);
    }

    /// <inheritdoc/>
    public override double LearningRateAt(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        double times = training.Step / (_decayEpochs * training.StepsPerEpoch);
        return training.InitialLearningRate * Math.Pow(_decayRate, _staircase ? Math.Floor(times) : times);
    }

    /// <summary>Its settings.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"ExponentialDecay(decayRate: {_decayRate}, decayEpochs: {_decayEpochs})");
}

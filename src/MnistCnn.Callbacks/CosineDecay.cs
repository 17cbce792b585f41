using System.Globalization;

namespace MnistCnn;

/// <summary>
/// Lets the learning rate fall along half a cosine over the whole run, after a rise in a straight line if asked for, as
/// Keras's <c>CosineDecay</c> (Loshchilov and Hutter, "SGDR", 2017).
/// </summary>
public sealed class CosineDecay : LearningRateSchedule
{
    private readonly double _alpha;
    private readonly double _warmUp;

    /// <summary>Describes the curve. It begins, or peaks, at the optimizer's own rate.</summary>
    /// <param name="alpha">The last rate as a share of the optimizer's own, 0 to 1.</param>
    /// <param name="warmUp">The share of the steps in which the rate rises from 0, 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public CosineDecay(double alpha = 0, double warmUp = 0)
    {
        ArgumentOutOfRange.ThrowIfNegative(alpha);
        ArgumentOutOfRange.ThrowIfGreaterThan(alpha, 1);
        ArgumentOutOfRange.ThrowIfNegative(warmUp);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(warmUp, 1);
        (_alpha, _warmUp) = (alpha, warmUp);
    }

    /// <inheritdoc/>
    public override double LearningRateAt(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        double rising = _warmUp * training.TotalSteps;
        return training.InitialLearningRate * (training.Step < rising
            ? training.Step / rising
            : OneCycle.Cosine(1, _alpha, Math.Min(1, (training.Step - rising) / (training.TotalSteps - rising))));
    }

    /// <summary>Its settings.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"CosineDecay(alpha: {_alpha}, warmUp: {_warmUp})");
}

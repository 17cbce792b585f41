using System.Globalization;

namespace MnistCnn;

/// <summary>
/// One cycle of the learning rate over the whole run: up along half a cosine, then down along another to nearly nothing, with
/// the momentum going the other way (Smith and Topin, "Super-convergence", 2018).
/// </summary>
/// <remarks>
/// Rates and defaults are those of PyTorch's <c>OneCycleLR</c> with <c>anneal_strategy='cos'</c>. The momentum is that of
/// <see cref="Sgd"/> and <see cref="RmsProp"/>, if they have one, and β₁ of <see cref="Adam"/> and <see cref="AdamW"/>.
/// fastai's <c>fit_one_cycle</c> rises for a quarter of the run and falls to a hundred-thousandth.
/// </remarks>
public sealed class OneCycle : LearningRateSchedule
{
    private readonly double _maxLearningRate;
    private readonly double _rise;
    private readonly double _startDivisor;
    private readonly double _endDivisor;
    private readonly bool _cycleMomentum;
    private readonly double _baseMomentum;
    private readonly double _maxMomentum;

    /// <summary>Describes the cycle.</summary>
    /// <param name="maxLearningRate">The highest rate; above 0.</param>
    /// <param name="rise">The share of the steps in which the rate rises, 0 to 1 (PyTorch: <c>pct_start</c>).</param>
    /// <param name="startDivisor">The first rate is the highest divided by this (PyTorch: <c>div_factor</c>).</param>
    /// <param name="endDivisor">The last rate is the first divided by this (PyTorch: <c>final_div_factor</c>).</param>
    /// <param name="cycleMomentum">Whether to change the momentum too.</param>
    /// <param name="baseMomentum">The lowest momentum, reached with the highest rate.</param>
    /// <param name="maxMomentum">The momentum of the first and the last step.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public OneCycle(
        double maxLearningRate,
        double rise = 0.3,
        double startDivisor = 25,
        double endDivisor = 1e4,
        bool cycleMomentum = true,
        double baseMomentum = 0.85,
        double maxMomentum = 0.95)
    {
        ArgumentOutOfRange.ThrowIfNegativeOrZero(maxLearningRate);
        ArgumentOutOfRange.ThrowIfNegative(rise);
        ArgumentOutOfRange.ThrowIfGreaterThan(rise, 1);
        ArgumentOutOfRange.ThrowIfNegativeOrZero(startDivisor);
        ArgumentOutOfRange.ThrowIfNegativeOrZero(endDivisor);
        ArgumentOutOfRange.ThrowIfNegative(baseMomentum);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(maxMomentum, 1);
        (_maxLearningRate, _rise, _startDivisor, _endDivisor) = (maxLearningRate, rise, startDivisor, endDivisor);
        (_cycleMomentum, _baseMomentum, _maxMomentum) = (cycleMomentum, baseMomentum, maxMomentum);
    }

    /// <inheritdoc/>
    public override double LearningRateAt(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        double first = _maxLearningRate / _startDivisor;
        return Cycle(training.Step, training.TotalSteps, first, _maxLearningRate, first / _endDivisor);
    }

    /// <inheritdoc/>
    public override void OnTrainBatchBegin(TrainingContext training)
    {
        base.OnTrainBatchBegin(training);
        if (_cycleMomentum)
        {
            training.Momentum = Cycle(training.Step, training.TotalSteps, _maxMomentum, _baseMomentum, _maxMomentum);
        }
    }

    /// <summary>Its settings.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"OneCycle(maxLearningRate: {_maxLearningRate}, rise: {_rise})");

    private double Cycle(long step, long total, double first, double peak, double last)
    {
        double top = (_rise * total) - 1, end = total - 1;
        return step <= top
            ? Cosine(first, peak, top > 0 ? step / top : 1)
            : Cosine(peak, last, end > top ? (step - top) / (end - top) : 1);
    }

    /// <summary>Half a cosine from one value to another.</summary>
    internal static double Cosine(double from, double to, double share) =>
        to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * share)));
}

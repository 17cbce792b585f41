
namespace MnistCnn;

/// <summary>
/// What the search for a learning rate found: how the loss changes while the rate rises from step to step. See
/// <c>FindLearningRate</c>.
/// </summary>
public sealed class LearningRateFinder
{
    internal LearningRateFinder(IReadOnlyList<double> learningRates, IReadOnlyList<double> losses, bool stoppedEarly)
    {
        (LearningRates, Losses, StoppedEarly) = (learningRates, losses, stoppedEarly);
        SmoothedLosses = LossSmoothing.Both(losses);
        Suggestion = LongestValley.Suggest(learningRates, SmoothedLosses);
    }

    /// <summary>The rate of each step, rising.</summary>
    public IReadOnlyList<double> LearningRates { get; }

    /// <summary>The mean loss of each step's batch, before the step.</summary>
    public IReadOnlyList<double> Losses { get; }

    /// <summary>
    /// The losses, smoothed: means over up to six steps before and after, the nearer the heavier. fastai's mean of the steps
    /// before lags behind the losses by half a search of 100 steps.
    /// </summary>
    public IReadOnlyList<double> SmoothedLosses { get; }

    /// <summary>Whether the search ended before the highest rate because the loss had become too large.</summary>
    public bool StoppedEarly { get; }

    /// <summary>
    /// A rate to train with: the middle of the longest valley, that is of the longest way down of the smoothed loss, the first
    /// tenth and the last five steps left out (fastai's <c>valley</c>, <c>fastai/callback/schedule.py</c>). NaN where the loss
    /// never fell.
    /// </summary>
    public double Suggestion { get; }

    /// <summary>The search in two lines.</summary>
    public override string ToString()
    {
        string range = Invariant($"Learning rates from {LearningRates[0]:0.0e-0} to {LearningRates[^1]:0.0e-0} ")
            + Invariant($"in {LearningRates.Count} steps")
            + (StoppedEarly ? ", stopped as the loss grew." : ".");
        return double.IsNaN(Suggestion)
            ? range + "\nNo suggestion: the loss never fell."
            : range + Invariant($"\nSuggested: {Suggestion:0.0e-0}");
    }
}

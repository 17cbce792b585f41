
namespace MnistCnn.Lab;

/// <summary>
/// Whether two settings differ by more than their seeds do: the difference of the means with its 95 % interval after Welch
/// ("The generalization of 'Student's' problem when several different population variances are involved", 1947), which allows
/// each its own spread.
/// </summary>
/// <remarks>
/// The interval takes the seeds as a random sample from all seeds and the results as roughly normal. It says how the difference
/// would vary with other seeds, on these very images; what other images would change it does not know.
/// </remarks>
public sealed record Comparison
{
    private const double Confidence = 0.95;

    /// <summary>Compares two groups.</summary>
    /// <param name="measure">What to compare by.</param>
    /// <param name="baseline">The group that the other is set against.</param>
    /// <param name="group">The other one.</param>
    public Comparison(Measure measure, RunGroup baseline, RunGroup group)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(group);
        (Measure, Baseline, Group) = (measure, baseline, group);
        (Difference, Margin) = (group.Mean(measure) - baseline.Mean(measure), MarginOf(measure, baseline, group));
    }

    /// <summary>What is compared.</summary>
    public Measure Measure { get; }

    /// <summary>The group that the other is set against.</summary>
    public RunGroup Baseline { get; }

    /// <summary>The other group.</summary>
    public RunGroup Group { get; }

    /// <summary>The mean of the group less that of the baseline; null where one has no result.</summary>
    public double? Difference { get; }

    /// <summary>
    /// Half the width of the interval around the difference; null where there is no spread to measure: with fewer than two runs
    /// in one of the groups, or none between the runs of either.
    /// </summary>
    public double? Margin { get; }

    /// <summary>Whether the interval leaves 0 out; null where there is none.</summary>
    public bool? IsLargerThanTheSpread => Margin is { } margin ? Math.Abs(Difference ?? 0) > margin : null;

    /// <summary>What the figures say, in a sentence.</summary>
    public string Verdict => (Difference, IsLargerThanTheSpread) switch
    {
        (null, _) => $"No {Measure.DisplayName()} to compare.",
        (_, null) when Math.Min(Baseline.Results(Measure).Count, Group.Results(Measure).Count) < 2 =>
            "Open: a single run shows no spread. Repeat both with other seeds.",
        (_, null) => "Open: all runs of each are alike, so there is no spread to measure against.",
        ({ } difference, true) => difference > 0 == Measure.IsHigherBetter()
            ? "Better, by more than the seeds account for."
            : "Worse, by more than the seeds account for.",
        _ => "Could be chance: other seeds may turn it round.",
    };

    /// <summary>One line with difference, interval and verdict.</summary>
    public override string ToString() =>
        $"{Group.Label} against {Baseline.Label}: {Measure.Name()} {DifferenceText}"
        + $"{(Margin is null ? "" : $" (95 % interval {IntervalText})")}. {Verdict}";

    /// <summary>The difference with its sign, such as <c>+0.0041</c>.</summary>
    internal string DifferenceText => Difference is { } difference ? Signed(difference) : "–";

    /// <summary>The interval, such as <c>−0.0012 to +0.0094</c>.</summary>
    internal string IntervalText =>
        Difference is { } difference && Margin is { } margin
            ? $"{Signed(difference - margin)} to {Signed(difference + margin)}"
            : "–";

    private static double? MarginOf(Measure measure, RunGroup first, RunGroup second)
    {
        (double? a, double? b) = (first.StandardDeviation(measure), second.StandardDeviation(measure));
        (int n, int m) = (first.Results(measure).Count, second.Results(measure).Count);
        if (a is not { } deviationA || b is not { } deviationB || (deviationA == 0 && deviationB == 0))
        {
            return null;
        }

        // Variances of the two means; Welch's degrees of freedom.
        (double u, double v) = (deviationA * deviationA / n, deviationB * deviationB / m);
        double freedom = (u + v) * (u + v) / ((u * u / (n - 1)) + (v * v / (m - 1)));
        return StudentT.TwoSidedQuantile(Confidence, freedom) * Math.Sqrt(u + v);
    }

    private static string Signed(double value) => Invariant($"{value:+0.0000;−0.0000;0.0000}");
}


namespace MnistCnn.Lab;

/// <summary>The runs of an experiment that differ in nothing but their seed.</summary>
/// <param name="Label">What sets the group apart from the others, such as <c>kernelSize 5</c>.</param>
/// <param name="Settings">The knobs that they share.</param>
/// <param name="Runs">The runs in the order in which they were added.</param>
public sealed record RunGroup(string Label, Settings Settings, IReadOnlyList<Run> Runs)
{
    /// <summary>The results of the runs that have one.</summary>
    /// <param name="measure">Which result.</param>
    public IReadOnlyList<double> Results(Measure measure) => [.. Runs.Select(run => run.Result(measure)).OfType<double>()];

    /// <summary>The mean over the runs; null where none has the result.</summary>
    /// <param name="measure">Which result.</param>
    public double? Mean(Measure measure) => Results(measure) is { Count: > 0 } results ? results.Average() : null;

    /// <summary>
    /// The standard deviation over the runs, as an estimate from a sample: the squares are divided by n − 1. Null for fewer than
    /// two runs, which have no spread to measure.
    /// </summary>
    /// <param name="measure">Which result.</param>
    public double? StandardDeviation(Measure measure) => Spread(Results(measure));

    /// <summary>One line, such as <c>kernelSize 5: test_acc 0.9722 ± 0.0011 (n = 3)</c>.</summary>
    public override string ToString()
    {
        string results = string.Join(", ", new[] { Measure.ValAccuracy, Measure.TestAccuracy }
            .Where(measure => Mean(measure) is not null)
            .Select(measure => $"{measure.Name()} {MeanText(measure)}"));
        return Invariant($"{Label}: {(results.Length > 0 ? results : "no result")} (n = {Runs.Count})");
    }

    /// <summary>Mean and standard deviation, such as <c>0.9722 ± 0.0011</c>; the mean alone of a single run.</summary>
    internal string MeanText(Measure measure) => (Mean(measure), StandardDeviation(measure)) switch
    {
        (null, _) => "–",
        ({ } mean, null) => Invariant($"{mean:0.0000}"),
        ({ } mean, { } deviation) => Invariant($"{mean:0.0000} ± {deviation:0.0000}"),
    };

    /// <summary>Mean and standard deviation of the seconds, such as <c>4.2 ± 0.1</c>; the mean alone of a single run.</summary>
    internal string SecondsText
    {
        get
        {
            double[] seconds = [.. Runs.Select(run => run.Duration.TotalSeconds)];
            return Invariant($"{seconds.Average():0.0}") + (Spread(seconds) is { } spread ? Invariant($" ± {spread:0.0}") : "");
        }
    }

    private static double? Spread(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
        {
            return null;
        }

        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}

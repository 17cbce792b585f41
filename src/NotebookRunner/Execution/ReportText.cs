namespace NotebookRunner.Execution;

/// <summary>Durations and numbers in the words of the reports.</summary>
internal static class ReportText
{
    /// <summary><c>0.04 s</c>, <c>12.3 s</c>, <c>2 min 05 s</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 9.995 } => Invariant($"{duration.TotalSeconds:0.00} s"),
        { TotalSeconds: < 59.95 } => Invariant($"{duration.TotalSeconds:0.0} s"),
        _ => Invariant($"{(int)duration.TotalMinutes} min {duration.Seconds:00} s"),
    };

    /// <summary><c>1 run</c>, <c>3 runs</c>.</summary>
    public static string Count(int count, string noun) => Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");
}

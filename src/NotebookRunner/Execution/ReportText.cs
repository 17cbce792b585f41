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

    /// <summary>What a cell is called in one line: its first line that is no comment.</summary>
    public static string FirstLine(string source)
    {
        string[] lines = [.. source.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
        return lines.FirstOrDefault(line => !line.StartsWith("//", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? "";
    }

    /// <summary><c>1 run</c>, <c>3 runs</c>.</summary>
    public static string Count(int count, string noun) => Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");
}

using System.Globalization;

namespace NotebookRunner.Execution;

/// <summary>Durations in words.</summary>
internal static class DurationText
{
    /// <summary><c>0.04 s</c>, <c>12.3 s</c>, <c>2 min 05 s</c>.</summary>
    public static string Format(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 9.995 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.00} s"),
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds:00} s"),
    };
}

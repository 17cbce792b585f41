using System.Text.RegularExpressions;

namespace NotebookRunner.Comparison;

/// <summary>
/// What may differ between two runs of one notebook: how long things took. This is the one place that says what a time looks
/// like.
/// </summary>
internal static partial class TimesInText
{
    /// <summary>What stands in the place of a time.</summary>
    public const string Placeholder = "⟨time⟩";

    /// <summary>
    /// The text with every time and rate taken out: <c>0.04 s</c>, <c>2 min 05 s</c>, <c>21s 506us/step</c>,
    /// <c>4,200 images/s</c>. A picture in base64 has letters on both sides of anything that looks like one, so it stays whole.
    /// </summary>
    public static string Remove(string text) => Time().Replace(text, Placeholder);

    [GeneratedRegex(
        @"(?<![\w+/=.,])(\d[\d,]*(\.\d+)?\ ?(h|min|s|ms|us|µs)(/(step|epoch))?(?![\w+/=])\ ?)*"
        + @"\d[\d,]*(\.\d+)?\ ?((h|min|s|ms|us|µs)(/(step|epoch))?|images/s)(?![\w+/=])",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Time();
}

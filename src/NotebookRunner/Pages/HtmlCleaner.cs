using System.Text.RegularExpressions;
using Ganss.Xss;

namespace NotebookRunner.Pages;

/// <summary>
/// Takes out of HTML that a Markdown cell brings whatever could run: scripts, event handlers, <c>javascript:</c> links, frames.
/// Text, tables, lists, pictures, folds and formulas stay, as in Jupyter.
/// </summary>
internal static partial class HtmlCleaner
{
    // Readers of HTML work through nested elements by recursion; browsers give up at 512.
    private const int MaxNesting = 500;

    private static readonly string[] MathTags =
    [
        "math", "mrow", "mi", "mo", "mn", "ms", "mtext", "mspace", "mfrac", "msqrt", "msub", "msup", "msubsup", "munder", "mover",
        "munderover",
    ];

    private static readonly string[] Attributes =
    [
        "id", "class", "role", "aria-label", "open", "display", "form", "stretchy", "fence", "largeop", "lspace", "rspace",
        "movablelimits", "accent", "mathvariant",
    ];

    private static readonly HtmlSanitizer Sanitizer = Create();

    /// <summary>
    /// The HTML without anything that runs, every element closed; null where it is nested too deeply to be read.
    /// </summary>
    public static string? Clean(string html) => NestingOf(html) > MaxNesting ? null : Sanitizer.Sanitize(html);

    private static HtmlSanitizer Create()
    {
        var sanitizer = new HtmlSanitizer();
        sanitizer.AllowedTags.UnionWith(MathTags);
        sanitizer.AllowedAttributes.UnionWith(Attributes);
        sanitizer.AllowedSchemes.Add("mailto");
        sanitizer.FilterUrl += (_, url) =>
        {
            // A picture is drawn and never run, whatever it holds; a link to data would be opened.
            if (url.Tag.LocalName == "img" && url.OriginalUrl.StartsWith("data:image/", StringComparison.Ordinal))
            {
                url.SanitizedUrl = url.OriginalUrl;
            }
        };
        return sanitizer;
    }

    /// <summary>How many elements may stand in each other at most: those that begin less those that end before them.</summary>
    private static int NestingOf(string html)
    {
        int nesting = 0;
        int most = 0;
        foreach (ValueMatch tag in Tag().EnumerateMatches(html))
        {
            nesting = html[tag.Index + 1] == '/' ? Math.Max(0, nesting - 1) : nesting + 1;
            most = Math.Max(most, nesting);
        }

        return most;
    }

    /// <summary>A tag's beginning, but not that of an element which has no end.</summary>
    [GeneratedRegex(
        "</?(?!(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|mspace)\\b)[a-z]",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Tag();
}

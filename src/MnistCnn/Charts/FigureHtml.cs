using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using MnistCnn.Native;

namespace MnistCnn;

/// <summary>Writes a figure as an HTML fragment.</summary>
internal static class FigureHtml
{
    private static readonly string s_script = ReadScript();

    /// <summary>
    /// Writes the fragment. The comments around the picture let a program that draws pictures put one in, where the figure
    /// has none; those around the numbers let one take them out.
    /// </summary>
    /// <param name="figure">The figure.</param>
    /// <param name="folder">The folder of the page that the fragment will stand in.</param>
    public static string Write(Figure figure, string folder)
    {
        string alt = WebUtility.HtmlEncode(figure.Description);
        string picture = figure.Png is { } png
            ? $"<img alt=\"{alt}\" style=\"max-width:100%\" src=\"data:image/png;base64,{Convert.ToBase64String(png.Span)}\">"
            : $"<p style=\"margin:0\"><strong>{WebUtility.HtmlEncode(figure.Title)}</strong><br>{alt}</p>";

        // Named after its content, so that two runs that draw the same write the same.
        string id = Sha256.HexOf(Encoding.UTF8.GetBytes(figure.PlotlyJson))[..16];
        string? local =
            File.Exists(PlotlyScript.LocalFile) ? PlotlyScript.RelativeAddress(PlotlyScript.LocalFile, folder) : null;
        string script = s_script
            .Replace("{{ID}}", id, StringComparison.Ordinal)
            .Replace("{{SOURCES}}", Sources(local), StringComparison.Ordinal)
            .Replace("{{FIGURE}}", ForScript(figure.PlotlyJson), StringComparison.Ordinal);
        string numbers = FigureNumbers.Write(figure.PlotlyJson);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <div data-mnistcnn="{id}" style="max-width:{figure.Width}px;position:relative;break-inside:avoid">
            <div><!--static-image-->{picture}<!--/static-image--></div>
            <div hidden role="img" aria-label="{alt}"></div>{(local is null ? "" : $"<a hidden href=\"{local}\"></a>")}
            {(numbers.Length == 0 ? "" : Folded(numbers, WebUtility.HtmlEncode(figure.Title)))}
            </div>
            <script>
            {script}
            </script>
            """);
    }

    /// <summary>The numbers, which are not printed while they are folded; their box can be scrolled with the keyboard.</summary>
    private static string Folded(string numbers, string title) =>
        "<!--numbers--><style>@media print{.mnistcnn-numbers:not([open]){display:none}}</style>"
        + "<details class=\"mnistcnn-numbers\" style=\"font-size:12px;margin:2px 0\">"
        + "<summary style=\"cursor:pointer\">The numbers of this figure</summary>"
        + $"<div tabindex=\"0\" role=\"group\" aria-label=\"Numbers: {title}\" style=\"overflow:auto;max-height:320px\">"
        + $"{numbers}</div></details><!--/numbers-->";

    /// <summary>JSON as it may stand in a script element: no character can end the element, a line or a comment.</summary>
    internal static string ForScript(string json) => json
        .Replace("<", "\\u003c", StringComparison.Ordinal)
        .Replace(">", "\\u003e", StringComparison.Ordinal)
        .Replace("\u2028", "\\u2028", StringComparison.Ordinal)
        .Replace("\u2029", "\\u2029", StringComparison.Ordinal);

    private static string ReadScript()
    {
        using var reader = new StreamReader(typeof(FigureHtml).Assembly.GetManifestResourceStream("figure.js")!);
        string text = reader.ReadToEnd();
        return text[text.IndexOf("(function", StringComparison.Ordinal)..].TrimEnd();
    }

    private static string Sources(string? local)
    {
        var sources = new List<Dictionary<string, string>>();
        if (local is not null)
        {
            sources.Add(new(StringComparer.Ordinal) { ["src"] = local });
        }

        // No network script without a hash to hold it against.
        if (PlotlyScript.Integrity is { } integrity)
        {
            sources.Add(new(StringComparer.Ordinal) { ["src"] = PlotlyScript.CdnAddress, ["integrity"] = integrity });
        }

        return ForScript(JsonSerializer.Serialize(sources, JsonSerializerOptions.Default));
    }
}

using System.Text;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Pages;

/// <summary>Renders the outputs of code cells, each in the richest form that it has.</summary>
internal sealed class OutputRenderer
{
    private readonly FigurePlaces _figures = new();

    /// <summary>Whether the page needs plotly.js.</summary>
    public bool HasFigures { get; private set; }

    /// <summary>An output as HTML.</summary>
    public string Render(CellOutput output) => output switch
    {
        StreamOutput stream => Preformatted($"stream {stream.Name}", stream.Text),
        ErrorOutput error =>
            $"<pre class=\"out error\" role=\"alert\">{AnsiText.ToHtml(string.Join('\n', error.Traceback))}</pre>\n",
        DisplayOutput { Bundle.IsScrap: true } => "",
        DisplayOutput display => RenderBundle(display.Bundle),
        _ => "",
    };

    private string RenderBundle(MimeBundle bundle)
    {
        if (bundle[MimeBundle.PlotlyMimeType] is { } figure)
        {
            HasFigures = true;
            string words = bundle.Preview is { Length: > 0 } preview ? preview.Split('\n')[0] : "Figure";
            return _figures.Add(figure, words, bundle["image/png"]) + NumbersOf(bundle["text/html"] ?? "");
        }

        if (bundle["text/html"] is { } html)
        {
            // An output's script may draw with plotly.js, which the kernel's front ends would have loaded.
            HasFigures |= html.Contains("Plotly", StringComparison.Ordinal);
            return $"<div class=\"out html\">{html}</div>\n";
        }

        if (bundle["text/latex"] is { } latex)
        {
            return $"<div class=\"out formula\">{TexMath.ToHtml(latex.Trim().Trim('$'), display: true)}</div>\n";
        }

        if (bundle["image/svg+xml"] is { } svg)
        {
            // As a picture, in which no script runs.
            return Image("image/svg+xml", Convert.ToBase64String(Encoding.UTF8.GetBytes(svg)));
        }

        foreach (string type in (string[])["image/png", "image/jpeg", "image/gif"])
        {
            if (bundle[type] is { } image)
            {
                return Image(type, HtmlText.Escape(image.Trim()));
            }
        }

        string text = bundle["text/plain"] ?? bundle.Items.Select(item => item.Value).FirstOrDefault() ?? "";
        return Preformatted("text", text);
    }

    /// <summary>
    /// The numbers of a figure, which its HTML may mark with a pair of comments: for readers who cannot see it, and where no
    /// script runs.
    /// </summary>
    private static string NumbersOf(string html)
    {
        const string Start = "<!--numbers-->", End = "<!--/numbers-->";
        int start = html.IndexOf(Start, StringComparison.Ordinal), end = html.IndexOf(End, StringComparison.Ordinal);
        return start < 0 || end < start ? "" : $"<div class=\"out html\">{html[(start + Start.Length)..end]}</div>\n";
    }

    /// <summary>Fixed-width text. Columns, which runs of spaces keep apart, are not broken.</summary>
    private static string Preformatted(string kind, string text) =>
        $"<pre class=\"out {kind}{(text.Contains("  ", StringComparison.Ordinal) ? " columns" : "")}\">"
        + $"{AnsiText.ToHtml(text)}</pre>\n";

    private static string Image(string type, string base64) =>
        $"<div class=\"out image\"><img alt=\"\" src=\"data:{type};base64,{base64}\"></div>\n";
}

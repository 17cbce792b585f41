using System.Text.RegularExpressions;
using NotebookRunner.Notebooks;
using NotebookRunner.Pages;
using PuppeteerSharp;

namespace NotebookRunner.StaticImages;

/// <summary>Draws figures as PNG images with plotly.js in an installed browser, for readers that run no scripts.</summary>
internal static class FigureImages
{
    private const string PngMimeType = "image/png";
    private const string HtmlMimeType = "text/html";
    private const string PlaceStart = "<!--static-image-->";
    private const string PlaceEnd = "<!--/static-image-->";
    private const string DataUrlStart = "data:image/png;base64,";

    // Without its sandbox, which does not start in a container or for root: its page holds the notebook's own figures alone.
    private static readonly string[] BrowserArguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Gives every figure of the notebook an image of its own size beside its other forms.</summary>
    /// <param name="notebook">The executed notebook.</param>
    /// <param name="browserPath">The browser to draw with.</param>
    public static async Task AddAsync(Notebook notebook, string browserPath)
    {
        List<Cell> cells = [.. notebook.Cells.Where(cell => cell.Outputs.Any(IsFigure))];
        if (cells.Count == 0)
        {
            return;
        }

        await using IBrowser browser = await LaunchAsync(browserPath);
        await using IPage page = await browser.NewPageAsync();
        await page.SetOfflineModeAsync(true);
        await page.SetContentAsync("<!DOCTYPE html><body></body>");
        await page.AddScriptTagAsync(new AddTagOptions { Content = TemplateFiles.ReadPlotly() });
        await page.AddScriptTagAsync(new AddTagOptions { Content = TemplateFiles.Read("figure.js") });
        string draw = TemplateFiles.Read("image.js");
        foreach (Cell cell in cells)
        {
            List<CellOutput> outputs = [];
            foreach (CellOutput output in cell.Outputs)
            {
                outputs.Add(IsFigure(output) ? await AddAsync((DisplayOutput)output, page, draw) : output);
            }

            cell.SetOutputs(cell.ExecutionCount, outputs);
        }
    }

    /// <summary>Starts the browser.</summary>
    public static async Task<IBrowser> LaunchAsync(string browserPath) =>
        await Puppeteer.LaunchAsync(new() { ExecutablePath = browserPath, Args = BrowserArguments });

    private static bool IsFigure(CellOutput output) =>
        output is DisplayOutput display && display.Bundle[MimeBundle.PlotlyMimeType] is not null;

    private static async Task<DisplayOutput> AddAsync(DisplayOutput output, IPage page, string draw)
    {
        string url = await page.EvaluateFunctionAsync<string>(draw, output.Bundle[MimeBundle.PlotlyMimeType]);
        string png = Convert.ToBase64String(PalettePng.Reduce(Convert.FromBase64String(url[DataUrlStart.Length..])));
        MimeBundle bundle = output.Bundle.With(PngMimeType, png);
        if (bundle[HtmlMimeType] is { } html)
        {
            bundle = bundle.With(HtmlMimeType, WithPicture(html, png));
        }

        return output with { Bundle = bundle };
    }

    /// <summary>
    /// HTML may mark with a pair of comments what stands in for the drawing where scripts do not run:
    /// <c>&lt;!--static-image--&gt;…&lt;!--/static-image--&gt;</c>. The picture takes that place, the words there become its
    /// alternative text.
    /// </summary>
    private static string WithPicture(string html, string png)
    {
        int start = html.IndexOf(PlaceStart, StringComparison.Ordinal);
        int end = start < 0 ? -1 : html.IndexOf(PlaceEnd, start, StringComparison.Ordinal);
        if (end < 0)
        {
            return html;
        }

        start += PlaceStart.Length;
        string words = Regex.Replace(html[start..end], "<[^>]*>", " ", RegexOptions.NonBacktracking).Trim();
        return $"{html[..start]}<img alt=\"{words.Replace("\"", "&quot;", StringComparison.Ordinal)}\" style=\"max-width:100%\" "
            + $"src=\"{DataUrlStart}{png}\">{html[end..]}";
    }
}

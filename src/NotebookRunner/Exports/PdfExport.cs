using NotebookRunner.Notebooks;
using NotebookRunner.Pages;
using NotebookRunner.StaticImages;
using PuppeteerSharp;
using PuppeteerSharp.Media;

namespace NotebookRunner.Exports;

/// <summary>A notebook as PDF: its page, printed by a browser.</summary>
internal static class PdfExport
{
    /// <summary>What the margins leave of A4, in pixels of CSS: figures are drawn for it.</summary>
    private const int PaperWidth = 680;

    /// <summary>Makes the file.</summary>
    /// <param name="notebook">The executed notebook.</param>
    /// <param name="notebookPath">Where it lies.</param>
    /// <param name="pdfPath">Where the file will lie.</param>
    /// <param name="browserPath">The browser.</param>
    public static async Task<byte[]> CreateAsync(Notebook notebook, string notebookPath, string pdfPath, string browserPath)
    {
        string html = HtmlPage.Create(notebook, result: null, notebookPath, pdfPath);
        await using IBrowser browser = await FigureImages.LaunchAsync(browserPath);
        await using IPage page = await browser.NewPageAsync();
        await page.SetOfflineModeAsync(true);
        await page.EmulateMediaTypeAsync(MediaType.Print);
        await page.SetViewportAsync(new ViewPortOptions { Width = PaperWidth, Height = 900 });
        await page.SetContentAsync(html);
        await page.EvaluateExpressionAsync(TemplateFiles.Read("print.js"));
        return await page.PdfDataAsync(new PdfOptions
        {
            Format = PaperFormat.A4, PrintBackground = true, Outline = true, Tagged = true,
            MarginOptions = new MarginOptions { Top = "15mm", Bottom = "15mm", Left = "15mm", Right = "15mm" },
        });
    }
}

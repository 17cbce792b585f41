using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Xunit;

namespace NotebookRunner.Tests.Pages;

/// <summary>axe-core, which finds what keeps people from reading a page who do not see it well or use no mouse.</summary>
internal static class Axe
{
    /// <summary>Looks at a page on a screen and on a phone, in light and dark; fails with all that axe finds.</summary>
    /// <param name="path">The page's file.</param>
    public static async Task FindsNothingOnAsync(string path)
    {
        PageInBrowser.SkipWithoutBrowser();
        string script = await ReadAsync();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser =
            await playwright.Chromium.LaunchAsync(new() { ExecutablePath = PageInBrowser.BrowserPath, Args = ["--disable-gpu"] });
        List<string> found = [];
        IPage page = await browser.NewPageAsync(new() { Offline = true });
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        await page.EvaluateAsync(script);
        foreach (int width in (int[])[1280, 390])
        {
            foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                await page.SetViewportSizeAsync(width, 800);
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await OpenPage.ReadAsync(page);
                string[] violations = await page.EvaluateAsync<string[]>(
                    """
                    async () => (await axe.run()).violations.flatMap(rule => rule.nodes.map(
                      node => `${rule.id} at ${node.target}: ${node.html.slice(0, 120)}`))
                    """);
                found.AddRange(violations.Select(violation => $"{width} {scheme}: {violation}"));
            }
        }

        Assert.Empty(found);
    }

    private static async Task<string> ReadAsync()
    {
        using var reader = new StreamReader(typeof(AxeResult).Assembly
            .GetManifestResourceStream("Deque.AxeCore.Commons.Resources.axe.min.js")!);
        return await reader.ReadToEndAsync();
    }
}

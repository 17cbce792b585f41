using Microsoft.Playwright;

namespace Notebooks.Tests;

/// <summary>The solution's page, opened from disk in a real browser with the network cut off.</summary>
public sealed class PageOfTheSolution : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private PageOfTheSolution(IPlaywright playwright, IBrowser browser, IPage page, List<string> problems) =>
        (_playwright, _browser, Page, Problems) = (playwright, browser, page, problems);

    public IPage Page { get; }

    /// <summary>Everything that went wrong: console errors, script errors, requests that failed or left the disk.</summary>
    public IReadOnlyList<string> Problems { get; }

    public static async Task<PageOfTheSolution> OpenAsync(string file, int width, ColorScheme scheme)
    {
        InstalledBrowser.SkipWithout();
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await InstalledBrowser.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new()
        {
            Offline = true,
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 800 },
        });
        List<string> problems = [];
        page.Console += (_, message) => AddIf(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => problems.Add(error);
        page.RequestFailed += (_, request) => problems.Add("failed: " + request.Url);
        page.Request += (_, request) => AddIf(
            !request.Url.StartsWith("file:", StringComparison.Ordinal)
            && !request.Url.StartsWith("data:", StringComparison.Ordinal)
            && !request.Url.StartsWith("blob:", StringComparison.Ordinal),
            "asked for: " + request.Url);
        await page.GotoAsync(new Uri(file).AbsoluteUri);

        // Read the page as a reader does, so that every figure comes into sight and is drawn.
        await page.EvaluateAsync(
            """
            async () => {
              for (let y = 0; y < document.body.scrollHeight; y += 500) {
                scrollTo({ top: y, behavior: 'instant' });
                await new Promise(r => setTimeout(r, 30));
              }
              for (let i = 0; i < 200 && document.querySelectorAll('figure.figure:not(:has(svg.main-svg))').length; i++) {
                await new Promise(r => setTimeout(r, 50));
              }
            }
            """);
        return new PageOfTheSolution(playwright, browser, page, problems);

        void AddIf(bool condition, string problem)
        {
            if (condition)
            {
                problems.Add(problem);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

using Microsoft.Playwright;

namespace Notebooks.Tests;

/// <summary>An output of a notebook, alone on a page that is not ours, in a real browser without a network.</summary>
internal sealed class OutputInABrowser : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Errors, warnings and requests.</summary>
    public List<string> Problems { get; } = [];

    public async ValueTask StartAsync()
    {
        InstalledBrowser.SkipWithout();
        _playwright = await Playwright.CreateAsync();
        _browser = await InstalledBrowser.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Opens the output, and waits until each copy of it is ready.</summary>
    public async Task<IPage> OpenAsync(
        string html, BrowserNewPageOptions? options = null, int copies = 1, string style = "")
    {
        string path = Path.Combine(_folder.FullName, "output.html");
        await File.WriteAllTextAsync(
            path,
            "<!DOCTYPE html><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><style>"
                + style + "</style><body>" + string.Concat(Enumerable.Repeat(html, copies)) + "</body>");
        options ??= new() { Offline = true };
        IPage page = await _browser!.NewPageAsync(options);
        page.PageError += (_, error) => Problems.Add(error);
        page.Console += (_, message) => { if (message.Type is "error" or "warning") { Problems.Add(message.Text); } };
        page.Request += (_, request) =>
        {
            if (request.Url.StartsWith("http", StringComparison.Ordinal))
            {
                Problems.Add(request.Url);
            }
        };
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        if (options.JavaScriptEnabled != false)
        {
            await page.WaitForFunctionAsync($"document.querySelectorAll('[data-ready]').length === {copies}");
        }

        return page;
    }
}

using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The figures' own HTML, as VS Code shows it: a fragment in a page that is not ours.</summary>
public sealed class The_html_of_figures(SolutionRun run) : IDisposable
{
    private const int Figures = 3 + (3 * 4) + 1;

    // Beside the notebooks' folder, so that ../src leads to the build output from here too.
    private readonly string _page = Path.Combine(
        Directory.CreateDirectory(Repository.PathOf("artifacts")).FullName, $"figures-{Guid.NewGuid():N}.html");

    public void Dispose() => File.Delete(_page);

    [Fact]
    public async Task Draws_itself_with_the_script_beside_the_library_offline_alone_and_twice()
    {
        InstalledBrowser.SkipWithout();
        string[] fragments = Fragments();
        Assert.Equal(Figures, fragments.Length);
        await WriteAsync([.. fragments, .. fragments.Take(2)]);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await InstalledBrowser.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { Offline = true });
        List<string> requests = [];
        List<string> errors = [];
        page.Request += (_, request) => requests.Add(request.Url);
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(new Uri(_page).AbsoluteUri);
        await page.WaitForFunctionAsync(
            $"document.querySelectorAll('[data-drawn] svg.main-svg:first-child').length === {Figures + 2}",
            null, new() { Timeout = 60_000 });
        Assert.Empty(errors);
        Assert.EndsWith("/src/MnistCnn.Notebook/bin/Release/net8.0/plotly/plotly.min.js",
            Assert.Single(requests, url => url.EndsWith(".js", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.All(requests, url => Assert.True(
            url.StartsWith("file:", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal), url));
    }

    // JupyterLab's page is not in the notebook's folder; it resolves the links of an output after its scripts have run.
    [Fact]
    public async Task Draws_itself_where_the_page_lies_elsewhere_and_resolves_links()
    {
        InstalledBrowser.SkipWithout();
        string[] fragments = Fragments();
        string served = new Uri(Repository.PathOf("notebooks") + "/").AbsoluteUri;
        await WriteAsync(
            [
                "<base href=\"nowhere/\">", .. fragments, "<script>document.querySelectorAll('a[hidden]').forEach(",
                $"a => Promise.resolve().then(() => a.href = new URL(a.getAttribute('href'), '{served}').href))</script>",
            ]);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await InstalledBrowser.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { Offline = true });
        await page.GotoAsync(new Uri(_page).AbsoluteUri);
        await page.WaitForFunctionAsync(
            $"document.querySelectorAll('[data-drawn] svg.main-svg:first-child').length === {fragments.Length}",
            null, new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task Is_drawn_for_dark_paper_on_a_dark_page_and_for_white_paper_in_print()
    {
        InstalledBrowser.SkipWithout();
        const string Zero = """
            [...document.querySelectorAll('.textpoint text')].find(text => text.textContent === '0').style.fill
            """;
        string[] fragments = [.. Fragments().Where(html => html.Contains("\"heatmap\"", StringComparison.Ordinal)).Take(1)];
        await WriteAsync(["<style>body { background: #1e1e1e; color: #ddd }</style>", .. fragments]);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await InstalledBrowser.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { Offline = true });
        await page.GotoAsync(new Uri(_page).AbsoluteUri);
        await page.WaitForFunctionAsync("document.querySelector('[data-drawn]')", null, new() { Timeout = 60_000 });
        Assert.Equal("rgb(154, 164, 174)", await page.EvaluateAsync<string>(Zero));
        await page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");
        Assert.Equal("rgb(107, 116, 125)", await page.EvaluateAsync<string>(Zero));
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator("details").IsVisibleAsync());
    }

    [Fact]
    public async Task Shows_the_picture_where_no_script_runs()
    {
        InstalledBrowser.SkipWithout();
        await WriteAsync(Fragments());
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await InstalledBrowser.LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { Offline = true, JavaScriptEnabled = false });
        await page.GotoAsync(new Uri(_page).AbsoluteUri);
        IReadOnlyList<ILocator> pictures = await page.Locator("img").AllAsync();
        Assert.Equal(Figures, pictures.Count);
        foreach (ILocator picture in pictures)
        {
            LocatorBoundingBoxResult box = (await picture.BoundingBoxAsync())!;
            Assert.InRange(box.Width, 300, 1280);
            Assert.InRange(box.Height, 100, 800);
        }
    }

    private string[] Fragments() =>
    [
        .. run.Notebook.Cells.SelectMany(cell => cell.Outputs)
            .Where(output => output["data"]?["application/vnd.plotly.v1+json"] is not null)
            .Select(output => ExecutedCell.Join(output["data"]!["text/html"])),
    ];

    private Task WriteAsync(IEnumerable<string> fragments) => File.WriteAllTextAsync(
        _page, "<!DOCTYPE html><meta charset=\"utf-8\"><body>" + string.Join("\n", fragments) + "</body>");
}

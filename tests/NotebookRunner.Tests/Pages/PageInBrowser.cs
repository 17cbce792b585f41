using Microsoft.Playwright;
using NotebookRunner.StaticImages;
using Xunit;

namespace NotebookRunner.Tests.Pages;

/// <summary>A page of everything that pages may hold, and a browser to open it in. Made once for all tests.</summary>
public sealed class PageInBrowser : IAsyncLifetime
{
    private readonly RunnerFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public string Url => new Uri(Path.Combine(_folder.Output, "n.html")).AbsoluteUri;

    public static string? BrowserPath { get; } = InstalledBrowser.Find();

    public static void SkipWithoutBrowser() =>
        Assert.SkipWhen(BrowserPath is null, "No Chromium, Chrome or Edge is installed (apt-get install chromium).");

    public async ValueTask InitializeAsync()
    {
        if (BrowserPath is null)
        {
            return;
        }

        Outcome outcome = await _folder.RunFileAsync("n.ipynb", Everything().Build(), CancellationToken.None);
        Assert.True(outcome.ExitCode == 1, outcome.Output + outcome.Error);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = BrowserPath, Args = ["--disable-gpu", "--disable-background-networking"] });
    }

    /// <summary>Opens the page from disk, with the network cut off.</summary>
    public Task<OpenPage> OpenAsync(int width, ColorScheme scheme) => OpenAsync(Url, width, scheme);

    /// <summary>Opens any page in that way.</summary>
    public async Task<OpenPage> OpenAsync(string url, int width, ColorScheme scheme)
    {
        SkipWithoutBrowser();
        IBrowserContext context = await _browser!.NewContextAsync(new()
        {
            Offline = true,
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 800 },
        });
        IPage page = await context.NewPageAsync();
        List<string> problems = [];
        page.Console += (_, message) => { if (message.Type is "error" or "warning") { problems.Add(message.Text); } };
        page.PageError += (_, error) => problems.Add(error);
        page.RequestFailed += (_, request) => problems.Add(request.Url);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Scheme is not ("file" or "data"))
            {
                problems.Add(request.Url);
            }
        };
        await page.GotoAsync(url);
        return new OpenPage(context, page, problems);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _folder.Dispose();
    }

    private static NotebookBuilder Everything() => new NotebookBuilder()
        .Markdown(
            "# A page of everything\n\nSome *text* with [a link](https://example.org/) and `code`, which is **long** enough "
            + "to wrap on a phone: " + new string('x', 120)
            + "\n\n| One | Two | Three | Four | Five | Six |\n|---|---|---|---|---|---|\n"
            + "| a wide cell | a wide cell | a wide cell | a wide cell | a wide cell | a wide cell |\n\n> A quotation.")
        .Markdown("## Formulas\n\nInline $x_i^2 \\times y$, and one shown as its text: $\\frac{a}{b}$.\n\n"
            + "$$\n(k^2 \\, n_i + 1) \\, n_o \\qquad\\qquad (n_i + 1) \\, n_o \\qquad\\qquad (n_{i + 1} + 1) \\, n_{o + 1}\n$$")
        .Code(Figures.Declare)
        .Code("// A long line.\nvar text = \"" + new string('w', 150)
            + "\"; // 42\nint Number(int n) => n * 2;\nConsole.WriteLine(text);\nConsole.Error.WriteLine(\"warned\");")
        .Code("for (int c = 30; c < 38; c++) "
            + "Console.Write($\"\\u001b[{c}mcolour {c}\\u001b[0m \\u001b[{c + 10}mback {c}\\u001b[0m \");")
        .Markdown("### Figures")
        .Code("display(new Figure(\"First\", 900, 420));\ndisplay(new Figure(\"Second\"));\nnew Figure(\"Third\", 640, 640)")
        .Code("HTML(\"<table><tr>\" + string.Concat(Enumerable.Range(0, 40).Select(i => $\"<td>{i:0.000}</td>\")) + "
            + "\"</tr></table>\")")
        .Code("HTML(\"<div id='own'></div><script>Plotly.newPlot('own', [{y:[1,2]}], {width: 300, height: 200});</script>\")")
        .Code("new { Name = \"tree\", Value = 3 }")
        .Markdown("## The end")
        .Code("throw new InvalidOperationException(\"broken\");")
        .Code("\"never\"");
}

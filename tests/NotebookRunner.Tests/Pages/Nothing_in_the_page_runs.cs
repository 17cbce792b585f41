using Microsoft.Playwright;
using Xunit;

namespace NotebookRunner.Tests.Pages;

/// <summary>
/// Scripts in whatever a page is made of are tried in a real browser: text of cells, outputs, errors, titles, file names.
/// </summary>
public sealed class Nothing_in_the_page_runs(PageInBrowser browser) : IClassFixture<PageInBrowser>
{
    /// <summary>Each sets a name of the window if it runs; the number tells which.</summary>
    private static readonly string[] s_attacks =
    [
        "<script>window.attacked=1</script>",
        "</script><script>window.attacked=2</script>",
        "<img src=x onerror=window.attacked=3>",
        "\"><img src=x onerror=window.attacked=4>",
        "' onmouseover='window.attacked=5' x='",
        "</pre></code></section><svg onload=window.attacked=6>",
        "<iframe srcdoc=\"<script>parent.attacked=7</script>\"></iframe>",
        "<details open ontoggle=window.attacked=8>x</details>",
        "<a href=\"javascript:window.attacked=9\">click</a>",
        "--><script>window.attacked=10</script>",
        "</title></style></noscript></textarea><script>window.attacked=11</script>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=window.attacked=12&gt;\">",
        "\u2028<body onload=window.attacked=13><input autofocus onfocus=window.attacked=14>",
    ];

    private static readonly string[] s_markdown =
    [
        "[click](javascript:window.attacked=20)",
        "[click](JaVaScRiPt&colon;window.attacked=21)",
        "<javascript:window.attacked=22>",
        "# Heading {onmouseover=window.attacked=23}",
        "![x](x.png){onerror=window.attacked=24}",
        "![x](x.png \"\" onerror=window.attacked=25)",
        "[click]: javascript:window.attacked=26\n\n[click]",
        "$\\text{<img src=x onerror=window.attacked=27>}$",
        "```<img src=x onerror=window.attacked=28>\ncode\n```",
        "<form action=\"javascript:window.attacked=29\"><button>click</button></form>",
        "<object data=\"data:text/html,<script>parent.attacked=30</script>\"></object>"
            + "<embed src=\"javascript:window.attacked=31\">",
        "<a href=\"data:text/html,<script>opener.attacked=32</script>\">click</a><base href=\"javascript:window.attacked=33//\">",
        "<meta http-equiv=refresh content=\"0;url=javascript:window.attacked=34\">"
            + "<link rel=stylesheet href=\"javascript:window.attacked=35\">",
    ];

    [Fact]
    public async Task In_a_real_browser()
    {
        PageInBrowser.SkipWithoutBrowser();
        using var folder = new RunnerFolder();
        string name = OperatingSystem.IsWindows() ? "attack.ipynb" : "<img src=x onerror=window.attacked=40>.ipynb";
        string texts = string.Join(", ", s_attacks.Select(attack => System.Text.Json.JsonSerializer.Serialize(attack)));
        var notebook = new NotebookBuilder();
        foreach (string attack in s_attacks.Concat(s_markdown))
        {
            notebook.Markdown(attack).Markdown($"## {attack}\n\n- item {attack}\n\n| {attack} |\n|---|\n| {attack} |");
        }

        notebook.Code($"string[] attacks = {{ {texts} }};", "<img src=x onerror=window.attacked=41>")
            .Code("foreach (string attack in attacks) { Console.WriteLine(attack); Console.Error.WriteLine(attack); "
                + "display(attack); }\nattacks")
            .Code(Figures.Declare)
            .Code("foreach (string attack in attacks) { display(new Figure(attack)); }")
            .Code("class Svg { }\nFormatter.Register<Svg>((s, w) => w.Write(\"<svg xmlns='http://www.w3.org/2000/svg' "
                + "onload='parent.attacked=42'><script>parent.attacked=43</script></svg>\"), \"image/svg+xml\");\n"
                + "Formatter.SetPreferredMimeTypesFor(typeof(Svg), \"image/svg+xml\");\nnew Svg()")
            .Code("// " + string.Join(' ', s_attacks).ReplaceLineEndings(" ").Replace("\u2028", "", StringComparison.Ordinal))
            .Code("throw new Exception(string.Join('\\n', attacks), new Exception(attacks[0]));");
        Outcome outcome = await folder.RunFileAsync(name, notebook.Build(), TestContext.Current.CancellationToken);
        Assert.True(outcome.ExitCode == 1 && outcome.Page is not null, outcome.Error + outcome.Output);
        Assert.Contains("cell 7 failed", outcome.Output, StringComparison.Ordinal);

        await using OpenPage open = await browser.OpenAsync(
            new Uri(Path.Combine(folder.Output, Path.GetFileNameWithoutExtension(name) + ".html")).AbsoluteUri, 1280,
            ColorScheme.Light);
        List<string> dialogs = [];
        open.Page.Dialog += (_, dialog) =>
        {
            dialogs.Add(dialog.Message);
            _ = dialog.DismissAsync();
        };
        await open.ReadAsync();

        // Point at, focus and click whatever a reader could.
        await open.Page.EvaluateAsync(
            """
            () => {
              for (const element of document.querySelectorAll('main *')) {
                for (const type of ['mouseover', 'focus', 'toggle', 'load', 'error']) { element.dispatchEvent(new Event(type)); }
                if (element.matches('a[href], button, summary')) { element.setAttribute('target', '_self'); }
              }
            }
            """);
        string[] links = await open.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('a[href], area[href], form[action]')]"
            + ".map(e => e.getAttribute('href') ?? e.getAttribute('action'))");
        Assert.NotEmpty(links);
        Assert.DoesNotContain(links, link => link.Contains("script:", StringComparison.OrdinalIgnoreCase)
            || link.StartsWith("data:", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            Array.Empty<string>(),
            await open.Page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]"
                + ".filter(a => a.name.startsWith('on')).map(a => e.tagName + ' ' + a.name + '=' + a.value))"));
        Assert.Equal(0, await open.Page.Locator("iframe, object, embed, base, meta[http-equiv]").CountAsync());
        Assert.Null(await open.Page.EvaluateAsync<int?>("window.attacked ?? null"));
        Assert.Empty(dialogs);

        // It was not emptied either: every attack stands there as text.
        string main = await open.Page.Locator("main").InnerTextAsync();
        Assert.All(Enumerable.Range(1, 14), number => Assert.Contains($"attacked={number}", main, StringComparison.Ordinal));
    }
}

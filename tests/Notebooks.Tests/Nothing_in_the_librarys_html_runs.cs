using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

/// <summary>
/// Scripts in names of classes and layers, titles and messages are tried in a real browser, on the runner's page and in the
/// library's own HTML.
/// </summary>
public sealed class Nothing_in_the_librarys_html_runs : IDisposable
{
    /// <summary>Each sets a name of the window if it runs; no point in any, since layers are named after them.</summary>
    private static readonly string[] s_attacks =
    [
        "<script>attacked=1</script>",
        "</script><script>attacked=2</script>",
        "<img src=x onerror=attacked=3>",
        "\"><svg onload=attacked=4>",
        "' onmouseover='attacked=5",
        "<a href=\"javascript:attacked=6\">click</a>",
        "</pre></table></style></title><script>attacked=7</script>",
        "<!--<script>attacked=8//-->",
        "%{x}<extra><img src=x onerror=attacked=9></extra>",
    ];

    // In the repository, so that the figures find plotly.js in the build output.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(
        Repository.PathOf("artifacts", $"attacks-{Guid.NewGuid():N}"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task In_a_real_browser()
    {
        InstalledBrowser.SkipWithout();
        string start = JsonValue.Create(Repository.PathOf("notebooks", "start.csx")).ToJsonString().Trim('"');
        string first = new ExecutedNotebook(SolutionRun.Source)[1].Source.Replace("start.csx", start, StringComparison.Ordinal);
        string show = $$"""
            string[] attacks = { {{string.Join(", ", s_attacks.Select(attack => JsonSerializer.Serialize(attack)))}} };
            foreach (string attack in attacks)
            {
                display(new ConfusionMatrix(torch.tensor(new[] { 0, 1, 1 }), torch.tensor(new[] { 0, 1, 0 }))
                    .Plot(title: attack, classes: new[] { attack, attack }));
                display(new ClassScores(attack, 1, 1, 1, 1));
                display(new MnistCnn.Course.CheckResult(false, attack, attack));
                var model = torch.nn.Sequential((attack, torch.nn.Linear(2, 2))).Compile(new Shape(2));
                display(model.Summary());
                display(model.LayerShapes());
                display(model.WeightShapes());
            }
            """;
        string notebook = Path.Combine(_folder.FullName, "attacks.ipynb");
        string fail = "ImageDataset.Load(attacks[2])";
        var cells = new JsonArray([
            .. ((string[])[first, show, fail]).Select(source => new JsonObject { ["cell_type"] = "code", ["source"] = source })]);
        await File.WriteAllTextAsync(notebook, new JsonObject { ["nbformat"] = 4, ["cells"] = cells }.ToJsonString(),
            TestContext.Current.CancellationToken);
        string output = Path.Combine(_folder.FullName, "out");
        (int exitCode, string said, string error) = await Runner.RunAsync(notebook, "--output", output);
        Assert.True(exitCode == 1 && said.Contains("cell 3 failed", StringComparison.Ordinal), said + error);

        string[] fragments =
        [
            .. new ExecutedNotebook(Path.Combine(output, "attacks.ipynb")).Cells.SelectMany(cell => cell.Outputs)
                .Select(json => json["data"]?["text/html"]).OfType<JsonNode>().Select(ExecutedCell.Join),
        ];
        Assert.InRange(fragments.Length, s_attacks.Length * 6, s_attacks.Length * 6 + 1);
        string page = Path.Combine(_folder.FullName, "fragments.html");
        await File.WriteAllTextAsync(
            page, $"<!DOCTYPE html><meta charset=\"utf-8\"><body>{string.Join("\n", fragments)}</body>",
            TestContext.Current.CancellationToken);

        await TryAsync(Path.Combine(output, "attacks.html"), "figure.figure svg.main-svg:first-child");
        await TryAsync(page, "[data-drawn] svg.main-svg:first-child");
    }

    private static async Task TryAsync(string file, string drawn)
    {
        await using PageOfTheSolution open = await PageOfTheSolution.OpenAsync(file, 1280, ColorScheme.Light);
        IPage page = open.Page;
        await page.WaitForFunctionAsync($"document.querySelectorAll('{drawn}').length >= {s_attacks.Length}");
        foreach (ILocator cell in await page.Locator(".heatmaplayer image").AllAsync())
        {
            await cell.HoverAsync(new() { Force = true });
        }

        Assert.Equal(
            Array.Empty<string>(),
            await page.EvaluateAsync<string[]>(
                """
                [...document.querySelectorAll('body *')].flatMap(e => [...e.attributes]
                  .filter(a => /^on/.test(a.name) || /^\s*javascript:/i.test(a.value))
                  .map(a => e.tagName + ' ' + a.name + '=' + a.value))
                """));
        Assert.Null(await page.EvaluateAsync<int?>("window.attacked ?? null"));
        Assert.Empty(open.Problems);

        // They stand there as text.
        string text = await page.Locator("body").InnerTextAsync();
        Assert.All(Enumerable.Range(1, s_attacks.Length),
            number => Assert.Contains($"attacked={number}", text, StringComparison.Ordinal));
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using NotebookRunner.Notebooks;
using NotebookRunner.Pages;
using Xunit;

namespace NotebookRunner.Tests.Pages;

public class HtmlPageTests
{
    private const string Attack = "<script>alert(1)</script>";

    [Fact]
    public async Task Escapes_what_a_cell_writes_throws_and_shows_as_text()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "var attack = \"<\" + \"script>alert(1)</\" + \"script>\";\n"
            + "Console.WriteLine(attack);\nConsole.Error.WriteLine(attack);\ndisplay(attack);\nthrow new Exception(attack);"));
        Assert.DoesNotContain(Attack, outcome.Page, StringComparison.Ordinal);
        Assert.Equal(5, outcome.Page!.Split("&lt;script&gt;alert(1)&lt;/script&gt;").Length);
    }

    [Fact]
    public async Task Lists_the_headings_and_links_to_them()
    {
        Outcome outcome = await RunnerFolder.RunAsync(new NotebookBuilder()
            .Markdown("# The *title*").Markdown("## One & two\n\ntext").Markdown("## One & two")
            .Markdown("### `Code` in it").Code("1"));
        Assert.Contains("<title>The title</title>", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("""<a href="#one--two">One &amp; two</a>""", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("""<a href="#one--two-1">""", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("""<h2 id="one--two-1">""", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("""<a href="#code-in-it">Code in it</a>""", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_out_the_marks_of_answers_and_empty_heads_of_tables()
    {
        Outcome outcome = await RunnerFolder.RunAsync(new NotebookBuilder()
            .Markdown("| | |\n|---|---|\n| **It takes** | a minute |").Code("// BEGIN SOLUTION\nint a = 1;\n// END SOLUTION"));
        Assert.DoesNotContain("SOLUTION", outcome.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("<th", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("a minute", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("<h1>notebook</h1>", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_the_picture_of_a_figure_where_no_script_runs() => Assert.Contains(
        "<noscript><img alt=\"Curves\" src=\"data:image/png;base64,AAAA\"></noscript>",
        new FigurePlaces().Add("{}", "Curves", "AAAA\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Has_one_plotly_js_for_all_figures_and_none_without()
    {
        Outcome two =
            await RunnerFolder.RunAsync(NotebookBuilder.WithCode(Figures.Declare, "display(new Figure());\nnew Figure()"));
        Outcome none = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("1"));
        Assert.Equal(2, two.Page!.Split("plotly.js v").Length);
        Assert.Equal(3, two.Page.Split("data-figure=\"output-figure-").Length);
        string main = two.Page[two.Page.IndexOf("<main", StringComparison.Ordinal)..];
        main = main.Replace("&quot;&lt;p&gt;html fallback", "", StringComparison.Ordinal);
        Assert.DoesNotContain("html fallback", main, StringComparison.Ordinal);
        Assert.DoesNotContain("plotly.js v", none.Page, StringComparison.Ordinal);
        Assert.InRange(two.Page.Length, 3_000_000, 6_000_000);
        Assert.InRange(none.Page!.Length, 1_000, 60_000);
    }

    [Fact]
    public async Task Keeps_a_figures_text_from_ending_its_script()
    {
        Outcome outcome =
            await RunnerFolder.RunAsync(NotebookBuilder.WithCode(Figures.Declare, "new Figure(\"</scr\" + \"ipt><b>\")"));
        Assert.Contains("\\u003c/script>\\u003cb>", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_JSON_that_a_browser_reads_whatever_numbers_a_figure_holds_and_however_deep_it_is()
    {
        const string Json = """{"data":[{"y":[1,NaN,-Infinity],"text":"NaN,\u2028"}],"layout":{"deep":DEEP}}""";
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            Figures.Declare + "\npublic record Odd(string Json);\n"
            + "Formatter.Register<Odd>((f, w) => w.Write(f.Json), \"application/vnd.plotly.v1+json\");\n"
            + "Formatter.SetPreferredMimeTypesFor(typeof(Odd), \"application/vnd.plotly.v1+json\");",
            $""""
            new Odd("""{Json}""".Replace("DEEP", new string('[', 300) + new string(']', 300)))
            """"));
        Assert.Equal(0, outcome.ExitCode);
        JsonNode stored = JupyterJson.Read(outcome.Notebook!)!["cells"]![1]!["outputs"]![0]!["data"]!.AsObject().Single().Value!;
        string shown = outcome.Page!.Split("data-figure=\"output-figure-1\">")[1].Split("</script>")[0];
        foreach (string json in (string[])[JupyterJson.Write(stored), shown])
        {
            using JsonDocument figure = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1000 });
            Assert.Equal("[1,null,null]", figure.RootElement.GetProperty("data")[0].GetProperty("y").ToString().Replace(
                "\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
            Assert.Equal("NaN,\u2028", figure.RootElement.GetProperty("data")[0].GetProperty("text").GetString());
        }
    }

    [Fact]
    public async Task Is_made_of_any_text()
    {
        const string Text = "a\u2028b\u0085c\fd\ve\rf\0g\u001b[1mh\uFFFDi\u2029\t";
        string notebook = new NotebookBuilder().Markdown(Text).Code($"@\"{Text}\"").Build();
        using var folder = new RunnerFolder();
        Outcome outcome = await folder.RunFileAsync("n.ipynb", notebook.Replace("\\uFFFD", "\\ud800", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        JsonNode output = JupyterJson.Read(outcome.Notebook!)!["cells"]![1]!["outputs"]![0]!;
        Assert.Equal(Text.Replace('\r', '\n').Replace('\uFFFD', '\ud800'), MultilineText.Join(output["data"]!["text/plain"]!));
        Assert.Contains("a\u2028b\u0085c\fd", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turns_a_terminals_colours_into_styles()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "Console.WriteLine(\"\\u001b[1;31mred\\u001b[0m \\u001b[38;5;208morange\\u001b[0m "
            + "\\u001b[38;2;1;2;3mrgb\\u001b[39m\");"));
        Assert.Contains("""<span class="ansi-bold ansi-fg-1">red</span>""", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("""<span style="color:rgb(255,135,0)">orange</span>""", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("""<span style="color:rgb(1,2,3)">rgb</span>""", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renders_markdown_with_tables_formulas_code_and_its_own_html()
    {
        Outcome outcome = await RunnerFolder.RunAsync(new NotebookBuilder()
            .Markdown(
                "| a | b |\n|---|---|\n| 1 | 2 |\n\nInline $x_i^2 \\times y$ and $\\frac{x}{2}$."
                + "\n\n$$\nk^{n + 1}\n$$\n\n<kbd>Ctrl</kbd>\n\n```csharp\nvar x = 1;\n```")
            .Code("1"));
        Assert.Contains("<td>1</td>", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("<msup><mi>k</mi><mrow><mi>n</mi>", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("""<code class="tex">\frac{x}{2}</code>""", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("<kbd>Ctrl</kbd>", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("""<span class="cs-keyword">var</span>""", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Carries_local_images_and_retargets_local_links()
    {
        using var folder = new RunnerFolder();
        folder.Write("notebooks/dot.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        folder.Write("docs/guide.md", "guide");
        Outcome outcome = await folder.RunFileAsync(
            "notebooks/n.ipynb",
            new NotebookBuilder().Markdown("![dot](dot.svg) [guide](../docs/guide.md#part) [web](https://example.org/)").Code("1")
                .Build(),
            TestContext.Current.CancellationToken);
        Assert.Contains("src=\"data:image/svg+xml;base64,", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("href=\"../docs/guide.md#part\"", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.org/\"", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_a_link_as_it_is_where_the_way_to_it_would_name_folders_of_the_machine()
    {
        using var notebooks = new RunnerFolder();
        using var pages = new RunnerFolder();
        notebooks.Write("guide.md", "guide");
        await notebooks.RunFileAsync(
            "n.ipynb", new NotebookBuilder().Markdown("[guide](guide.md) ![picture](none.png)").Code("1").Build(),
            TestContext.Current.CancellationToken, "--output", pages.Path);
        string page = await File.ReadAllTextAsync(Path.Combine(pages.Path, "n.html"), TestContext.Current.CancellationToken);
        Assert.Contains("href=\"guide.md\"", page, StringComparison.Ordinal);
        Assert.Contains("src=\"none.png\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetFileName(notebooks.Path), page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(">")]
    [InlineData("- ")]
    [InlineData("[")]
    [InlineData("*a ")]
    [InlineData("<b>")]
    [InlineData("$\\sqrt")]
    [InlineData("${")]
    [InlineData("(")]
    public async Task Shows_text_that_is_nested_thirty_thousand_times_in_some_way(string piece)
    {
        string nested = string.Concat(Enumerable.Repeat(piece, 30_000));
        string text = piece[0] == '$' ? "$" + nested.Replace("$", "", StringComparison.Ordinal) + "x$" : nested;
        Outcome outcome = await RunnerFolder.RunAsync(
            new NotebookBuilder().Markdown(text + "\n\nThe end.").Markdown("Another cell.").Code("1"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Another cell.", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_each_cells_count_and_time_and_the_runs()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("1", "2"));
        Assert.Contains("<span class=\"count\">[2]</span>", outcome.Page, StringComparison.Ordinal);
        Assert.Matches("notebook\\.ipynb · 2 cells · [0-9.]+ s", outcome.Page!);
    }
}

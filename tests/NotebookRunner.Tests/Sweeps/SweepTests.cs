using System.Text.RegularExpressions;
using NotebookRunner.Notebooks;
using NotebookRunner.Sweeps;
using Xunit;

namespace NotebookRunner.Tests.Sweeps;

[Collection(nameof(SweepFolder))]
public class SweepTests(SweepFolder swept)
{
    private const string Last = "n-size-20-word-b_c";

    [Fact]
    public void Runs_every_combination_and_leaves_a_notebook_and_a_page_of_each()
    {
        string[] names = ["n-size-20-word-a", Last, "n-size-3-word-a", "n-size-3-word-b_c"];
        Assert.Equal([.. names.SelectMany(name => (string[])[$"{name}.html", $"{name}.ipynb"]), "n-sweep.html"], swept.Files);
        string third = swept.ReadNotebook("n-size-3-word-b_c.ipynb").Json.ToJsonString();
        Assert.Contains("3 b,c\\n", third, StringComparison.Ordinal);
        Assert.Contains("word = \\u0022b,c\\u0022;", third, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_a_line_for_each_and_goes_on_after_one_that_failed()
    {
        Assert.Equal(1, swept.Outcome.ExitCode);
        Assert.Equal("", swept.Outcome.Error);
        string[] lines = [.. swept.Outcome.Output.Split('\n').Where(line => line.Length > 0)];
        Assert.Equal("[1/4] size=3, word=a", lines[0]);
        Assert.Matches(@"^✓ [\d.]+ s$", lines[1]);
        Assert.Equal("[4/4] size=20, word=b,c", lines[6]);
        Assert.Matches(@"^✗ failed after [\d.]+ s: System\.InvalidOperationException: broken <b>$", lines[7]);
        Assert.Matches("^✗ 1 of 4 runs failed in ", lines[8]);
        Assert.EndsWith("n-sweep.html", lines[9], StringComparison.Ordinal);
        Assert.Equal(10, lines.Length);
    }

    [Fact]
    public void Takes_the_results_that_the_notebooks_stored()
    {
        IReadOnlyList<Scrap> scraps = Scrap.Of(swept.ReadNotebook("n-size-3-word-b_c.ipynb"));
        Assert.Equal(["score", "word_length", "training"], scraps.Select(scrap => scrap.Name));
        Assert.Equal(["97", "3", "{\"loss\":[2,1,null],\"rate\":0.25,\"val_acc\":[0.5,0.63]}"],
            scraps.Select(scrap => scrap.Data!.ToJsonString()));
    }

    [Fact]
    public void Shows_settings_results_and_failures_in_one_table_and_records_in_their_own()
    {
        string[][] tables = Tables();
        Assert.Equal(2, tables.Length);
        Assert.Equal("run|size|word|score|word_length|whole run, s|failure", tables[0][0]);
        Assert.Matches(@"^1\|3\|a\|97\|1\|[\d.]+\|$", tables[0][1]);

        // What a run stored before it failed is there all the same.
        Assert.Matches(@"^4\|20\|b,c\|80\|3\|[\d.]+\|System\.InvalidOperationException: broken &lt;b&gt;$", tables[0][4]);
        Assert.Equal("run|size|word|loss|rate|val_acc", tables[1][0]);
        Assert.Equal(["1|3|a|1|0.2500|0.6300", "4|20|b,c|1|0.2500|0.8000"], [tables[1][1], tables[1][4]]);
        Assert.Contains("The same in all: <code>rate = 0.25</code>.", swept.Page, StringComparison.Ordinal);
        Assert.Contains("n.ipynb · 4 runs · 1 failed · ", swept.Page, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{Last}.html\">4</a>", swept.Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Lays_the_curves_over_each_other()
    {
        string json = Regex.Match(
            swept.Page,
            "<script type=\"application/json\" data-figure=\"output-figure-1\">(?<json>.*)</script>",
            RegexOptions.NonBacktracking).Groups["json"].Value;
        var figure = System.Text.Json.Nodes.JsonNode.Parse(json)!;
        Assert.Equal(8, figure["data"]!.AsArray().Count); // Two curves of four runs; a single number is none.
        Assert.Equal(4, figure["data"]!.AsArray().Count(trace => trace!["showlegend"]!.GetValue<bool>()));
        Assert.Equal("[2,1,null]", figure["data"]![3]!["y"]!.ToJsonString());
        Assert.Equal("[0.5,0.8]", figure["data"]![7]!["y"]!.ToJsonString());
        Assert.Equal("size=20, word=b,c", figure["data"]![3]!["name"]!.GetValue<string>());
        Assert.Equal(
            ["loss", "val_acc"],
            new[] { "yaxis", "yaxis2" }.Select(axis => figure["layout"]![axis]!["title"]!["text"]!.GetValue<string>()));
    }

    [Fact]
    public void Leaves_results_out_of_the_pages_of_the_runs() =>
        Assert.DoesNotContain("scrapbook.scrap.json+json</",
            File.ReadAllText(swept.PagePath.Replace("n-sweep", Last, StringComparison.Ordinal)), StringComparison.Ordinal);

    private string[][] Tables() =>
    [
        .. Regex.Matches(swept.Page, "<table class=\"compare\".*?</table>", RegexOptions.Singleline, TimeSpan.FromSeconds(5))
            .Select(table =>
            Regex.Matches(table.Value, "<tr.*?</tr>", RegexOptions.Singleline, TimeSpan.FromSeconds(5))
                .Select(row => string.Join('|', Regex.Matches(row.Value, "<t[hd][^>]*>(?:<a[^>]*>)?(?<text>.*?)(?:</a>)?</t[hd]>",
                    RegexOptions.None, TimeSpan.FromSeconds(5))
                    .Select(cell => cell.Groups["text"].Value)))
                .ToArray()),
    ];
}

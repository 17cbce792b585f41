using System.Text.Json;
using System.Text.RegularExpressions;
using MnistCnn;
using MnistCnn.Lab;
using Xunit;

namespace MnistCnn.Tests.Charts;

public class FigureHtmlTests
{
    private static readonly Figure s_figure = Samples.Run(3).Plot();

    [Fact]
    public void The_same_figure_is_written_the_same_each_time_and_no_element_has_an_id_that_a_second_could_share()
    {
        string html = s_figure.ToHtml();
        Assert.Equal(html, Samples.Run(3).Plot().ToHtml());
        Assert.DoesNotContain(" id=", html, StringComparison.Ordinal);
        Assert.NotEqual(PlaceOf(html), PlaceOf(Samples.Run(2).Plot().ToHtml()));
    }

    private static string PlaceOf(string html)
    {
        string[] found = [.. Regex.Matches(html, "data-mnistcnn=\"(?<name>[0-9a-f]{16})\"", RegexOptions.NonBacktracking)
            .Select(match => match.Value)];
        Assert.Equal(2, found.Length);
        return Assert.Single(found.Distinct());
    }

    [Fact]
    public void The_script_holds_the_whole_figure_and_nothing_in_it_can_end_the_script()
    {
        var figure = new Figure("t", "", "d", """{"data":[{"text":"</script><!--\u2028"}],"layout":{},"config":{}}""", 1, 1);
        string html = figure.ToHtml();
        string json = Regex.Match(html, "var figure = (?<json>.*);", RegexOptions.NonBacktracking).Groups["json"].Value;

        Assert.DoesNotContain("<", json, StringComparison.Ordinal);
        Assert.Equal("</script><!--\u2028", JsonDocument.Parse(json).RootElement.At("data", 0, "text").GetString());
        Assert.Single(Regex.Matches(html, "</script>", RegexOptions.NonBacktracking));
    }

    [Fact]
    public void Words_from_data_are_escaped()
    {
        string html = new Figure("<b>\"t\"", "", "a \"<i>\"", "{}", 1, 1).ToHtml();

        Assert.DoesNotContain("<i>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"a &quot;&lt;i&gt;&quot;\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_script_runs_the_picture_stands_and_without_one_the_description()
    {
        Assert.Contains($"<br>{s_figure.Description}</p>", s_figure.ToHtml(), StringComparison.Ordinal);
        Assert.Contains(
            "src=\"data:image/png;base64,AQID\"", s_figure.WithPng([1, 2, 3]).ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_numbers_are_folded_below_reached_with_the_keyboard_and_not_printed_while_they_are_folded()
    {
        string html = s_figure.ToHtml();

        Assert.Contains("<details class=\"mnistcnn-numbers\"", html, StringComparison.Ordinal);
        Assert.Contains("The numbers of this figure</summary><div tabindex=\"0\" role=\"group\"", html, StringComparison.Ordinal);
        Assert.Contains("@media print{.mnistcnn-numbers:not([open]){display:none}}", html, StringComparison.Ordinal);
        Assert.Contains("break-inside:avoid", html, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<details", new History([], cancelled: true).Plot().ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_publisher_is_the_last_source_and_held_against_the_hash_of_the_build_output()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "notebooks");
        string html = FigureHtml.Write(s_figure, folder);
        JsonElement sources = JsonDocument.Parse(
            Regex.Match(html, "var sources = (?<json>.*);", RegexOptions.NonBacktracking).Groups["json"].Value).RootElement;

        Assert.Equal(2, sources.GetArrayLength());
        Assert.Equal("../plotly/plotly.min.js", sources.At(0, "src").GetString());
        Assert.Equal("https://cdn.plot.ly/plotly-2.28.0.min.js", sources.At(1, "src").GetString());
        Assert.Equal(PlotlyScript.IntegrityOf(PlotlyScript.LocalFile), sources.At(1, "integrity").GetString());
        Assert.Matches("^sha384-[A-Za-z0-9+/]{64}$", sources.At(1, "integrity").GetString());
    }

    [Fact]
    public void The_script_in_the_build_output_is_the_version_that_is_named() =>
        Assert.Contains(
            $"plotly.js v{PlotlyScript.Version}\n", File.ReadAllText(PlotlyScript.LocalFile)[..200], StringComparison.Ordinal);

    [Theory]
    [InlineData("/r/src/bin/plotly.min.js", "/r/notebooks", "../src/bin/plotly.min.js")]
    [InlineData("/r/a b/p#.js", "/r", "a%20b/p%23.js")]
    [InlineData("/r/src/p.js", "/r/one/two/three", "../../../src/p.js")]
    [InlineData("/r/src/p.js", "/r/one/two/three/four", null)]
    [InlineData("/r/src/p.js", "/tmp", null)]
    public void The_script_is_addressed_from_the_notebooks_folder_unless_it_is_unrelated(
        string file, string folder, string? address) =>
        Assert.Equal(address, PlotlyScript.RelativeAddress(Path.GetFullPath(file), Path.GetFullPath(folder)));
}

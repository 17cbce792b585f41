using System.Text.RegularExpressions;
using Microsoft.DotNet.Interactive.Formatting;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Lab.Experiments;
using Xunit;

namespace MnistCnn.Tests.Notebook;

public class ExperimentTextTests
{
    private readonly Experiment _experiment = SampleRuns.Kernels();

    [Fact]
    public void Runs_are_a_table_of_what_differs_with_the_best_results_standing_out()
    {
        string html = _experiment.ToDisplayString("text/html");

        Assert.Contains("kernel size: 6 runs of 2 settings. The same in all: epochs 2.</div>", html, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"col\" aria-sort=\"ascending\"", html, StringComparison.Ordinal);
        Assert.Equal(
            ["#", "kernelSize", "seed", "val_loss", "val_acc", "test_loss", "test_acc", "parameters", "epochs", "time, s"],
            Regex.Matches(html, "<th [^>]*>(?<head>[^<]*)</th>", RegexOptions.NonBacktracking)
                .Select(match => match.Groups["head"].Value));
        Assert.Equal(6, Regex.Count(html, "<tr style=\"background:transparent\"><td", RegexOptions.NonBacktracking));
        Assert.Contains("data-key=\"0.986\" style=\"text-align:right\"><strong>0.9860</strong>", html, StringComparison.Ordinal);

        // Smaller losses are better; the validation loss is the same in all runs.
        Assert.Contains("<strong>0.0333</strong>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<strong>0.1000</strong>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_runs_give_the_same_html_without_ids()
    {
        Assert.Equal(_experiment.ToDisplayString("text/html"), SampleRuns.Kernels().ToDisplayString("text/html"));
        Assert.DoesNotContain(" id=", _experiment.ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_from_settings_is_escaped()
    {
        var experiment = new Experiment("<b>");
        experiment.Add(new { name = "<i>\"" }, SampleRuns.History(0.9), 1);
        experiment.Add(new { name = "x" }, SampleRuns.History(0.9), 1);
        string html = experiment.ToDisplayString("text/html") + experiment.BySettings().ToDisplayString("text/html")
            + experiment.BySettings().Compare(Measure.ValLoss).ToDisplayString("text/html");

        Assert.DoesNotContain("<i>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("data-key=\"&lt;i&gt;&quot;\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void As_text_the_runs_stand_in_columns() => Assert.StartsWith(
        """
        kernel size: 6 runs of 2 settings. The same in all: epochs 2.
        #  kernelSize  seed  val_loss  val_acc  test_loss  test_acc  parameters  epochs  time, s
        1  3           1     0.2000    0.9700   0.1000     0.9700    300         2       2.5
        """.ReplaceLineEndings("\n"),
        _experiment.ToDisplayString("text/plain"),
        StringComparison.Ordinal);

    [Fact]
    public void Groups_are_a_table_of_means_and_spreads()
    {
        string html = _experiment.BySettings().ToDisplayString("text/html");

        Assert.Contains("data-key=\"kernelSize 5\" style=\"text-align:left\">kernelSize 5</td>", html, StringComparison.Ordinal);
        Assert.Contains("<strong>0.9830 &#177; 0.0030</strong>", html, StringComparison.Ordinal);
        Assert.EndsWith(
            "kernelSize 5  3  0.2000 ± 0.0000  0.9830 ± 0.0030  0.0611 ± 0.0347  0.9830 ± 0.0030  500         2.5 ± 0.0",
            _experiment.BySettings().ToDisplayString("text/plain"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Comparisons_are_a_table_that_ends_in_verdicts()
    {
        string html = _experiment.BySettings().Compare(Measure.TestAccuracy).ToDisplayString("text/html");

        Assert.Contains(">Test accuracy, against kernelSize 3:</div>", html, StringComparison.Ordinal);
        Assert.Equal(
            ["kernelSize 5", "3 and 3", "+0.0110", "+0.0049 to +0.0171", "Better, by more than the seeds account for."],
            Regex.Matches(html, "<td [^>]*>(?<text>[^<]*)</td>", RegexOptions.NonBacktracking)
                .Select(match => match.Groups["text"].Value));
    }

    [Fact]
    public void Without_runs_they_say_so()
    {
        var none = new Experiment();

        Assert.Equal("<p>no runs yet</p>", none.ToDisplayString("text/html"));
        Assert.Equal("no runs yet", none.ToDisplayString("text/plain"));
        Assert.Equal("No runs yet.", none.BySettings().ToDisplayString("text/plain"));
    }
}

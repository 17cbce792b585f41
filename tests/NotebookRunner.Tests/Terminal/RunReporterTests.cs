using NotebookRunner.Execution;
using NotebookRunner.Notebooks;
using NotebookRunner.Terminal;
using Xunit;

namespace NotebookRunner.Tests.Terminal;

public class RunReporterTests
{
    private static readonly Cell Code = Cell.CreateCode("id", "await Train();");

    [Fact]
    public void Draws_progress_in_place_and_leaves_its_last_state()
    {
        using var output = new StringWriter();
        using var reporter = new RunReporter(output, output, isTerminal: true);
        reporter.CellStarted(1, 1, Code.Source);
        reporter.Displayed(0, Text("epoch 1"), isLive: true);
        Thread.Sleep(120);
        reporter.Updated(0, Text("epoch 2"));
        reporter.Updated(0, Text("epoch 3"));
        reporter.CellEnded(new CellRun(Code, 1, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), Failure: null));
        string shown = output.ToString();
        Assert.Contains("epoch 1\n\u001b[1A\u001b[2Kepoch 2\n\u001b[1A\u001b[2Kepoch 3\n", shown, StringComparison.Ordinal);
        Assert.Equal(2, shown.Split("epoch 3").Length);
    }

    [Fact]
    public void Passes_text_on_as_it_comes()
    {
        using var output = new StringWriter();
        using var reporter = new RunReporter(output, output, isTerminal: true);
        reporter.CellStarted(1, 1, Code.Source);
        reporter.Streamed("stdout", "1/2\r");
        Assert.EndsWith("1/2\r", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Cuts_progress_to_the_width_so_that_it_can_be_drawn_over()
    {
        using var output = new StringWriter();
        new LiveLines(output, () => 20).Draw(new string('x', 50));
        Assert.Equal(new string('x', 18) + "…\n", output.ToString());
    }

    private static MimeBundle Text(string text) => new([new("text/plain", text)]) { Preview = text };
}

using System.Text.Json.Nodes;
using Xunit;

namespace NotebookRunner.Tests.Execution;

public class Cells_that_fail
{
    [Fact]
    public async Task May_if_they_are_tagged_and_the_run_goes_on()
    {
        Outcome outcome = await RunnerFolder.RunAsync(new NotebookBuilder()
            .Code("throw new InvalidOperationException(\"as it should\");", "raises-exception")
            .Code("undeclared", "raises-exception")
            .Code("\"no error\"", "raises-exception")
            .Code("\"after\""));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("System.InvalidOperationException", (string)outcome.Outputs(0)[0]!["ename"]!);
        Assert.Equal("CompilationError", (string)outcome.Outputs(1)[0]!["ename"]!);
        Assert.Equal(["no error", "after"], [outcome.Text(2), outcome.Text(3)]);
        Assert.Contains("with an error that its tag raises-exception allows", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("as it should", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("✓ 4 cells", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("codecell failed", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("raises exception</span>", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Do_so_by_taking_too_long_whatever_their_tags()
    {
        Outcome outcome = await RunnerFolder.RunAsync(
            new NotebookBuilder().Code("System.Threading.Thread.Sleep(8000);", "raises-exception").Code("\"never\""),
            "--timeout", "1", "--keep-going");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("was abandoned", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("✗ stopped at cell 1 of 2", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(outcome.Outputs(1));
    }

    [Fact]
    public async Task Do_not_end_a_run_that_keeps_going()
    {
        const string Slow = """
            var token = ((Func<System.Threading.CancellationToken>)AppContext.GetData("NotebookHost.CancellationToken"))();
            await Task.Delay(60000, token);
            """;
        Outcome outcome = await RunnerFolder.RunAsync(
            NotebookBuilder.WithCode("throw new FormatException(\"one\\ntwo\");", "\"between\"", Slow, "undeclared", "\"after\""),
            "--keep-going", "--timeout", "5");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(["between", "after"], [outcome.Text(1), outcome.Text(4)]);
        string end = outcome.Output[outcome.Output.IndexOf("✗ 3 of 5 cells failed", StringComparison.Ordinal)..];
        Assert.Equal(
            [
                "  cell 1: System.FormatException: one", "  cell 3: Timeout: The cell did not end within 5 s.",
                "  cell 4: CompilationError: line 1, column 1: error CS0103: The name 'undeclared' does not exist in the curr…",
            ],
            end.Split('\n')[1..4]);
        Assert.Equal(4, outcome.Page!.Split("codecell failed").Length);
        Assert.Contains("· 3 of 5 cells failed ·", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leave_to_later_cells_what_they_had_declared_until_then()
    {
        using var folder = new RunnerFolder();
        folder.Write("bad.csx", "int fromFile = 4; throw new FormatException();");
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            NotebookBuilder.WithCode(
                "int before = 1; throw new Exception(); int never = 2;",
                "int wrong = undeclared;",
                "#!import bad.csx\nint behind = 5;",
                "Console.Write($\"{before} {never} {fromFile}\"); throw new Exception();",
                "wrong",
                "behind",
                "Console.Write(before + 1);").Build(),
            TestContext.Current.CancellationToken,
            "--keep-going");
        Assert.Equal("1 0 4", outcome.Text(3));
        Assert.Equal("2", outcome.Text(6));
        Assert.Contains("✗ 6 of 7 cells failed", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("CS0103: The name 'wrong'", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("CS0103: The name 'behind'", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_a_run_that_keeps_going_when_the_user_stops_it()
    {
        using var folder = new RunnerFolder();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            new NotebookBuilder().Code("throw new Exception();", "raises-exception").Code("\"never\"").Build(),
            stop.Token,
            "--keep-going");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("Cancelled", outcome.Notebook, StringComparison.Ordinal);
        Assert.Contains("✗ stopped at cell 1 of 2", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_not_run_if_they_are_tagged_and_keep_their_outputs()
    {
        JsonNode notebook = JsonNode.Parse(new NotebookBuilder()
            .Code("\"run\"").Code("throw new Exception();", "skip-execution").Code("\"after\"").Build())!;
        JsonNode skipped = notebook["cells"]![1]!;
        skipped["execution_count"] = 7;
        skipped["outputs"] = JsonNode.Parse("""[{"name":"stdout","output_type":"stream","text":["kept\n"]}]""");
        using var folder = new RunnerFolder();
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb", notebook.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("kept\n", outcome.Text(1));
        Assert.Equal([1, 7, 2], outcome.Cells.Select(cell => (int)cell!["execution_count"]!));
        Assert.Contains("✓ 2 cells", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("codecell skipped", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("skip execution</span>", outcome.Page, StringComparison.Ordinal);
    }
}

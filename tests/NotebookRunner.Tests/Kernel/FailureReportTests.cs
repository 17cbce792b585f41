using Xunit;

namespace NotebookRunner.Tests.Kernel;

public class FailureReportTests
{
    [Fact]
    public async Task Ends_the_run_with_its_number_its_line_and_the_error()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "Console.WriteLine(\"first\");", "var a = 1;\nthrow new InvalidOperationException(\"broken\");",
            "Console.WriteLine(\"never\");"));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("cell 2 failed", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("line 2: throw new InvalidOperationException(\"broken\");", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException: broken", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("at cell 2, line 2", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("never", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("first\n", outcome.Text(0));
        Assert.Equal("error", (string)outcome.Outputs(1)[0]!["output_type"]!);
        Assert.Equal("System.InvalidOperationException", (string)outcome.Outputs(1)[0]!["ename"]!);
        Assert.Contains("broken", outcome.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_does_not_compile_has_every_diagnostic_with_line_and_column()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("int a = \"x\";\nint b = 1;\n  missing();"));
        Assert.Contains("line 1, column 9: error CS0029", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("line 3, column 3: error CS0103", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("line 1: int a = \"x\";", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_what_it_showed_before()
    {
        Outcome outcome =
            await RunnerFolder.RunAsync(NotebookBuilder.WithCode("Console.WriteLine(\"before\");\nthrow new Exception(\"x\");"));
        Assert.Equal("before\n", outcome.Text(0));
        Assert.Equal(2, outcome.Outputs(0).Count);
    }

    [Fact]
    public async Task Shows_the_way_through_the_cells_that_were_called()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "async Task Fail()\n{\n    await Task.Yield();\n    throw new ArgumentException(\"deep\");\n}",
            "// call it\nawait Fail();"));
        Assert.Contains("at cell 1, line 4", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("line 2: await Fail();", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_nothing_of_the_machine_or_the_runner()
    {
        using var folder = new RunnerFolder();
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            NotebookBuilder.WithCode("System.IO.File.ReadAllText(System.IO.Path.GetFullPath(\"missing.txt\"))").Build(),
            TestContext.Current.CancellationToken);
        Assert.Contains("missing.txt", outcome.Notebook, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, outcome.Notebook, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, outcome.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("NotebookRun", outcome.Notebook, StringComparison.Ordinal);
        Assert.DoesNotContain("Submission", outcome.Notebook, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Could not find file '{0}/a b/c.txt'.", "Could not find file '…/c.txt'.")]
    [InlineData("{0}/x/y.so: cannot open shared object file: /no-such-root/z",
        "…/y.so: cannot open shared object file: /no-such-root/z")]
    [InlineData("at file://{0}/x/y.cs (in {0}/z)", "at file://…/y.cs (in …/z)")]
    [InlineData("a/b, 1 / 2, 3/4 images/s, https://example.org/usr/bin/",
        "a/b, 1 / 2, 3/4 images/s, https://example.org/usr/bin/")]
    public async Task Names_no_folder_of_the_machine_wherever_it_lies(string message, string shown)
    {
        using var elsewhere = new RunnerFolder();
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            $"var folder = System.IO.Directory.GetParent({LiteralOf(elsewhere.Path)}) + "
            + $"\"/{Path.GetFileName(elsewhere.Path)}\";\n"
            + $"throw new Exception(string.Format({LiteralOf(message)}, folder));"));
        Assert.Equal(shown, (string)outcome.Outputs(0)[0]!["evalue"]!);

        static string LiteralOf(string text) => System.Text.Json.JsonSerializer.Serialize(text);
    }

    [Fact]
    public async Task Names_the_cause_behind_the_exception()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "static class Early { public static int X = int.Parse(\"nope\"); }\nEarly.X"));
        Assert.Contains("caused by System.FormatException", outcome.Output, StringComparison.Ordinal);
    }

    /// <summary>What nobody reads whole is cut before anything is done with it that takes longer than its length.</summary>
    [Theory]
    [InlineData("new Exception(\"bad row: \" + string.Join(\", \", Enumerable.Range(0, 100_000).Select(i => i * 0.5)))")]
    [InlineData("new Exception(string.Concat(Enumerable.Repeat(\"'/tmp/\", 200_000)))")]
    [InlineData("new Exception(string.Concat(Enumerable.Repeat(\"/usr/a b\\n\", 200_000)))")]
    [InlineData("new AggregateException(Enumerable.Range(0, 20_000).Select(i => new Exception(\"number \" + i)))")]
    [InlineData("Enumerable.Range(0, 2_000).Aggregate(new Exception(\"first\"), (inner, i) => new Exception(\"n\" + i, inner))")]
    public async Task A_message_of_any_length_is_shown_by_its_beginning_and_end(string exception)
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode($"throw {exception};"));
        Assert.Equal(1, outcome.ExitCode);
        Assert.InRange(outcome.Output.Length, 100, 6000);
        Assert.InRange(outcome.Outputs(0)[0]!.ToJsonString().Length, 100, 30_000);
    }

    [Fact]
    public async Task What_is_left_out_is_told()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "throw new Exception(\"start\" + new string('x', 1_000_000) + \"end\");"));
        Assert.Contains("Exception: startxxx", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("xxx … (996,208 characters are left out) … xxx", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("xxxend\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_errors_and_calls_the_first_are_told()
    {
        Outcome errors = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            string.Join('\n', Enumerable.Range(0, 300).Select(i => $"unknown{i}();"))));
        Assert.Contains("error CS0103: The name 'unknown19'", errors.Output, StringComparison.Ordinal);
        Assert.Contains("… and 280 more errors", errors.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown20", errors.Output, StringComparison.Ordinal);
    }
}

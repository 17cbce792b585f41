using Xunit;

namespace NotebookRunner.Tests;

public class RunnerAppTests
{
    [Theory]
    [InlineData()]
    [InlineData("a.ipynb", "b.ipynb")]
    [InlineData("a.ipynb", "--nonsense")]
    [InlineData("a.ipynb", "--timeout", "soon")]
    [InlineData("a.ipynb", "--timeout", "0")]
    [InlineData("a.ipynb", "--timeout", "-3")]
    [InlineData("a.ipynb", "--require-points", "all")]
    [InlineData("a.ipynb", "--set", "noequals")]
    [InlineData("a.ipynb", "--set", "=1")]
    [InlineData("missing.ipynb")]
    [InlineData("")]
    [InlineData("a\0b.ipynb")]
    [InlineData("a.ipynb", "--output", "")]
    [InlineData("a.ipynb", "--output", "a\0b")]
    [InlineData("student", "")]
    [InlineData("student", "a-solution.ipynb", "--output", "\0")]
    [InlineData("compare", "", "b.ipynb")]
    [InlineData("compare", "a.ipynb")]
    public async Task Wrong_use_is_one_line_and_exit_code_2(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(2, await RunnerFolder.RunAppAsync(args, output, error, TestContext.Current.CancellationToken));
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.NotEqual("", error.ToString().Trim());
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public async Task A_folder_or_a_file_that_is_no_notebook_is_named_with_the_reason()
    {
        using var folder = new RunnerFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "folder.ipynb"));
        Outcome directory = await folder.RunFileAsync("folder.ipynb", TestContext.Current.CancellationToken);
        Outcome missing = await folder.RunFileAsync("missing.ipynb", TestContext.Current.CancellationToken);
        Outcome binary = await folder.RunFileAsync("binary.ipynb", "\u0000\u0001", TestContext.Current.CancellationToken);
        Assert.Equal([2, 2, 2], [directory.ExitCode, missing.ExitCode, binary.ExitCode]);
        Assert.Contains("is a folder", directory.Error, StringComparison.Ordinal);
        Assert.Contains("no such file", missing.Error, StringComparison.Ordinal);
        Assert.Contains("binary.ipynb: not a notebook", binary.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("80", "80", 0, "")]
    [InlineData("79.5", "80", 0, "")]
    [InlineData("80.5", "80", 1, "--require-points 80.5: 80 of 100 points")]
    [InlineData("1", "null", 1, "--require-points 1: no cell that ran tells of points")]
    public async Task A_run_with_too_few_points_fails_and_says_so(string required, string points, int exitCode, string error)
    {
        using var folder = new RunnerFolder();
        string notebook = folder.Write("n.ipynb", new NotebookBuilder().Code($$$"""
            var glue = (Action<string, string>)AppContext.GetData("NotebookHost.Glue");
            glue("points", "{\"points\":99,\"of\":100}");
            glue("points", "{\"points\":{{{points}}},\"of\":100}");
            """).Build());
        using var output = new StringWriter();
        using var told = new StringWriter();
        Assert.Equal(exitCode, await RunnerFolder.RunAppAsync(
            [notebook, "--output", folder.Output, "--require-points", required], output, told,
            TestContext.Current.CancellationToken));
        Assert.Equal(error, told.ToString().TrimEnd());
    }

    [Fact]
    public async Task A_run_whose_terminal_cannot_be_written_to_goes_on_and_says_so_at_the_end()
    {
        using var folder = new RunnerFolder();
        string notebook = folder.Write("n.ipynb", new NotebookBuilder().Code("1 + 1").Code("2 + 2").Build());
        using var output = new FullWriter(room: 40);
        using var error = new StringWriter();
        int exitCode = await RunnerFolder.RunAppAsync(
            [notebook, "--output", folder.Output], output, error, TestContext.Current.CancellationToken);
        Assert.Equal(2, exitCode);
        Assert.Equal("the output cannot be written: it is full", error.ToString().TrimEnd());
        Assert.Contains("<pre>4</pre>", await File.ReadAllTextAsync(
            Path.Combine(folder.Output, "n.ipynb"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Output, "n.html")));
    }

    [Fact]
    public async Task Help_lists_the_options_and_exit_codes()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(0,
            await RunnerFolder.RunAppAsync(["--help"], output, error, TestContext.Current.CancellationToken));
        Assert.All(
            [
                "--set", "--output", "--timeout", "--in-place", "--static-images", "--sweep", "--name", "--scraps", "each cell",
                "--parameters-file", "--list-parameters", "--keep-going", "--junit", "raises-exception", "skip-execution",
            ],
            word => Assert.Contains(word, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_input_stays_as_it_is_unless_it_is_to_be_replaced()
    {
        using var folder = new RunnerFolder();
        string text = NotebookBuilder.WithCode("\"result\"").Build();
        string path = folder.Write("n.ipynb", text);
        await folder.RunFileAsync("n.ipynb", TestContext.Current.CancellationToken);
        Assert.Equal(text, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));

        Outcome replaced = await folder.RunFileAsync(
            "n.ipynb", TestContext.Current.CancellationToken, "--in-place", "--output", Path.Combine(folder.Path, "pages"));
        Assert.Equal(0, replaced.ExitCode);
        Assert.Contains("result", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal([Path.Combine(folder.Path, "pages", "n.html")], Directory.GetFiles(Path.Combine(folder.Path, "pages")));
    }

    [Fact]
    public async Task The_output_folder_must_not_be_the_inputs()
    {
        using var folder = new RunnerFolder();
        string path = folder.Write("n.ipynb", NotebookBuilder.WithCode("1").Build());
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(2, await RunnerFolder.RunAppAsync(
            [path, "--output", folder.Path], output, error, TestContext.Current.CancellationToken));
        Assert.Contains("--in-place", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_folder_that_cannot_be_written_to_is_wrong_use()
    {
        using var folder = new RunnerFolder();
        Directory.CreateDirectory(Path.Combine(folder.Output, "n.html", "in the way"));
        Outcome page =
            await folder.RunFileAsync("n.ipynb", NotebookBuilder.WithCode("1").Build(), TestContext.Current.CancellationToken);
        Outcome file = await folder.RunFileAsync(
            "n.ipynb", TestContext.Current.CancellationToken, "--output", Path.Combine(folder.Path, "n.ipynb"));
        Assert.Equal([2, 2], [page.ExitCode, file.ExitCode]);
        Assert.Contains("cannot be written", page.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be made", file.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirected_output_has_the_cells_in_order_and_no_control_characters()
    {
        Outcome outcome = await RunnerFolder.RunAsync(
            NotebookBuilder.WithCode("// about\nConsole.WriteLine(\"\\u001b[31mred\\u001b[0m\");", "HTML(\"<b>x</b>\")"));
        Assert.StartsWith("[1/2] Console.WriteLine(", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\nred\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("(text/html)", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("✓ 2 cells in ", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', outcome.Output);
        Assert.Contains("\u001b[31m", outcome.Text(0), StringComparison.Ordinal);
    }

    /// <summary>A disk on which nothing more fits after a number of characters.</summary>
    private sealed class FullWriter(int room) : StringWriter
    {
        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

        public override void Write(string? value)
        {
            base.Write(value);
            if (GetStringBuilder().Length > room)
            {
                throw new IOException("it is full");
            }
        }
    }
}

using Xunit;

namespace NotebookRunner.Tests.Kernel;

/// <summary>However the process that runs the cells ends, the run has failed, and what ran is there.</summary>
public class A_kernel_in_a_process_of_its_own
{
    [Theory]
    [InlineData("Environment.Exit(0);", "ended with exit code 0. A run is finished when its last cell is")]
    [InlineData("Environment.Exit(7);", "ended with exit code 7.")]
    [InlineData("int F(int n) => F(n + 1) + 1;\nF(0)", "ended with exit code 134: Stack overflow.")]
    [InlineData("Environment.FailFast(\"bad state\");", "ended with exit code 134: Process terminated.")]
    [InlineData("System.Runtime.InteropServices.Marshal.WriteByte(100_000_000, 1);", "ended with exit code 134: Fatal error.")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Kill();", "It was killed, as the system does when memory")]
    [InlineData(
        "new System.Threading.Thread(() => throw new FormatException(\"bg\")).Start();\nSystem.Threading.Thread.Sleep(60_000);",
        "FormatException: bg\n  Nothing waited for the thread that threw")]
    public async Task Whose_end_is_the_failure_of_the_cell(string end, string reason)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The exit codes are Unix's.");
        using var folder = new RunnerFolder { InProcess = false };
        folder.Write("out/n.ipynb", "an earlier run's");
        folder.Write("out/n.html", "an earlier run's");
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            NotebookBuilder.WithCode("\"kept\"", $"Console.WriteLine(\"until here\");\n{end}", "\"never\"").Build(),
            TestContext.Current.CancellationToken);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("", outcome.Error);
        Assert.Contains(reason, outcome.Output, StringComparison.Ordinal);
        Assert.Contains("✗ stopped at cell 2 of 3", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("kept", outcome.Text(0));
        Assert.Equal("until here\n", outcome.Text(1));
        Assert.Equal("error", (string)outcome.Outputs(1)[1]!["output_type"]!);
        Assert.Empty(outcome.Outputs(2));
        Assert.Contains("until here", outcome.Page, StringComparison.Ordinal);
        Assert.Contains("cell codecell failed", outcome.Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Environment.Exit(7);")]
    [InlineData("new System.Threading.Thread(() => throw new Exception()).Start();\nSystem.Threading.Thread.Sleep(60_000);")]
    public async Task Whose_end_is_the_end_of_the_run_whatever_may_fail(string end)
    {
        using var folder = new RunnerFolder { InProcess = false };
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            new NotebookBuilder().Code("throw new Exception(\"before\");").Code(end, "raises-exception").Code("3").Build(),
            TestContext.Current.CancellationToken,
            "--keep-going");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("✗ stopped at cell 2 of 3, 2 failed", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\n  cell 1: System.Exception: before\n  cell 2: ", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(outcome.Outputs(2));
    }

    [Fact]
    public async Task Has_threads_of_OpenMP_that_soon_give_up_the_core_that_cells_are_compiled_on()
    {
        using var folder = new RunnerFolder { InProcess = false };
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            NotebookBuilder.WithCode("Environment.GetEnvironmentVariable(\"GOMP_SPINCOUNT\")").Build(),
            TestContext.Current.CancellationToken);
        Assert.Equal(Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") ?? "1000", outcome.Text(0));
    }

    [Fact]
    public async Task Which_ends_between_two_cells_is_the_failure_of_the_next()
    {
        using var folder = new RunnerFolder { InProcess = false };
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            NotebookBuilder.WithCode(
                "new System.Threading.Timer(_ => Environment.Exit(3)).Change(200, -1);",
                "System.Threading.Thread.Sleep(60_000);").Build(),
            TestContext.Current.CancellationToken);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("DeadKernelError: The process that runs the cells ended with exit code 3.", outcome.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_one_run_of_a_sweep_and_no_other()
    {
        using var folder = new RunnerFolder { InProcess = false };
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            new NotebookBuilder()
                .Code("int code = 1;", "parameters").Code("if (code < 2) Environment.Exit(code);\n\"ran\"").Build(),
            TestContext.Current.CancellationToken,
            "--sweep", "code=0,1,2");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("✗ 2 of 3 runs failed", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("DeadKernelError: The process that runs the cells ended with exit code 0", outcome.Output,
            StringComparison.Ordinal);
        Assert.All(["n-code-0", "n-code-1", "n-code-2"], name =>
            Assert.True(File.Exists(Path.Combine(folder.Output, name + ".ipynb")), name));
        Assert.Contains("ran", await File.ReadAllTextAsync(
            Path.Combine(folder.Output, "n-code-2.ipynb"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_ended_with_what_it_started_when_it_does_not_stop()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sleep is Unix's.");
        using var folder = new RunnerFolder { InProcess = false };
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            NotebookBuilder.WithCode(
                "Console.WriteLine(System.Diagnostics.Process.Start(\"sleep\", \"300\").Id);\nwhile (true) { }").Build(),
            TestContext.Current.CancellationToken,
            "--timeout", "15"); // Time enough to compile on a machine that computes other things, too.
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("Timeout: The cell did not end within 15 s. It did not watch", outcome.Output, StringComparison.Ordinal);
        int started = int.Parse(outcome.Text(0), System.Globalization.CultureInfo.InvariantCulture);
        string status = $"/proc/{started}/status";
        Assert.False(File.Exists(status) && !File.ReadAllText(status).Contains("State:\tZ", StringComparison.Ordinal),
            "What the cell started is still there.");
    }

    /// <summary>The same notebook gives the same outputs in this process and in one of its own.</summary>
    [Fact]
    public async Task Shows_what_a_kernel_in_this_process_shows()
    {
        string notebook = NotebookBuilder.WithCode(
            """
            Console.Write("a\ud83d"); Console.Write("\ude00b\r\n"); Console.Error.WriteLine("c");
            var update = ((Func<object, Action<object>>)AppContext.GetData("NotebookHost.Display"))("first");
            display(HTML("<b>x</b>")); new[] { (1, "x"), (2, null) }.DisplayTable();
            Console.WriteLine(string.Concat(Enumerable.Repeat("long ", 100_000)));
            """,
            "update(\"second\");\nreturn new { A = 1.5, B = \"\\u0000\\ud800\" };",
            "Console.WriteLine(Console.ReadLine() ?? \"end\");\nConsole.WriteLine(System.IO.Directory.GetFiles(\".\").Length);",
            "throw new InvalidOperationException(\"outer\", new FormatException(\"inner\"));").Build();
        using var folder = new RunnerFolder { InProcess = false };
        using var local = new RunnerFolder();
        Outcome apart = await folder.RunFileAsync("n.ipynb", notebook, TestContext.Current.CancellationToken);
        Outcome here = await local.RunFileAsync("n.ipynb", notebook, TestContext.Current.CancellationToken);
        Assert.Equal(1, apart.ExitCode);
        Assert.Equal(
            [.. here.Cells.Select((cell, i) => $"{here.Source(i)}{cell!["execution_count"]}{here.Outputs(i).ToJsonString()}")],
            apart.Cells.Select((cell, i) => $"{apart.Source(i)}{cell!["execution_count"]}{apart.Outputs(i).ToJsonString()}"));
    }

    [Fact]
    public async Task Passes_on_what_native_code_prints_and_keeps_it_out_of_the_notebook()
    {
        using var folder = new RunnerFolder { InProcess = false };
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            NotebookBuilder.WithCode(
                "var past = Console.OpenStandardError(); past.Write(\"[W] of a library\\n\"u8);\n"
                    + "System.Threading.Thread.Sleep(500); Console.Write(\"own\");").Build(),
            TestContext.Current.CancellationToken);
        Assert.Equal("[W] of a library\n", outcome.Error);
        Assert.Equal("own", outcome.Text(0));
        Assert.Single(outcome.Outputs(0));
    }

    [Fact]
    public async Task Has_settings_of_its_own()
    {
        using var folder = new RunnerFolder { InProcess = false };
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            NotebookBuilder.WithCode(
                "System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo(\"de-DE\");\n"
                    + "Console.WriteLine(1.5); Console.Write($\"{2.5}\");",
                "Environment.CurrentDirectory = System.IO.Path.GetTempPath(); Console.SetOut(System.IO.TextWriter.Null);",
                "Console.WriteLine(\"lost\"); 3.5").Build(),
            TestContext.Current.CancellationToken);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("1.5\n2,5", outcome.Text(0));
        Assert.Contains("✓ 3 cells in ", outcome.Output, StringComparison.Ordinal);
    }
}

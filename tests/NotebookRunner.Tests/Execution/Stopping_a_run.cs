using System.Diagnostics;
using Xunit;

namespace NotebookRunner.Tests.Execution;

public class Stopping_a_run
{
    private const string Watching = """
        var token = ((Func<System.Threading.CancellationToken>)AppContext.GetData("NotebookHost.CancellationToken"))();
        Console.WriteLine("started");
        try { await Task.Delay(30000, token); } finally { Console.WriteLine("cleaned up"); }
        """;

    [Fact]
    public async Task A_cell_that_takes_too_long_is_told_to_stop_and_may_clean_up()
    {
        var clock = Stopwatch.StartNew();
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("1", Watching, "3"), "--timeout", "1.5");
        Assert.InRange(clock.Elapsed.TotalSeconds, 1, 15);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("started\ncleaned up\n", outcome.Text(1));
        Assert.Equal("Timeout", (string)outcome.Outputs(1)[1]!["ename"]!);
        Assert.Contains("did not end within 1.5 s", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(outcome.Outputs(2));
    }

    [Fact]
    public async Task A_cell_that_does_not_listen_is_abandoned()
    {
        Outcome outcome = await RunnerFolder.RunAsync(
            NotebookBuilder.WithCode(
                "Console.WriteLine(\"on\");\nSystem.Threading.Thread.Sleep(12000);\nConsole.WriteLine(\"too late\");"),
                "--timeout", "1");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("was abandoned", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("on\n", outcome.Text(0));
    }

    [Fact]
    public async Task Cancelling_keeps_what_ran()
    {
        using var folder = new RunnerFolder();
        using var stop = new CancellationTokenSource();
        Task<Outcome> run = folder.RunFileAsync(
            "n.ipynb", NotebookBuilder.WithCode("Console.WriteLine(\"kept\");", Watching, "\"never\"").Build(), stop.Token);
        stop.CancelAfter(TimeSpan.FromSeconds(1.5));
        Outcome outcome = await run;
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("kept\n", outcome.Text(0));
        Assert.Contains("Cancelled", outcome.Notebook, StringComparison.Ordinal);
        Assert.DoesNotContain("never", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_stops_the_program_and_what_ran_is_written(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals of this kind are Unix's.");
        Assert.SkipWhen(signal == "INT" && IgnoresInterrupts(),
            "Whoever started the tests has them ignore SIGINT, as shells do in the background, and the runner inherits that.");
        using var folder = new RunnerFolder();
        string notebook = folder.Write("n.ipynb", NotebookBuilder.WithCode("Console.WriteLine(\"kept\");", Watching).Build());
        var start = new ProcessStartInfo("dotnet", [typeof(RunnerApp).Assembly.Location, notebook, "--output", folder.Output])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line
            && line is not "started")
        {
        }

        using Process kill =
            Process.Start("kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        string executed =
            await File.ReadAllTextAsync(Path.Combine(folder.Output, "n.ipynb"), TestContext.Current.CancellationToken);
        Assert.Contains("kept", executed, StringComparison.Ordinal);
        Assert.Contains("cleaned up", executed, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Output, "n.html")));
    }

    /// <summary>Whether this process ignores SIGINT (Linux: the second bit of SigIgn); elsewhere that cannot be asked.</summary>
    private static bool IgnoresInterrupts() => File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status")
            .FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored
        && (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & 2) != 0;
}

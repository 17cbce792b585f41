using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using NotebookRunner.Execution;

namespace NotebookRunner.Sweeps;

/// <summary>
/// This program once more, in a process of its own: a notebook of a sweep runs exactly as it does alone, and one that
/// crashes, hangs or leaves threads behind harms no other.
/// </summary>
internal static class RunnerProcess
{
    /// <summary>How long a stopped process has to write what it has.</summary>
    private static readonly TimeSpan GracePeriod = NotebookRun.GracePeriod + TimeSpan.FromSeconds(5);

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="line">Is told of every line that it writes.</param>
    /// <param name="cancellationToken">
    /// Stops waiting. In a terminal Ctrl-C reaches the process by itself; whatever is left of it after a while is killed.
    /// </param>
    /// <returns>The exit code, and what it wrote to the error stream.</returns>
    public static async Task<(int ExitCode, string Error)> RunAsync(
        IEnumerable<string> arguments, Action<string> line, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(DotnetPath(), ["exec", typeof(RunnerProcess).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        using var process = new Process { StartInfo = start };
        var error = new StringBuilder();
        process.OutputDataReceived += (_, data) =>
        {
            if (data.Data is { } text)
            {
                line(text);
            }
        };
        process.ErrorDataReceived += (_, data) => error.AppendLine(data.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
        }

        return (process.ExitCode, error.ToString().Trim());
    }

    private static async Task EndAsync(Process process)
    {
        using var grace = new CancellationTokenSource(GracePeriod);
        try
        {
            await process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>The host of the runtime that runs now: three folders above the runtime's own.</summary>
    private static string DotnetPath()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string path = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(path) ? path : name;
    }
}

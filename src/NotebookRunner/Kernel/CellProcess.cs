using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace NotebookRunner.Kernel;

/// <summary>A process that runs cells: takes what it prints, and tells of its end.</summary>
internal sealed class CellProcess : IDisposable
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MemoryInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>What the runtime begins its last words with; the frames after it are of no use to a reader.</summary>
    private static readonly string[] LastWords =
        ["Stack overflow.", "Unhandled exception.", "Process terminated.", "Fatal error.", "Out of memory."];

    private readonly IOutputSink _output;
    private readonly FailureReport _report;
    private readonly Process _process;
    private volatile string? _lastWords;
    private volatile bool _tookTooMuch;

    /// <summary>Starts the process.</summary>
    /// <param name="start">What <see cref="DotnetWith"/> made.</param>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="output">Takes what it prints.</param>
    /// <param name="takesLine">Whether a line of its standard output is meant for this program and not printed.</param>
    public CellProcess(ProcessStartInfo start, string folder, IOutputSink output, Func<string, bool>? takesLine = null)
    {
        _output = output;
        _report = new FailureReport(folder);
        _process = Process.Start(start)!;
        Ended = WaitAsync(
            [PrintAsync(_process.StandardOutput, takesLine), PrintAsync(_process.StandardError, takesLine: null)]);
    }

    /// <summary>Its standard input.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Completes when it has ended, with the failure of the cell that it ran.</summary>
    public Task<CellFailure> Ended { get; }

    /// <summary>How <c>dotnet</c> is started to be a process of this kind.</summary>
    public static ProcessStartInfo DotnetWith(string workingFolder, params string[] arguments) =>
        new(DotnetPath(), arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // GNU's OpenMP, libtorch's on Linux, spins for milliseconds after a loop, on the core that compiles the next cells.
            Environment = { ["GOMP_SPINCOUNT"] = Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") ?? "1000" },
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

    /// <summary>Kills it with all that it started, while it is there to tell what that was.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Ends the process, by force if it does not go by itself.</summary>
    public void Dispose()
    {
        if (!_process.WaitForExit(ExitTimeout))
        {
            Kill();
        }

        Ended.Wait();
        _process.Dispose();
    }

    /// <summary>
    /// Kills it when it takes more memory than that, in bytes. The runtime's own limit binds managed memory alone, and tensors
    /// lie elsewhere: so what the process has is looked at.
    /// </summary>
    public async Task WatchMemoryAsync(long limit)
    {
        try
        {
            while (!_process.HasExited)
            {
                _process.Refresh();
                if (_process.WorkingSet64 > limit)
                {
                    _tookTooMuch = true;
                    Kill();
                    return;
                }

                await Task.Delay(MemoryInterval);
            }
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private async Task<CellFailure> WaitAsync(Task[] printing)
    {
        await _process.WaitForExitAsync();
        // A process that a cell started may hold the streams open for ever.
        await Task.WhenAny(Task.WhenAll(printing), Task.Delay(ExitTimeout));
        return new CellFailure("DeadKernelError", DeathReport(), Line: null, []) { Kind = FailureKind.Final };
    }

    private async Task PrintAsync(StreamReader reader, Func<string, bool>? takesLine)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (takesLine?.Invoke(line) == true)
            {
                continue;
            }

            if (_lastWords is null && LastWords.Any(words => line.StartsWith(words, StringComparison.Ordinal)))
            {
                _lastWords = line.Trim();
            }

            if (_lastWords is null)
            {
                _output.Print(line + "\n");
            }
        }
    }

    private string DeathReport()
    {
        const int Killed = 128 + 9; // How Unix tells of SIGKILL.
        string words = _lastWords is null ? "." : $": {_report.Clean(_lastWords)}";
        string hint = _process.ExitCode switch
        {
            _ when _tookTooMuch => " It took more memory than it may.",
            Killed => " It was killed, as the system does when memory runs out.",
            0 => " A run is finished when its last cell is: a cell must not call Environment.Exit.",
            _ => "",
        };
        return Invariant($"The process that runs the cells ended with exit code {_process.ExitCode}{words}{hint}");
    }

    /// <summary>The host of the runtime that runs now: three folders above the runtime's own.</summary>
    private static string DotnetPath()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string path = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(path) ? path : name;
    }
}

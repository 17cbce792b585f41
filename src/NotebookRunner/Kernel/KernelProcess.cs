using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace NotebookRunner.Kernel;

/// <summary>
/// Runs the cells in a process of their own, this program once more. However that ends — a cell that exits, a stack that
/// overflows, native code that crashes, memory that runs out — what was shown until then is here, and the end is the failure of
/// the cell that ran.
/// </summary>
internal sealed class KernelProcess : IKernel
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MemoryInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>What the runtime begins its last words with; the frames after it are of no use to a reader.</summary>
    private static readonly string[] LastWords =
        ["Stack overflow.", "Unhandled exception.", "Process terminated.", "Fatal error.", "Out of memory."];

    private readonly IOutputSink _output;
    private readonly FailureReport _report;
    private readonly NamedPipeServerStream _stream;
    private readonly KernelPipe _pipe;
    private readonly Process _process;
    private readonly Task _connected;
    private readonly Task _listening;
    private readonly TaskCompletionSource<CellFailure> _dead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource<CellFailure?>? _running;
    private volatile string? _lastWords;
    private volatile bool _tookTooMuch;

    private KernelProcess(string folder, string workingFolder, bool storesResults, IOutputSink output, int? memoryLimit)
    {
        _output = output;
        _report = new FailureReport(folder);
        string name = $"notebook-runner-{Guid.NewGuid():N}";
        _stream = new NamedPipeServerStream(
            name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        _pipe = new KernelPipe(_stream);
        _process = Process.Start(new ProcessStartInfo(
            DotnetPath(),
            [
                "exec", typeof(KernelProcess).Assembly.Location,
                .. KernelHost.Arguments(name, folder, workingFolder, storesResults),
            ])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        })!;
        _process.StandardInput.Close();
        Task[] printing = [PrintAsync(_process.StandardOutput), PrintAsync(_process.StandardError)];
        _connected = ConnectAsync();
        _listening = ListenAsync(printing);
        if (memoryLimit is { } limit)
        {
            _ = WatchMemoryAsync(limit * 1024L * 1024);
        }
    }

    /// <summary>Starts the process: a <see cref="KernelFactory"/>.</summary>
    public static KernelProcess Start(string folder, bool storesResults, IOutputSink output) =>
        new(folder, folder, storesResults, output, memoryLimit: null);

    /// <summary>Starts a process that is killed when it takes more memory than that, its native libraries' included.</summary>
    /// <param name="folder">The folder that relative paths of directives start from.</param>
    /// <param name="workingFolder">The folder that the cells read and write in.</param>
    /// <param name="memoryLimit">The memory in MiB.</param>
    /// <param name="output">Takes what the cells write and show.</param>
    public static KernelProcess StartLimited(
        string folder, string workingFolder, int memoryLimit, IOutputSink output) =>
        new(folder, workingFolder, storesResults: false, output, memoryLimit);

    /// <inheritdoc/>
    public async Task<CellFailure?> RunAsync(int number, string source, CancellationToken stop)
    {
        var ended = new TaskCompletionSource<CellFailure?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _running = ended;
        try
        {
            await _connected;
            _pipe.Run(number, source);
            await using CancellationTokenRegistration registration = stop.Register(Stop);
            return await await Task.WhenAny(ended.Task, Dead());
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return await _dead.Task;
        }
        finally
        {
            _running = null;
        }

        async Task<CellFailure?> Dead() => await _dead.Task;
    }

    /// <summary>Ends the process, with all that it started if a cell still runs or it does not go by itself.</summary>
    public void Dispose()
    {
        if (_running is not null)
        {
            _process.Kill(entireProcessTree: true); // While it is there to tell what it started.
        }

        _pipe.Dispose();
        if (!_process.WaitForExit(ExitTimeout))
        {
            _process.Kill(entireProcessTree: true);
        }

        _listening.Wait();
        _process.Dispose();
    }

    /// <summary>Waits for the process to be there, or to be gone.</summary>
    private async Task ConnectAsync()
    {
        using var either = new CancellationTokenSource();
        Task connected = _stream.WaitForConnectionAsync(either.Token);
        await Task.WhenAny(connected, _process.WaitForExitAsync(either.Token));
        await either.CancelAsync();
        await connected;
    }

    private void Stop()
    {
        try
        {
            _pipe.Stop();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    /// <summary>Hands on what the process sends, until its end.</summary>
    private async Task ListenAsync(Task[] printing)
    {
        try
        {
            await _connected;
            await Task.Factory.StartNew(
                () => _pipe.Listen(_output, failure => _running?.TrySetResult(failure)),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        catch (OperationCanceledException)
        {
            // It ended before it was there.
        }

        await _process.WaitForExitAsync();
        // A process that a cell started may hold the streams open for ever.
        await Task.WhenAny(Task.WhenAll(printing), Task.Delay(ExitTimeout));
        _dead.TrySetResult(
            new CellFailure("DeadKernelError", DeathReport(), Line: null, []) { Kind = FailureKind.Final });
    }

    /// <summary>
    /// The runtime's own limit binds managed memory alone, and tensors lie elsewhere: so what the process has is looked at.
    /// </summary>
    private async Task WatchMemoryAsync(long limit)
    {
        try
        {
            while (!_process.HasExited)
            {
                _process.Refresh();
                if (_process.WorkingSet64 > limit)
                {
                    _tookTooMuch = true;
                    _process.Kill(entireProcessTree: true);
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

    private async Task PrintAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
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

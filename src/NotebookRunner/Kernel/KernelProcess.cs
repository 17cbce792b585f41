using System.IO.Pipes;

namespace NotebookRunner.Kernel;

/// <summary>
/// Runs the cells in a process of their own, this program once more. However that ends — a cell that exits, a stack that
/// overflows, native code that crashes, memory that runs out — what was shown until then is here, and the end is the failure of
/// the cell that ran.
/// </summary>
internal sealed class KernelProcess : IKernel
{
    private readonly IOutputSink _output;
    private readonly NamedPipeServerStream _stream;
    private readonly KernelPipe _pipe;
    private readonly CellProcess _process;
    private readonly Task _connected;
    private readonly Task _listening;
    private readonly TaskCompletionSource<CellFailure> _dead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource<CellFailure?>? _running;
    private IReadOnlyList<string>? _expected;

    private KernelProcess(string folder, string workingFolder, bool storesResults, IOutputSink output, int? memoryLimit)
    {
        _output = output;
        string name = $"notebook-runner-{Guid.NewGuid():N}";
        _stream = new NamedPipeServerStream(
            name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        _pipe = new KernelPipe(_stream);
        _process = new CellProcess(
            CellProcess.DotnetWith(folder, KernelHost.Arguments(name, folder, workingFolder, storesResults)), folder, output);
        _process.Input.Close();
        _connected = ConnectAsync();
        _listening = ListenAsync();
        if (memoryLimit is { } limit)
        {
            _ = _process.WatchMemoryAsync(limit * 1024L * 1024);
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
    public void Expect(IReadOnlyList<string> cells) => _expected = cells;

    /// <inheritdoc/>
    public async Task<CellFailure?> RunAsync(int number, string source, string? language, CancellationToken stop)
    {
        var ended = new TaskCompletionSource<CellFailure?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _running = ended;
        try
        {
            await _connected;
            if (Interlocked.Exchange(ref _expected, null) is { } cells)
            {
                _pipe.Expect(cells);
            }

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
        bool isStarting = !_connected.IsCompleted;
        if (_running is not null || isStarting)
        {
            _process.Kill();
        }

        if (isStarting)
        {
            _listening.Wait(); // Its end ends the wait for its connection.
        }

        _pipe.Dispose();
        _process.Dispose();
        _listening.Wait();
    }

    /// <summary>Waits for the process to be there, or to be gone.</summary>
    private async Task ConnectAsync()
    {
        using var either = new CancellationTokenSource();
        Task connected = _stream.WaitForConnectionAsync(either.Token);
        await Task.WhenAny(connected, _process.Ended);
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
    private async Task ListenAsync()
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

        _dead.TrySetResult(await _process.Ended);
    }
}

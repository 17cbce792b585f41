namespace NotebookRunner.Kernel;

/// <summary>
/// Runs the cells in this process. Its console, its working directory and the entries of <see cref="AppContext"/> are the
/// cells' meanwhile.
/// </summary>
internal sealed class LocalKernel : IKernel
{
    private readonly IOutputSink _output;
    private readonly string _previousFolder = Environment.CurrentDirectory;
    private readonly FailureReport _report;
    private readonly HostServices _services;
    private readonly CSharpKernel _kernel;

    /// <summary>Makes a kernel.</summary>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="storesResults">Whether the library is asked for results to store.</param>
    /// <param name="output">Takes what the cells write and show.</param>
    public LocalKernel(string folder, bool storesResults, IOutputSink output)
    {
        _output = output;
        _report = new FailureReport(folder);
        Environment.CurrentDirectory = folder;
        ConsoleCapture.Start();
        _services = new HostServices(storesResults);
        _kernel = new CSharpKernel(folder);
    }

    /// <inheritdoc/>
    public void Expect(IReadOnlyList<string> cells) => _kernel.Expect(cells);

    /// <inheritdoc/>
    public async Task<CellFailure?> RunAsync(int number, string source, string? language, CancellationToken stop)
    {
        var session = new CellSession(_output, stop);
        try
        {
            // A thread of its own: the cell may block it for good.
            await Task.Factory.StartNew(
                () => RunInSessionAsync(session, number, source),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap();
            return null;
        }
#pragma warning disable CA1031 // Whatever a cell throws is that cell's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return _report.Describe(exception, number);
        }
        finally
        {
            session.Close();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kernel.Dispose();
        _services.Dispose();
        Environment.CurrentDirectory = _previousFolder;
    }

    private async Task RunInSessionAsync(CellSession session, int number, string source)
    {
        session.Enter();
        session.CancellationToken.ThrowIfCancellationRequested();
        (bool hasValue, object? value) = await _kernel.RunAsync(number, source);
        if (hasValue && value is not DisplayedValue) // What shows already is not shown again.
        {
            session.Display(ValueFormat.Format(value), isResult: true);
        }
    }
}

using System.Diagnostics;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Execution;

/// <summary>Runs a notebook's cells in order, up to the first that fails, and stores their outputs in the notebook.</summary>
internal sealed class NotebookRun(
    Notebook notebook, string folder, TimeSpan? cellTimeout, IRunObserver observer, bool storesResults = false)
{
    /// <summary>How long a cell that is told to stop has to end by itself.</summary>
    public static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(5);

    private readonly FailureReport _report = new(folder);

    /// <summary>Runs the cells. The process's working directory is the notebook's folder meanwhile.</summary>
    public async Task<RunResult> RunAsync(CancellationToken cancellationToken)
    {
        foreach (Cell cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            cell.ClearOutputs();
        }

        List<Cell> cells = [.. notebook.Cells.Where(cell => cell.IsRunnable)];
        List<CellRun> runs = [];
        string previousFolder = Environment.CurrentDirectory;
        var clock = Stopwatch.StartNew();
        Environment.CurrentDirectory = folder;
        ConsoleCapture.Start();
        try
        {
            using var services = new HostServices(storesResults);
            using var kernel = new CSharpKernel(folder);
            foreach (Cell cell in cells)
            {
                observer.CellStarted(runs.Count + 1, cells.Count, cell.Source);
                CellRun run = await RunCellAsync(kernel, cell, runs.Count + 1, cancellationToken);
                runs.Add(run);
                observer.CellEnded(run);
                if (run.Failure is not null)
                {
                    break;
                }
            }
        }
        finally
        {
            Environment.CurrentDirectory = previousFolder;
        }

        return new RunResult(runs, cells.Count, clock.Elapsed);
    }

    private async Task<CellRun> RunCellAsync(CSharpKernel kernel, Cell cell, int number, CancellationToken cancellationToken)
    {
        // Not disposed of: an abandoned cell may still look at the token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (cellTimeout is { } timeout)
        {
            stop.CancelAfter(timeout);
        }

        var session = new CellSession(observer, stop.Token);
        var clock = Stopwatch.StartNew();
        // A thread of its own: the cell may block it for good, and this one must be able to go on without it.
        Task work = Task.Factory.StartNew(
            () => RunInSessionAsync(kernel, session, number, cell.Source),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap();
        CellFailure? failure = await WaitAsync(work, number, stop.Token, cancellationToken);

        List<CellOutput> outputs = session.Close();
        if (failure is not null)
        {
            outputs.Add(failure.ToOutput(cell.Source));
        }

        cell.SetOutputs(number, outputs);
        return new CellRun(cell, number, clock.Elapsed, failure);
    }

    private static async Task RunInSessionAsync(CSharpKernel kernel, CellSession session, int number, string source)
    {
        session.Enter();
        session.CancellationToken.ThrowIfCancellationRequested();
        (bool hasValue, object? value) = await kernel.RunAsync(number, source);
        if (hasValue)
        {
            session.Display(ValueFormat.Format(value), isResult: true);
        }
    }

    private async Task<CellFailure?> WaitAsync(Task work, int number, CancellationToken stop, CancellationToken byUser)
    {
        try
        {
            await work.WaitAsync(stop);
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // An exception of the cell on its way out is part of its being stopped.
            await Task.WhenAny(work, Task.Delay(GracePeriod, CancellationToken.None));
            return StoppedFailure(byUser.IsCancellationRequested, work.IsCompleted);
        }
#pragma warning disable CA1031 // Whatever a cell throws is that cell's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return _report.Describe(exception, number);
        }
    }

    private CellFailure StoppedFailure(bool byUser, bool ended)
    {
        string abandoned = ended ? "" : " It did not watch the cancellation token and was abandoned.";
        return byUser
            ? new CellFailure("Cancelled", $"The cell was cancelled.{abandoned}", Line: null, [])
            : new CellFailure(
                "Timeout",
                Invariant($"The cell did not end within {cellTimeout?.TotalSeconds:0.###} s.{abandoned}"),
                Line: null,
                []);
    }
}

/// <summary>How the run of one cell went.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Number">Its number among the cells that run, from 1.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Failure">Why it failed, or null.</param>
internal sealed record CellRun(Cell Cell, int Number, TimeSpan Duration, CellFailure? Failure);

/// <summary>How the run of a notebook went.</summary>
/// <param name="Cells">The cells that ran, in order; the last one may have failed.</param>
/// <param name="CellCount">How many cells there were to run.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record RunResult(IReadOnlyList<CellRun> Cells, int CellCount, TimeSpan Duration)
{
    /// <summary>The cell that failed, or null.</summary>
    public CellRun? Failed => Cells.FirstOrDefault(cell => cell.Failure is not null);
}

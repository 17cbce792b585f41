using System.Diagnostics;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Execution;

/// <summary>Runs a notebook's cells in order, up to the first that fails, and stores their outputs in the notebook.</summary>
internal sealed class NotebookRun(
    Notebook notebook, TimeSpan? cellTimeout, IRunObserver observer, Func<IOutputSink, IKernel> startKernel)
{
    /// <summary>How long a cell that is told to stop has to end by itself.</summary>
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(5);

    private readonly RunOutput _output = new(observer);

    /// <summary>Runs the cells.</summary>
    public async Task<RunResult> RunAsync(CancellationToken cancellationToken)
    {
        foreach (Cell cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            cell.ClearOutputs();
        }

        List<Cell> cells = [.. notebook.Cells.Where(cell => cell.IsRunnable)];
        List<CellRun> runs = [];
        var clock = Stopwatch.StartNew();
        using IKernel kernel = startKernel(_output);
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

        return new RunResult(runs, cells.Count, clock.Elapsed);
    }

    private async Task<CellRun> RunCellAsync(IKernel kernel, Cell cell, int number, CancellationToken cancellationToken)
    {
        // Not disposed of: an abandoned cell may still look at the token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (cellTimeout is { } timeout)
        {
            stop.CancelAfter(timeout);
        }

        _output.Begin(cell, number);
        var clock = Stopwatch.StartNew();
        CellFailure? failure = await WaitAsync(kernel.RunAsync(number, cell.Source, stop.Token), stop.Token, cancellationToken);
        _output.End(failure);
        return new CellRun(cell, number, clock.Elapsed, failure);
    }

    private async Task<CellFailure?> WaitAsync(Task<CellFailure?> work, CancellationToken stop, CancellationToken byUser)
    {
        try
        {
            return await work.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // An exception of the cell on its way out is part of its being stopped.
            await Task.WhenAny(work, Task.Delay(GracePeriod, CancellationToken.None));
            return StoppedFailure(byUser.IsCancellationRequested, work.IsCompleted);
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

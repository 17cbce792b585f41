using System.Diagnostics;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Execution;

/// <summary>
/// Runs a notebook's cells in order, up to the first that fails unless it is to keep going, and stores their outputs in it.
/// </summary>
internal sealed class NotebookRun : IDisposable
{
    /// <summary>How long a cell that is told to stop has to end by itself.</summary>
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(5);

    private readonly Notebook _notebook;
    private readonly TimeSpan? _cellTimeout;
    private readonly bool _keepGoing;
    private readonly IRunObserver _observer;
    private readonly RunOutput _output;
    private readonly IKernel _kernel;

    /// <summary>Starts a kernel, which takes a second. The cells may still change meanwhile.</summary>
    public NotebookRun(
        Notebook notebook, TimeSpan? cellTimeout, bool keepGoing, IRunObserver observer, Func<IOutputSink, IKernel> startKernel)
    {
        (_notebook, _cellTimeout, _keepGoing, _observer) = (notebook, cellTimeout, keepGoing, observer);
        _output = new RunOutput(observer);
        _kernel = startKernel(_output);
    }

    /// <summary>Runs the cells.</summary>
    public async Task<RunResult> RunAsync(CancellationToken cancellationToken)
    {
        foreach (Cell cell in _notebook.Cells.Where(cell => cell.Kind == CellKind.Code && !cell.IsSkipped))
        {
            cell.ClearOutputs();
        }

        List<Cell> cells = [.. _notebook.Cells.Where(cell => cell.IsRunnable)];
        List<CellRun> runs = [];
        _kernel.Expect([.. cells.Select(cell => cell.Source)]);
        bool stopped = false;
        DateTimeOffset started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        foreach (Cell cell in cells)
        {
            _observer.CellStarted(runs.Count + 1, cells.Count, cell.Source);
            CellRun run = await RunCellAsync(cell, runs.Count + 1, cancellationToken);
            runs.Add(run);
            _observer.CellEnded(run);
            stopped = run.HasFailed && (!_keepGoing || run.Failure?.Kind == FailureKind.Final);
            if (stopped)
            {
                break;
            }
        }

        return new RunResult(runs, cells.Count, stopped, started, clock.Elapsed);
    }

    /// <summary>Ends the kernel.</summary>
    public void Dispose() => _kernel.Dispose();

    private async Task<CellRun> RunCellAsync(Cell cell, int number, CancellationToken cancellationToken)
    {
        // Not disposed of: an abandoned cell may still look at the token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_cellTimeout is { } timeout)
        {
            stop.CancelAfter(timeout);
        }

        _output.Begin(cell, number);
        DateTimeOffset started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        CellFailure? failure = await WaitAsync(
            _kernel.RunAsync(number, cell.Source, cell.Language, stop.Token), stop.Token, cancellationToken);
        _output.End(failure);
        return new CellRun(cell, number, started, clock.Elapsed, failure);
    }

    private async Task<CellFailure?> WaitAsync(Task<CellFailure?> work, CancellationToken stop, CancellationToken byUser)
    {
        try
        {
            CellFailure? failure = await work.WaitAsync(stop);
            if (failure is null or { Kind: FailureKind.Final } || !stop.IsCancellationRequested)
            {
                return failure;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Task.WhenAny(work, Task.Delay(GracePeriod, CancellationToken.None));
        }

        // An exception of the cell on its way out is part of its being stopped.
        return StoppedFailure(byUser.IsCancellationRequested, work);
    }

    private CellFailure StoppedFailure(bool byUser, Task<CellFailure?> work)
    {
        string abandoned = work.IsCompleted ? "" : " It did not watch the cancellation token and was abandoned.";
        bool isOver = byUser || !work.IsCompletedSuccessfully || work.Result is { Kind: FailureKind.Final };
        return new CellFailure(
            byUser ? "Cancelled" : "Timeout",
            (byUser ? "The cell was cancelled." : Invariant($"The cell did not end within {_cellTimeout?.TotalSeconds:0.###} s."))
                + abandoned,
            Line: null,
            [])
        { Kind = isOver ? FailureKind.Final : FailureKind.Timeout };
    }
}

/// <summary>How the run of one cell went.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Number">Its number among the cells that run, from 1.</param>
/// <param name="Started">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Failure">The error it ended with, or null.</param>
internal sealed record CellRun(Cell Cell, int Number, DateTimeOffset Started, TimeSpan Duration, CellFailure? Failure)
{
    /// <summary>Whether the error counts: one that the cell threw may be allowed by the tag <c>raises-exception</c>.</summary>
    public bool HasFailed => Failure is not null && !(Cell.MayRaise && Failure.Kind == FailureKind.Error);
}

/// <summary>How the run of a notebook went.</summary>
/// <param name="Cells">The cells that ran, in order.</param>
/// <param name="CellCount">How many cells there were to run.</param>
/// <param name="IsStopped">Whether the last of them ended the run.</param>
/// <param name="Started">When it began.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record RunResult(
    IReadOnlyList<CellRun> Cells, int CellCount, bool IsStopped, DateTimeOffset Started, TimeSpan Duration)
{
    /// <summary>The cells that failed.</summary>
    public IReadOnlyList<CellRun> Failed => [.. Cells.Where(cell => cell.HasFailed)];

    /// <summary>The outcome in a few words: <c>2 of 5 cells failed</c>.</summary>
    public string Summary => (Failed.Count, IsStopped) switch
    {
        (0, _) => ReportText.Count(CellCount, "cell"),
        (1, true) => Invariant($"stopped at cell {Cells[^1].Number} of {CellCount}"),
        (var count, true) => Invariant($"stopped at cell {Cells[^1].Number} of {CellCount}, {count} failed"),
        (var count, _) => Invariant($"{count} of {ReportText.Count(CellCount, "cell")} failed"),
    };
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using NotebookRunner.Execution;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Grading;

/// <summary>
/// Runs a restored submission in a process of its own, in a working folder of its own. A cell that fails does not stop the
/// others; the end of the process does, and the end of its time.
/// </summary>
internal sealed class SubmissionRun(Notebook notebook, GradeOptions options) : IRunObserver
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(2);

    /// <summary>Why the run did not come to its end; null if it did.</summary>
    public string? End { get; private set; }

    /// <summary>Runs the cells.</summary>
    /// <exception cref="OperationCanceledException">The user stopped it.</exception>
    public async Task<RunResult> RunAsync(CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("submission-");
        try
        {
            var output = new RunOutput(this);
            var bounded = new BoundedOutput(output);
            RunResult result = await RunAsync(output, bounded, folder.FullName, cancellationToken);
            End ??= bounded.IsCut ? "it wrote more than 16 MiB; the rest was dropped" : null;
            return result;
        }
        finally
        {
            DeleteFolder(folder);
        }
    }

    /// <inheritdoc/>
    public void CellStarted(int number, int count, string source)
    {
        // Of a class's submissions only the ends are told.
    }

    /// <inheritdoc/>
    public void Streamed(string stream, string text)
    {
        // As above.
    }

    /// <inheritdoc/>
    public void Printed(string text)
    {
        // As above.
    }

    /// <inheritdoc/>
    public void Displayed(int display, MimeBundle bundle, bool isLive)
    {
        // As above.
    }

    /// <inheritdoc/>
    public void Updated(int display, MimeBundle bundle)
    {
        // As above.
    }

    /// <inheritdoc/>
    public void CellEnded(CellRun run)
    {
        // As above.
    }

    private async Task<RunResult> RunAsync(
        RunOutput output, BoundedOutput bounded, string folder, CancellationToken cancellationToken)
    {
        List<Cell> cells = [.. notebook.Cells.Where(cell => cell.IsRunnable)];
        List<CellRun> runs = [];
        var clock = Stopwatch.StartNew();
        DateTimeOffset started = DateTimeOffset.UtcNow;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(options.Timeout);
        using var kernel = KernelProcess.StartLimited(options.ExerciseFolder, options.Memory, bounded);
        CellFailure? failure = await WaitAsync(kernel.RunAsync(
            0, $"System.Environment.CurrentDirectory = {JsonValue.Create(folder).ToJsonString()};", stop.Token), stop.Token);
        foreach (Cell cell in cells)
        {
            if (failure is { Kind: FailureKind.Final } || stop.IsCancellationRequested)
            {
                break;
            }

            output.Begin(cell, runs.Count + 1);
            var cellClock = Stopwatch.StartNew();
            DateTimeOffset cellStarted = DateTimeOffset.UtcNow;
            failure = await WaitAsync(kernel.RunAsync(runs.Count + 1, cell.Source, stop.Token), stop.Token);
            output.End(failure);
            runs.Add(new CellRun(cell, runs.Count + 1, cellStarted, cellClock.Elapsed, failure));
        }

        cancellationToken.ThrowIfCancellationRequested();
        string where = runs.Count == 0 ? "before the first cell" : $"in cell {runs[^1].Cell.Id}";
        End = failure switch
        {
            { Kind: FailureKind.Final } when !stop.IsCancellationRequested => $"{where}: {failure.Message}",
            _ when stop.IsCancellationRequested => $"{where}: it did not end within {ReportText.Duration(options.Timeout)}",
            _ => null,
        };
        return new RunResult(runs, cells.Count, runs.Count < cells.Count, started, clock.Elapsed);
    }

    private static async Task<CellFailure?> WaitAsync(Task<CellFailure?> work, CancellationToken stop)
    {
        try
        {
            return await work.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Task.WhenAny(work, Task.Delay(GracePeriod, CancellationToken.None));
            return new CellFailure("Timeout", "The time for the whole notebook was up.", Line: null, []);
        }
    }

    private static void DeleteFolder(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What a submission left open there is the system's to clear away.
        }
    }
}

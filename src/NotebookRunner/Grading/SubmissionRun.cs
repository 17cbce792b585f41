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
    /// <summary>Why the run did not come to its end; null if it did.</summary>
    public string? End { get; private set; }

    /// <summary>Runs the cells.</summary>
    /// <exception cref="OperationCanceledException">The user stopped it.</exception>
    public async Task<RunResult> RunAsync(CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("submission-");
        try
        {
            BoundedOutput? bounded = null;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            stop.CancelAfter(options.Timeout);
            RunResult result;
            using (var cells = new NotebookRun(
                notebook, cellTimeout: null, keepGoing: true, this, output => KernelProcess.StartLimited(
                    options.ExerciseFolder, folder.FullName, options.Memory, bounded = new BoundedOutput(output))))
            {
                result = await cells.RunAsync(stop.Token);
            }

            cancellationToken.ThrowIfCancellationRequested();
            CellRun? last = result.Cells is [.., var run] ? run : null;
            string where = last is null ? "before the first cell" : $"in cell {last.Cell.Id}";
            End = last?.Failure switch
            {
                _ when stop.IsCancellationRequested => $"{where}: it did not end within {ReportText.Duration(options.Timeout)}",
                { Kind: FailureKind.Final } failure => $"{where}: {failure.Message}",
                _ => bounded!.IsCut ? "it wrote more than 16 MiB; the rest was dropped" : null,
            };
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

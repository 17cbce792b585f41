namespace NotebookRunner.Execution;

/// <summary>How the run of a notebook went.</summary>
/// <param name="Cells">The cells that ran, in order; the last one may have failed.</param>
/// <param name="CellCount">How many cells there were to run.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record RunResult(IReadOnlyList<CellRun> Cells, int CellCount, TimeSpan Duration)
{
    /// <summary>The cell that failed, or null.</summary>
    public CellRun? Failed => Cells.FirstOrDefault(cell => cell.Failure is not null);
}

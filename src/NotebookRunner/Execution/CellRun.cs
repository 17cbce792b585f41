using NotebookRunner.Notebooks;

namespace NotebookRunner.Execution;

/// <summary>How the run of one cell went.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Number">Its number among the cells that run, from 1.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Failure">Why it failed, or null.</param>
internal sealed record CellRun(Cell Cell, int Number, TimeSpan Duration, CellFailure? Failure);

namespace NotebookRunner;

/// <summary>What the command line asks for when it makes a student's sheet.</summary>
/// <param name="SolutionPath">The notebook with the solution.</param>
/// <param name="SheetPath">Where the sheet goes.</param>
/// <param name="WithAnswers">Whether the answers stay.</param>
internal sealed record StudentOptions(string SolutionPath, string SheetPath, bool WithAnswers);

namespace NotebookRunner.Comparison;

/// <summary>A place where two files differ.</summary>
/// <param name="Place">Where it is, in words: <c>cell 12, output 1</c>.</param>
/// <param name="First">The first line that differs, as the first file has it; null where it has nothing there.</param>
/// <param name="Second">The same line in the second file.</param>
internal sealed record Difference(string Place, string? First, string? Second);

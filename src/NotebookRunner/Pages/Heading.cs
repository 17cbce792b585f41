namespace NotebookRunner.Pages;

/// <summary>A heading of the page.</summary>
/// <param name="Level">1 for the largest.</param>
/// <param name="Id">The anchor.</param>
/// <param name="Text">The heading in plain text.</param>
internal sealed record Heading(int Level, string Id, string Text);

namespace MnistCnn;

/// <summary>A dot plot: rows of single values below each other on one axis, the mean of each row marked.</summary>
/// <param name="Title">The title of the figure.</param>
/// <param name="Note">A smaller line below it.</param>
/// <param name="XTitle">The title of the axis.</param>
/// <param name="Rows">The rows, from the top.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
internal sealed record DotsDrawing(string Title, string Note, string XTitle, IReadOnlyList<DotRow> Rows, int Width, int Height);

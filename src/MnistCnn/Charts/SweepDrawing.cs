namespace MnistCnn;

/// <summary>Lines over one logarithmic x axis.</summary>
/// <param name="Title">The title of the figure.</param>
/// <param name="XTitle">The title of the x axis.</param>
/// <param name="YTitle">The title of the y axis.</param>
/// <param name="X">The x values of all lines; above 0.</param>
/// <param name="Lines">The lines, the last one on top.</param>
/// <param name="Mark">A point that stands out; null: none.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
internal sealed record SweepDrawing(
    string Title,
    string XTitle,
    string YTitle,
    IReadOnlyList<double> X,
    IReadOnlyList<SweepLine> Lines,
    SweepMark? Mark,
    int Width,
    int Height);

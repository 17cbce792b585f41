namespace MnistCnn;

/// <summary>Overlaid histograms with a logarithmic count axis.</summary>
/// <param name="Title">The title of the figure.</param>
/// <param name="XTitle">The title of the x axis.</param>
/// <param name="YTitle">The title of the y axis.</param>
/// <param name="Edges">The edges of the bins: one more than there are bins.</param>
/// <param name="Series">The histograms.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
internal sealed record BarsDrawing(
    string Title,
    string XTitle,
    string YTitle,
    IReadOnlyList<double> Edges,
    IReadOnlyList<BarSeries> Series,
    int Width,
    int Height);

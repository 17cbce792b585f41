namespace MnistCnn;

/// <summary>Points in a plane whose axes have the same scale.</summary>
/// <param name="Title">The title of the figure.</param>
/// <param name="Note">A line below the title in small type; empty for none.</param>
/// <param name="XTitle">The title of the x axis.</param>
/// <param name="YTitle">The title of the y axis.</param>
/// <param name="Series">The points; later ones lie over earlier ones.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
internal sealed record PointsDrawing(
    string Title,
    string Note,
    string XTitle,
    string YTitle,
    IReadOnlyList<PointSeries> Series,
    int Width,
    int Height);

namespace MnistCnn;

/// <summary>Curves over a shared kind of x axis, in panels side by side.</summary>
/// <param name="Title">The title of the figure.</param>
/// <param name="Panels">The panels, from the left.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="LegendRows">Lines of a legend below the panels; 0: one line, level with the title.</param>
internal sealed record CurvesDrawing(string Title, IReadOnlyList<CurvePanel> Panels, int Width, int Height, int LegendRows = 0);

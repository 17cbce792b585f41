namespace MnistCnn;

/// <summary>A square matrix of coloured cells with a text in each.</summary>
/// <param name="Title">The title of the figure.</param>
/// <param name="Note">A line below the title in small type; empty for none.</param>
/// <param name="XTitle">The title of the columns.</param>
/// <param name="YTitle">The title of the rows.</param>
/// <param name="Labels">The names of rows and columns; the first row is at the top.</param>
/// <param name="Cells">The cells, row by row.</param>
/// <param name="ColorBarTitle">What the colours count.</param>
/// <param name="ColorBarFormat">The d3 format of the numbers at the colour bar.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
internal sealed record HeatMapDrawing(
    string Title,
    string Note,
    string XTitle,
    string YTitle,
    IReadOnlyList<string> Labels,
    IReadOnlyList<IReadOnlyList<HeatMapCell>> Cells,
    string ColorBarTitle,
    string ColorBarFormat,
    int Width,
    int Height);

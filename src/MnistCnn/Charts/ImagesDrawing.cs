namespace MnistCnn;

/// <summary>A grid of small images.</summary>
/// <param name="Title">The title of the figure.</param>
/// <param name="Tiles">The images, row by row; with none, <paramref name="EmptyText"/> stands in their place.</param>
/// <param name="Columns">Images in a row.</param>
/// <param name="NarrowColumns">Images in a row where there is little room.</param>
/// <param name="TileSize">Width and height of an image in pixels.</param>
/// <param name="Gap">Space between two images of a row in pixels.</param>
/// <param name="HeaderHeight">Room above each image in pixels.</param>
/// <param name="FooterHeight">Room below each image in pixels.</param>
/// <param name="EmptyText">What the figure says when there is no image.</param>
/// <param name="Note">A line below the title in small type; empty for none.</param>
internal sealed record ImagesDrawing(
    string Title,
    IReadOnlyList<ImageTile> Tiles,
    int Columns,
    int NarrowColumns,
    int TileSize,
    int Gap,
    int HeaderHeight,
    int FooterHeight,
    string EmptyText,
    string Note = "")
{
    /// <summary>Room around the grid in pixels: left and right.</summary>
    public const int SideMargin = 12;

    /// <summary>Room below the grid in pixels.</summary>
    public const int BottomMargin = 10;

    /// <summary>Room above the grid in pixels, for the title and the note.</summary>
    public int TopMargin => Note.Length == 0 ? 46 : 66;

    /// <summary>Height of one row in pixels.</summary>
    public int RowHeight => HeaderHeight + TileSize + FooterHeight;

    /// <summary>Width of one column in pixels.</summary>
    public int ColumnWidth => TileSize + Gap;

    /// <summary>Rows that so many columns need.</summary>
    public int RowsOf(int columns) => Math.Max(1, (Tiles.Count + columns - 1) / columns);

    /// <summary>Width in pixels of the whole figure with so many columns.</summary>
    public int WidthOf(int columns) => (2 * SideMargin) + (columns * ColumnWidth);

    /// <summary>Height in pixels of the whole figure with so many columns.</summary>
    public int HeightOf(int columns) => TopMargin + BottomMargin + (RowsOf(columns) * RowHeight);
}

namespace MnistCnn;

/// <summary>
/// One image of a grid: a data URI, what it says when it is pointed at, texts above and below it (lines are parted by
/// <c>&lt;br&gt;</c>), a text in a white box at its corner, and whether it is framed as wrong.
/// </summary>
internal sealed record ImageTile(
    string Source, string Hover, string? Header = null, string? Footer = null, string? Badge = null, bool Flagged = false);

/// <summary>
/// A grid of small images on one plane measured in pixels, y downwards. The images are pictures, not cells: a page draws one
/// element for each. Invisible markers over them carry the hover texts.
/// </summary>
/// <param name="Title">The title of the figure.</param>
/// <param name="Tiles">The images, row by row; with none, <paramref name="EmptyText"/> stands in their place.</param>
/// <param name="Columns">Images in a row, at the most.</param>
/// <param name="NarrowColumns">The same where there is little room.</param>
/// <param name="TileSize">Width and height of an image in pixels.</param>
/// <param name="Gap">Space between two images of a row in pixels.</param>
/// <param name="HeaderHeight">Room above each image in pixels.</param>
/// <param name="FooterHeight">Room below each image in pixels.</param>
/// <param name="EmptyText">What the figure says when there is no image.</param>
/// <param name="Note">A line below the title in small type; empty for none.</param>
internal sealed record ImageGrid(
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
    private const int SideMargin = 12, BottomMargin = 10;

    private int TopMargin => Note.Length == 0 ? 46 : 66;

    private int RowHeight => HeaderHeight + TileSize + FooterHeight;

    private int ColumnWidth => TileSize + Gap;

    /// <summary>The figure of the grid.</summary>
    /// <param name="summary">What it holds, in a few words.</param>
    /// <param name="description">The alternative text.</param>
    /// <param name="source">What the figure draws.</param>
    public Figure Draw(string summary, string description, object? source = null) => Tiles.Count == 0
        ? new(Title, "none", EmptyText, [new Trace("scatter") { ["showlegend"] = false }], Sentence()) { Source = source }
        : new(Title, summary, description, [HoverTexts()], Images()) { Source = source };

    private Layout Images()
    {
        int columns = Math.Min(Columns, Tiles.Count), narrowColumns = Math.Min(NarrowColumns, Tiles.Count);
        (int X, int Y)[] places = Places(columns), narrowPlaces = Places(narrowColumns);
        var annotations = new List<Attributes>();
        var changes = new Attributes();
        for (int i = 0; i < Tiles.Count; i++)
        {
            ImageTile tile = Tiles[i];
            string color = tile.Flagged ? ChartStyle.Red : "black";
            Annotate(i, tile.Header, TileSize / 2, -4, new() { ["xanchor"] = "center", ["yanchor"] = "bottom" });
            Annotate(i, tile.Footer, TileSize / 2, TileSize + 3, new()
            {
                ["xanchor"] = "center", ["yanchor"] = "top", ["font"] = new { size = 12 },
            });
            Annotate(i, tile.Badge, 0, 0, new()
            {
                ["xanchor"] = "left", ["yanchor"] = "top", ["font"] = new { size = 12, color },
                ["bgcolor"] = "white", ["bordercolor"] = color, ["borderwidth"] = 1, ["borderpad"] = 2,
            });
            Move(Invariant($"layout.images.{i}"), i, 0, 0);
            string shape = Invariant($"layout.shapes.{i}.");
            changes[shape + "x0"] = narrowPlaces[i].X;
            changes[shape + "x1"] = narrowPlaces[i].X + TileSize;
            changes[shape + "y0"] = narrowPlaces[i].Y;
            changes[shape + "y1"] = narrowPlaces[i].Y + TileSize;
        }

        changes["data.0.x"] = narrowPlaces.Select(place => place.X + (TileSize / 2));
        changes["data.0.y"] = narrowPlaces.Select(place => place.Y + (TileSize / 2));
        changes["layout.xaxis.range"] = XRange(narrowColumns);
        changes["layout.yaxis.range"] = YRange(narrowColumns);
        int width = Math.Max(WidthOf(columns), 260);
        Layout layout = Frame(width, HeightOf(columns), width - SideMargin - (columns * ColumnWidth), columns).Scale();
        layout["images"] = Tiles.Select((tile, i) => new Attributes
        {
            ["source"] = tile.Source, ["sizing"] = "stretch", ["layer"] = "below", ["xref"] = "x", ["yref"] = "y",
            ["x"] = places[i].X, ["y"] = places[i].Y, ["sizex"] = TileSize, ["sizey"] = TileSize,
        });
        layout["shapes"] = Tiles.Select((tile, i) => new Attributes
        {
            ["type"] = "rect",
            ["x0"] = places[i].X, ["x1"] = places[i].X + TileSize,
            ["y0"] = places[i].Y, ["y1"] = places[i].Y + TileSize,
            ["line"] = new { color = tile.Flagged ? ChartStyle.Red : ChartStyle.Frame, width = tile.Flagged ? 3 : 1 },
        });
        layout["annotations"] = annotations;
        return narrowColumns == columns ? layout : layout.Narrow(WidthOf(narrowColumns), HeightOf(narrowColumns), changes);

        void Annotate(int i, string? text, int dx, int dy, Attributes annotation)
        {
            if (text is not null)
            {
                Move($"layout.annotations.{annotations.Count}", i, dx, dy);
                (annotation["text"], annotation["showarrow"]) = (text, false);
                (annotation["x"], annotation["y"]) = (places[i].X + dx, places[i].Y + dy);
                annotations.Add(annotation);
            }
        }

        void Move(string path, int i, int dx, int dy)
        {
            changes[path + ".x"] = narrowPlaces[i].X + dx;
            changes[path + ".y"] = narrowPlaces[i].Y + dy;
        }
    }

    private Trace HoverTexts()
    {
        (int X, int Y)[] places = Places(Math.Min(Columns, Tiles.Count));
        return new("scatter")
        {
            ["mode"] = "markers",
            ["x"] = places.Select(place => place.X + (TileSize / 2)),
            ["y"] = places.Select(place => place.Y + (TileSize / 2)),
            ["marker"] = new { symbol = "square", size = TileSize, opacity = 0 },
            ["hovertext"] = Tiles.Select(tile => tile.Hover), ["hovertemplate"] = Trace.HoverText,
            ["hoverlabel"] = new { font = new { family = ChartStyle.MonospaceFont, size = 12 } },
            ["showlegend"] = false,
        };
    }

    /// <summary>The sentence that stands for an empty grid.</summary>
    private Layout Sentence()
    {
        Layout layout = Frame(480, 110, right: 68, columns: 1);
        layout["annotations"] = new[]
        {
            new Attributes
            {
                ["text"] = EmptyText, ["showarrow"] = false,
                ["xref"] = "paper", ["yref"] = "paper", ["x"] = 0, ["y"] = 0.6, ["xanchor"] = "left",
            },
        };
        return layout;
    }

    private Layout Frame(int width, int height, int right, int columns)
    {
        Axis x = Hidden(XRange(columns), toward: "left"), y = Hidden(YRange(columns), toward: "top");
        y["scaleanchor"] = "x";
        return new(Layout.TitleWith(Title, Note), width, height, SideMargin, right, TopMargin, BottomMargin)
        {
            ["dragmode"] = false, ["hovermode"] = "closest", ["xaxis"] = x, ["yaxis"] = y,
        };
    }

    /// <summary>An axis that is not seen, and that keeps the images square whatever room a host gives the figure.</summary>
    private static Axis Hidden(int[] range, string toward) => new()
    {
        ["visible"] = false, ["fixedrange"] = true, ["range"] = range, ["constrain"] = "domain", ["constraintoward"] = toward,
    };

    private int[] XRange(int columns) => [0, columns * ColumnWidth];

    private int[] YRange(int columns) => [RowsOf(columns) * RowHeight, 0];

    private int RowsOf(int columns) => Math.Max(1, (Tiles.Count + columns - 1) / columns);

    private int WidthOf(int columns) => (2 * SideMargin) + (columns * ColumnWidth);

    private int HeightOf(int columns) => TopMargin + BottomMargin + (RowsOf(columns) * RowHeight);

    private (int X, int Y)[] Places(int columns) =>
    [
        .. Enumerable.Range(0, Tiles.Count).Select(i => (
            (i % columns * ColumnWidth) + (Gap / 2),
            (i / columns * RowHeight) + HeaderHeight)),
    ];
}

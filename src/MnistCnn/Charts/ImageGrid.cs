namespace MnistCnn;

/// <summary>
/// One image of a grid: a data URI, what it says when it is pointed at, texts above and below it (lines are parted by
/// <c>&lt;br&gt;</c>), and whether it is framed as wrong.
/// </summary>
internal sealed record ImageTile(
    string Source, string Hover, string? Header = null, string? Footer = null, bool Flagged = false);

/// <summary>A bar below images that says what their colours mean.</summary>
/// <param name="Title">What the numbers are.</param>
/// <param name="From">The number at the left.</param>
/// <param name="To">The number at the right.</param>
/// <param name="Colors">The colours, from the left, at equal distances.</param>
internal sealed record ColorBar(string Title, double From, double To, params string[] Colors)
{
    /// <summary>A trace of nothing, of which the bar is seen.</summary>
    public Trace ToTrace()
    {
        double[] ticks = [From, (From + To) / 2, To];
        int digits = Math.Max(Math.Abs(From), Math.Abs(To)) < 10 ? 2 : 1;
        return new("scatter")
        {
            ["mode"] = "markers", ["x"] = new double?[] { null }, ["y"] = new double?[] { null }, ["hoverinfo"] = "skip",
            ["showlegend"] = false,
            ["marker"] = new
            {
                color = new[] { From }, cmin = From, cmax = To, showscale = true,
                colorscale = Colors.Select((color, i) => new object[] { (double)i / (Colors.Length - 1), color }),
                colorbar = new
                {
                    orientation = "h", len = 260, lenmode = "pixels", thickness = 10,
                    x = 0, xref = "container", xanchor = "left", xpad = 22,
                    y = 0, yref = "container", yanchor = "bottom", ypad = 8,
                    outlinewidth = 1, outlinecolor = ChartStyle.Frame,
                    ticks = "outside", ticklen = 3, tickfont = new { size = 11 }, tickvals = ticks,
                    ticktext = ticks.Select(tick => FigureNumbers.Number(Math.Round(tick, digits)).Replace('-', '−')),
                },
            },
        };
    }

    /// <summary>The title, above the bar: plotly.js would write it across a bar that lies.</summary>
    public Attributes Words() => new()
    {
        ["text"] = Title, ["showarrow"] = false, ["font"] = new { size = 12 }, ["align"] = "left",
        ["xref"] = "paper", ["x"] = 0, ["xanchor"] = "left", ["xshift"] = 20,
        ["yref"] = "paper", ["y"] = 0, ["yanchor"] = "top", ["yshift"] = -8,
    };
}

/// <summary>
/// A grid of small images on one plane measured in pixels, y downwards. The images are pictures, not cells: a page draws one
/// element for each. Invisible markers over them carry the hover texts.
/// </summary>
/// <param name="Title">The title of the figure.</param>
/// <param name="Tiles">The images, row by row; with none, <paramref name="EmptyText"/> stands in their place.</param>
/// <param name="Columns">Images in a row, at the most; they share the figure's width.</param>
/// <param name="NarrowColumns">The same where there is little room.</param>
/// <param name="TileSize">Width and height of an image in pixels.</param>
/// <param name="HeaderHeight">Room above each image in pixels.</param>
/// <param name="FooterHeight">Room below each image in pixels.</param>
/// <param name="EmptyText">What the figure says when there is no image.</param>
/// <param name="Note">A line below the title in small type; empty for none.</param>
/// <param name="Width">The width of the figure in pixels.</param>
/// <param name="NarrowTileSize">Width and height of an image where there is little room; null: the same.</param>
/// <param name="Bar">What stands below the images.</param>
internal sealed record ImageGrid(
    string Title,
    IReadOnlyList<ImageTile> Tiles,
    int Columns,
    int NarrowColumns,
    int TileSize,
    int HeaderHeight,
    int FooterHeight,
    string EmptyText,
    string Note = "",
    int Width = Layout.Wide,
    int? NarrowTileSize = null,
    ColorBar? Bar = null)
{
    // The narrow width is a phone's, less the page's own margins; a pixel on each side is for the frames.
    private const int SideMargin = 1, BottomMargin = 8, BarHeight = 60, NarrowWidth = 350;

    private int TopMargin => Note.Length == 0 ? 46 : 66;

    private Form WideForm => new(this, Columns, TileSize, Width);

    private Form NarrowForm => new(this, NarrowColumns, NarrowTileSize ?? TileSize, NarrowWidth);

    /// <summary>The figure of the grid.</summary>
    /// <param name="summary">What it holds, in a few words.</param>
    /// <param name="description">The alternative text.</param>
    /// <param name="source">What the figure draws.</param>
    public Figure Draw(string summary, string description, object? source = null) => Tiles.Count == 0
        ? new(Title, "none", EmptyText, [new Trace("scatter") { ["showlegend"] = false }], Sentence()) { Source = source }
        : new(Title, summary, description, Bar is null ? [HoverTexts()] : [HoverTexts(), Bar.ToTrace()], Images())
        {
            Source = source,
        };

    private Layout Images()
    {
        Form wide = WideForm, narrow = NarrowForm;
        var annotations = new List<Attributes>();
        var changes = new Attributes();
        for (int i = 0; i < Tiles.Count; i++)
        {
            ImageTile tile = Tiles[i];
            Annotate(i, tile.Header, form => -4, new() { ["yanchor"] = "bottom" });
            Annotate(i, tile.Footer, form => form.TileSize + 3, new() { ["yanchor"] = "top", ["font"] = new { size = 12 } });
            Move(Invariant($"layout.images.{i}"), i, 0, _ => 0);
            changes[Invariant($"layout.images.{i}.sizex")] = changes[Invariant($"layout.images.{i}.sizey")] = narrow.TileSize;
            string shape = Invariant($"layout.shapes.{i}.");
            (double x, int y) = narrow.Place(i);
            (changes[shape + "x0"], changes[shape + "x1"]) = (x, x + narrow.TileSize);
            (changes[shape + "y0"], changes[shape + "y1"]) = (y, y + narrow.TileSize);
        }

        changes["data.0.x"] = narrow.CentersX();
        changes["data.0.y"] = narrow.CentersY();
        changes["layout.xaxis.range"] = narrow.XRange;
        changes["layout.yaxis.range"] = narrow.YRange;
        Layout layout = Frame(wide, wide.Height).Scale();
        layout["images"] = Tiles.Select((tile, i) => new Attributes
        {
            ["source"] = tile.Source, ["sizing"] = "contain", ["layer"] = "below", ["xref"] = "x", ["yref"] = "y",
            ["x"] = wide.Place(i).X, ["y"] = wide.Place(i).Y, ["sizex"] = TileSize, ["sizey"] = TileSize,
        });
        layout["shapes"] = Tiles.Select((tile, i) => new Attributes
        {
            ["type"] = "rect",
            ["x0"] = wide.Place(i).X, ["x1"] = wide.Place(i).X + TileSize,
            ["y0"] = wide.Place(i).Y, ["y1"] = wide.Place(i).Y + TileSize,
            ["line"] = new { color = tile.Flagged ? ChartStyle.Red : ChartStyle.Frame, width = tile.Flagged ? 3 : 1 },
        });
        layout["annotations"] = Bar is null ? annotations : annotations.Append(Bar.Words());
        return layout.Narrow(NarrowWidth, narrow.Height, changes);

        void Annotate(int i, string? text, Func<Form, int> dy, Attributes annotation)
        {
            if (text is not null)
            {
                Move($"layout.annotations.{annotations.Count}", i, narrow.TileSize / 2, dy);
                (annotation["text"], annotation["showarrow"], annotation["xanchor"]) = (text, false, "center");
                (annotation["x"], annotation["y"]) = (wide.Place(i).X + (TileSize / 2), wide.Place(i).Y + dy(wide));
                annotations.Add(annotation);
            }
        }

        void Move(string path, int i, int dx, Func<Form, int> dy)
        {
            changes[path + ".x"] = narrow.Place(i).X + dx;
            changes[path + ".y"] = narrow.Place(i).Y + dy(narrow);
        }
    }

    private Trace HoverTexts() => new("scatter")
    {
        ["mode"] = "markers",
        ["x"] = WideForm.CentersX(),
        ["y"] = WideForm.CentersY(),
        ["marker"] = new { symbol = "square", size = TileSize, opacity = 0 },
        ["hovertext"] = Tiles.Select(tile => tile.Hover), ["hovertemplate"] = Trace.HoverText,
        ["hoverlabel"] = new { font = new { family = ChartStyle.MonospaceFont, size = 12 } },
        ["showlegend"] = false,
    };

    /// <summary>The sentence that stands for an empty grid.</summary>
    private Layout Sentence()
    {
        Layout layout = Frame(new(this, 1, TileSize, Layout.Small), 110);
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

    private Layout Frame(Form form, int height)
    {
        Axis x = Hidden(form.XRange, toward: "left"), y = Hidden(form.YRange, toward: "top");
        y["scaleanchor"] = "x";
        int bottom = BottomMargin + (Bar is null ? 0 : BarHeight);
        return new(Layout.TitleWith(Title, Note), form.Width, height, SideMargin, SideMargin, TopMargin, bottom)
        {
            ["dragmode"] = false, ["hovermode"] = "closest", ["xaxis"] = x, ["yaxis"] = y,
        };
    }

    /// <summary>An axis that is not seen, and that keeps the images square whatever room a host gives the figure.</summary>
    private static Axis Hidden(int[] range, string toward) => new()
    {
        ["visible"] = false, ["fixedrange"] = true, ["range"] = range, ["constrain"] = "domain", ["constraintoward"] = toward,
    };

    /// <summary>The places of the images in a figure of some width.</summary>
    private sealed record Form(ImageGrid Grid, int Columns, int TileSize, int Width)
    {
        private int RowHeight => Grid.HeaderHeight + TileSize + Grid.FooterHeight;

        private int Rows => Math.Max(1, (Grid.Tiles.Count + Columns - 1) / Columns);

        private double Step => Columns == 1 ? 0 : TileSize + ((XRange[1] - (Columns * TileSize)) / (Columns - 1.0));

        public int[] XRange => [0, Width - (2 * SideMargin)];

        public int[] YRange => [Rows * RowHeight, 0];

        public int Height => Grid.TopMargin + BottomMargin + (Grid.Bar is null ? 0 : BarHeight) + YRange[0];

        public (double X, int Y) Place(int i) =>
            (Math.Round(i % Columns * Step, 1), (i / Columns * RowHeight) + Grid.HeaderHeight);

        public IEnumerable<double> CentersX() =>
            Enumerable.Range(0, Grid.Tiles.Count).Select(i => Place(i).X + (TileSize / 2));

        public IEnumerable<int> CentersY() => Enumerable.Range(0, Grid.Tiles.Count).Select(i => Place(i).Y + (TileSize / 2));
    }
}

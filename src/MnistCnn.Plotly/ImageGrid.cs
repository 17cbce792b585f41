using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace MnistCnn.Plotly;

/// <summary>
/// Lays images out on one plane measured in pixels, y downwards. The images are pictures, not cells: a page draws one element
/// for each. Invisible markers over them carry the hover texts.
/// </summary>
internal static class ImageGrid
{
    /// <summary>Draws the grid.</summary>
    public static string Render(ImagesDrawing drawing)
    {
        int tile = drawing.TileSize;
        int width = Math.Max(drawing.WidthOf(drawing.Columns), 260);
        var annotations = new List<Annotation>();
        var changes = new Dictionary<string, object>(StringComparer.Ordinal);
        (int X, int Y)[] places = Places(drawing, drawing.Columns);
        (int X, int Y)[] narrowPlaces = Places(drawing, drawing.NarrowColumns);
        for (int i = 0; i < drawing.Tiles.Count; i++)
        {
            ImageTile image = drawing.Tiles[i];
            Annotate(i, image.Header, tile / 2, -4, "center", "bottom", annotation => annotation);
            Annotate(i, image.Footer, tile / 2, tile + 3, "center", "top", annotation => annotation
                .With("font", new { size = 12 }));
            Annotate(i, image.Badge, 0, 0, "left", "top", annotation => annotation
                .With("bgcolor", "white")
                .With("bordercolor", image.Flagged ? ChartStyle.Red : "black")
                .With("borderwidth", 1)
                .With("borderpad", 2)
                .With("font", new { size = 12, color = image.Flagged ? ChartStyle.Red : "black" }));
            Move($"layout.images.{i}", i, 0, 0);
            changes[$"layout.shapes.{i}.x0"] = narrowPlaces[i].X;
            changes[$"layout.shapes.{i}.x1"] = narrowPlaces[i].X + tile;
            changes[$"layout.shapes.{i}.y0"] = narrowPlaces[i].Y;
            changes[$"layout.shapes.{i}.y1"] = narrowPlaces[i].Y + tile;
        }

        changes["data.0.x"] = narrowPlaces.Select(place => place.X + (tile / 2));
        changes["data.0.y"] = narrowPlaces.Select(place => place.Y + (tile / 2));
        changes["layout.xaxis.range"] = XRange(drawing, drawing.NarrowColumns);
        changes["layout.yaxis.range"] = YRange(drawing, drawing.NarrowColumns);

        Layout layout = Frame(drawing, width, drawing.HeightOf(drawing.Columns), drawing.Columns)
            .With("images", drawing.Tiles.Select((image, i) => new LayoutImage()
                .With("source", image.Source)
                .With("xref", "x")
                .With("yref", "y")
                .With("x", places[i].X)
                .With("y", places[i].Y)
                .With("sizex", tile)
                .With("sizey", tile)
                .With("sizing", "stretch")
                .With("layer", "below")))
            .With("shapes", drawing.Tiles.Select((image, i) => new global::Plotly.NET.LayoutObjects.Shape()
                .With("type", "rect")
                .With("x0", places[i].X)
                .With("y0", places[i].Y)
                .With("x1", places[i].X + tile)
                .With("y1", places[i].Y + tile)
                .With("line", new { color = image.Flagged ? ChartStyle.Red : ChartStyle.Frame, width = image.Flagged ? 3 : 1 })))
            .With("annotations", annotations);
        FigureLayout.Scale(layout);
        if (drawing.NarrowColumns != drawing.Columns)
        {
            FigureLayout.Narrow(layout, drawing.WidthOf(drawing.NarrowColumns), drawing.HeightOf(drawing.NarrowColumns), changes);
        }

        Trace hover = new Trace("scatter")
            .With("mode", "markers")
            .With("x", places.Select(place => place.X + (tile / 2)))
            .With("y", places.Select(place => place.Y + (tile / 2)))
            .With("marker", new { symbol = "square", size = tile, opacity = 0 })
            .With("hovertext", drawing.Tiles.Select(image => image.Hover))
            .With("hovertemplate", "%{hovertext}<extra></extra>")
            .With("hoverlabel", new { font = new { family = ChartStyle.MonospaceFont, size = 12 } })
            .With("showlegend", false);
        return FigureLayout.ToJson([hover], layout, showModeBar: false);

        void Annotate(int i, string? text, int dx, int dy, string xAnchor, string yAnchor, Func<Annotation, Annotation> style)
        {
            if (text is null)
            {
                return;
            }

            Move($"layout.annotations.{annotations.Count}", i, dx, dy);
            annotations.Add(style(new Annotation()
                .With("text", text)
                .With("x", places[i].X + dx)
                .With("y", places[i].Y + dy)
                .With("xanchor", xAnchor)
                .With("yanchor", yAnchor)
                .With("showarrow", false)));
        }

        void Move(string path, int i, int dx, int dy)
        {
            changes[path + ".x"] = narrowPlaces[i].X + dx;
            changes[path + ".y"] = narrowPlaces[i].Y + dy;
        }
    }

    /// <summary>Draws the sentence that stands for an empty grid.</summary>
    public static string RenderEmpty(ImagesDrawing drawing)
    {
        Layout layout = Frame(drawing, 480, 110, columns: 1).With("annotations", new[]
        {
            new Annotation()
                .With("text", drawing.EmptyText)
                .With("xref", "paper")
                .With("yref", "paper")
                .With("x", 0)
                .With("y", 0.6)
                .With("xanchor", "left")
                .With("showarrow", false),
        });
        return FigureLayout.ToJson([new Trace("scatter").With("showlegend", false)], layout, showModeBar: false);
    }

    private static Layout Frame(ImagesDrawing drawing, int width, int height, int columns) =>
        FigureLayout.Create(
            FigureLayout.TitleWith(drawing.Title, drawing.Note),
            width,
            height,
            ImagesDrawing.SideMargin,
            width - ImagesDrawing.SideMargin - (drawing.Tiles.Count == 0 ? 400 : columns * drawing.ColumnWidth),
            drawing.TopMargin,
            ImagesDrawing.BottomMargin)
            .With("dragmode", false)
            .With("hovermode", "closest")
            .With("xaxis", Hidden(XRange(drawing, columns)).With("constraintoward", "left"))
            .With("yaxis", Hidden(YRange(drawing, columns)).With("constraintoward", "top").With("scaleanchor", "x"));

    /// <summary>An axis that is not seen, and that keeps the images square whatever room a host gives the figure.</summary>
    private static LinearAxis Hidden(int[] range) => new LinearAxis()
        .With("visible", false)
        .With("fixedrange", true)
        .With("range", range)
        .With("constrain", "domain");

    private static int[] XRange(ImagesDrawing drawing, int columns) => [0, columns * drawing.ColumnWidth];

    private static int[] YRange(ImagesDrawing drawing, int columns) => [drawing.RowsOf(columns) * drawing.RowHeight, 0];

    private static (int X, int Y)[] Places(ImagesDrawing drawing, int columns) =>
    [
        .. Enumerable.Range(0, drawing.Tiles.Count).Select(i => (
            (i % columns * drawing.ColumnWidth) + (drawing.Gap / 2),
            (i / columns * drawing.RowHeight) + drawing.HeaderHeight)),
    ];
}

using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace MnistCnn.Plotly;

/// <summary>
/// Draws points as characters or circles. They are SVG elements, not WebGL: some thousands are no trouble, and they look the
/// same in a static picture.
/// </summary>
internal static class PointCloud
{
    /// <summary>Draws the points.</summary>
    public static string Render(PointsDrawing drawing)
    {
        Layout layout = FigureLayout.Create(
                FigureLayout.TitleWith(drawing.Title, drawing.Note), drawing.Width, drawing.Height, left: 62, right: 18, top: 68, bottom: 54)
            .With("hovermode", "closest")
            .With("dragmode", "pan")
            .With("showlegend", false)
            .With("xaxis", Axis(drawing.XTitle))
            .With("yaxis", Axis(drawing.YTitle).With("scaleanchor", "x"));
        FigureLayout.Narrow(layout, 420, 460, new(StringComparer.Ordinal)
        {
            ["layout.font.size"] = 12,
            ["layout.margin.l"] = 44,
            ["layout.margin.r"] = 8,
        });
        return FigureLayout.ToJson(drawing.Series.Select(Points), layout, showModeBar: true);
    }

    private static Trace Points(PointSeries series)
    {
        Trace trace = new Trace("scatter")
            .With("name", series.Name)
            .With("x", series.X)
            .With("y", series.Y)
            .With("hovertemplate", Template(series));
        if (series.Numbers.Count > 0)
        {
            trace.With("customdata", series.Numbers);
        }

        return series.Glyph is { } glyph
            ? trace.With("mode", "text").With("text", glyph).With("textfont", new { size = 11, color = series.Color })
            : trace.With("mode", "markers").With("marker", new
            {
                symbol = "circle-open",
                size = 15,
                color = series.Color,
                line = new { width = 1.8, color = series.Color },
            });
    }

    /// <summary>The hover text in plotly.js's own words; one for all points where it is the same but for the number.</summary>
    private static object Template(PointSeries series)
    {
        string[] templates = [.. series.Hovers.Select(hover => hover.Replace("%", "%{customdata}", StringComparison.Ordinal) + "<extra></extra>")];
        return templates.Length == 1 ? templates[0] : templates;
    }

    private static LinearAxis Axis(string title) => FigureLayout.Axis(title)
        .With("constrain", "domain")
        .With("zeroline", false)
        .With("showgrid", false)
        .With("nticks", 6);
}

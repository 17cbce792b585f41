using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace MnistCnn.Plotly;

/// <summary>Draws with Plotly.NET: turns each description into traces, a layout and a config, and these into JSON.</summary>
/// <remarks>
/// The typed <c>init</c> methods of Plotly.NET take F# options and up to fifty type arguments, which C# cannot infer; its
/// objects are open property bags, so they are filled by plotly.js's own attribute names
/// (https://plotly.com/javascript/reference/).
/// </remarks>
internal sealed class PlotlyRenderer : IFigureRenderer
{
    // Where the legend has no room beside the title, it stands below it.
    private const int NarrowTop = 76;

    public string Render(CurvesDrawing drawing)
    {
        const double Gutter = 0.11;
        int count = drawing.Panels.Count;
        double panelWidth = (1 - (Gutter * (count - 1))) / count;
        double panelHeight = (1 - (0.16 * (count - 1))) / count;
        bool legendBelow = drawing.LegendRows > 0;
        int bottom = 52 + (FigureLayout.LegendRow * drawing.LegendRows);
        Layout layout = FigureLayout.Create(drawing.Title, drawing.Width, drawing.Height, left: 68, right: 18, top: legendBelow ? 50 : 62, bottom)
            .With("hovermode", "closest")
            .With("legend", legendBelow ? FigureLayout.LegendBelow() : FigureLayout.LegendAtTopRight());
        int narrowHeight = drawing.Height * 17 / 10;
        var narrow = new Dictionary<string, object>(StringComparer.Ordinal);
        if (legendBelow)
        {
            // Drawn smaller, the panels shrink and the legend does not.
            FigureLayout.Scale(layout);
            narrow["layout.meta.scale"] = false;

            // A line for each name: on a phone hardly two stand side by side.
            int names = drawing.Panels.Max(panel => panel.Curves.Count);
            narrow["layout.margin.b"] = 52 + (FigureLayout.LegendRow * names);
            narrowHeight = 680 + (FigureLayout.LegendRow * names);
        }
        else
        {
            narrow["layout.margin.t"] = NarrowTop;
        }

        var traces = new List<Trace>();
        for (int i = 0; i < count; i++)
        {
            CurvePanel panel = drawing.Panels[i];
            string suffix = i == 0 ? "" : $"{i + 1}";
            double left = i * (panelWidth + Gutter);
            (int first, int last) = RangeOf(panel);
            LinearAxis xAxis = FigureLayout.Axis(panel.XTitle)
                .With("domain", new[] { left, left + panelWidth })
                .With("anchor", "y" + suffix)
                .With("tickformat", "d")
                .With("showgrid", false)
                .With("range", new[] { first - 0.4, last + 0.4 });
            layout.With("xaxis" + suffix, last - first < 12 ? xAxis.With("dtick", 1) : xAxis.With("nticks", 8))
                .With("yaxis" + suffix, FigureLayout.Axis(panel.YTitle).With("anchor", "x" + suffix).With("nticks", 7));
            double floor = (count - 1 - i) * (panelHeight + 0.16);
            narrow[$"layout.xaxis{suffix}.domain"] = new[] { 0.0, 1.0 };
            narrow[$"layout.yaxis{suffix}.domain"] = new[] { floor, floor + panelHeight };
            traces.AddRange(panel.Curves.Where(curve => curve.Band is not null).Select(curve => BandTrace(curve, suffix)));
            traces.AddRange(panel.Curves.Select(curve => CurveTrace(curve, suffix, showLegend: i == 0)));
        }

        FigureLayout.Narrow(layout, drawing.Width, narrowHeight, narrow);
        return FigureLayout.ToJson(traces, layout, showModeBar: true);
    }

    /// <summary>The first and the last epoch of a panel; 1 and 1 where it is empty.</summary>
    private static (int First, int Last) RangeOf(CurvePanel panel)
    {
        int[] epochs = [.. panel.Curves.SelectMany(curve => curve.X)];
        return epochs.Length > 0 ? (epochs.Min(), epochs.Max()) : (1, 1);
    }

    public string Render(HeatMapDrawing drawing)
    {
        int[] positions = [.. Enumerable.Range(0, drawing.Labels.Count)];
        DynamicObj.DynamicObj colorBar = new DynamicObj.DynamicObj()
            .With("title", new { text = drawing.ColorBarTitle, font = new { size = 12 } })
            .With("tickformat", drawing.ColorBarFormat)
            .With("nticks", 6)
            .With("thickness", 14)
            .With("outlinewidth", 0)
            .With("len", 1)
            .With("xpad", 14);
        double last = ChartStyle.Blues.Count - 1;
        Trace heatMap = new Trace("heatmap")
            .With("x", positions)
            .With("y", positions)
            .With("z", drawing.Cells.Select(row => row.Select(cell => cell.Value)))
            .With("zmin", 0)
            .With("zmax", Math.Max(drawing.Cells.Max(row => row.Max(cell => cell.Value)), double.Epsilon))
            .With("xgap", 1)
            .With("ygap", 1)
            .With("colorscale", ChartStyle.Blues.Select((color, i) => new object[] { i / last, color }))
            .With("colorbar", colorBar)
            .With("text", drawing.Cells.Select(row => row.Select(cell => cell.Hover)))
            .With("hovertemplate", "%{text}<extra></extra>");
        HeatMapCell[] cells = [.. drawing.Cells.SelectMany(row => row)];
        Trace numbers = new Trace("scatter")
            .With("mode", "text")
            .With("x", drawing.Cells.SelectMany(_ => positions))
            .With("y", drawing.Cells.SelectMany((row, i) => row.Select(_ => i)))
            .With("text", cells.Select(cell => cell.Text))
            .With("textfont", new { size = 12, color = cells.Select(cell => cell.TextColor) })
            .With("hoverinfo", "skip")
            .With("showlegend", false);

        string title = FigureLayout.TitleWith(drawing.Title, drawing.Note);
        Layout layout = FigureLayout.Create(title, drawing.Width, drawing.Height, left: 66, right: 18, top: 68, bottom: 60)
            .With("dragmode", false)
            .With("xaxis", LabelAxis(drawing.XTitle).With("range", new[] { -0.5, positions.Length - 0.5 })
                .With("constraintoward", "left"))
            .With("yaxis", LabelAxis(drawing.YTitle)
                .With("range", new[] { positions.Length - 0.5, -0.5 })
                .With("scaleanchor", "x"));
        FigureLayout.Scale(layout);
        FigureLayout.Narrow(layout, 520, 540, new(StringComparer.Ordinal)
        {
            ["data.0.showscale"] = false,
            ["data.1.textfont.size"] = 9,
            ["layout.font.size"] = 12,
            ["layout.margin.l"] = 48,
            ["layout.margin.r"] = 6,
            ["layout.margin.b"] = 50,
        });
        return FigureLayout.ToJson([heatMap, numbers], layout, showModeBar: false);

        LinearAxis LabelAxis(string title) => FigureLayout.Axis(title)
            .With("tickmode", "array")
            .With("tickvals", positions)
            .With("ticktext", drawing.Labels)
            .With("tickcolor", "rgba(0,0,0,0)")
            .With("showgrid", false)
            .With("showline", false)
            .With("constrain", "domain")
            .With("fixedrange", true);
    }

    public string Render(ImagesDrawing drawing) =>
        drawing.Tiles.Count == 0 ? ImageGrid.RenderEmpty(drawing) : ImageGrid.Render(drawing);

    public string Render(PointsDrawing drawing) => PointCloud.Render(drawing);

    public string Render(BarsDrawing drawing)
    {
        double[] centres = [.. drawing.Edges.Skip(1).Select((edge, i) => (edge + drawing.Edges[i]) / 2)];
        IEnumerable<Trace> traces = drawing.Series.Select(series => new Trace("bar")
            .With("name", series.Name)
            .With("x", centres)
            .With("y", series.Counts)
            .With("width", drawing.Edges[1] - drawing.Edges[0])
            .With("marker", new
            {
                color = Transparent(series.Color, "0.5"), // overlaid fills mix, their outlines stay sharp
                line = new { color = series.Color, width = 1 },
            })
            .With("hovertext", series.Hovers)
            .With("hovertemplate", "%{hovertext}<extra></extra>"));

        // One entry must be seen: the axis starts below 1.
        double largest = Math.Max(1, drawing.Series.Max(series => series.Counts.Max()));
        Layout layout = FigureLayout.Create(drawing.Title, drawing.Width, drawing.Height, left: 78, right: 18, top: 62, bottom: 52)
            .With("barmode", "overlay")
            .With("hovermode", "closest")
            .With("legend", FigureLayout.LegendAtTopRight())
            .With("xaxis", FigureLayout.Axis(drawing.XTitle)
                .With("range", new[] { drawing.Edges[0] - 0.01, drawing.Edges[^1] + 0.01 })
                .With("dtick", drawing.Edges.Count <= 11 ? drawing.Edges[1] - drawing.Edges[0] : 0.1)
                .With("tickformat", ".2~f")
                .With("showgrid", false))
            .With("yaxis", FigureLayout.Axis(drawing.YTitle)
                .With("type", "log")
                .With("range", new[] { Math.Log10(0.6), Math.Log10(largest) + 0.15 })
                .With("dtick", 1)
                .With("tickformat", ",d"));
        FigureLayout.Narrow(layout, drawing.Width, drawing.Height, new(StringComparer.Ordinal)
        {
            ["layout.margin.t"] = NarrowTop,
            ["layout.xaxis.dtick"] = 0.2,
        });
        return FigureLayout.ToJson(traces, layout, showModeBar: true);
    }

    public string Render(SweepDrawing drawing)
    {
        // The last steps of a sweep explode; the axis shows what lies before, and the rest can be dragged into view.
        double low = drawing.Lines.Min(line => line.Y.Min()), first = drawing.Lines[^1].Y[0];
        double high = Math.Max(first, low) + (0.35 * Math.Max(Math.Abs(first - low), 1e-3));
        IEnumerable<Trace> traces = drawing.Lines.Select(line => new Trace("scatter")
            .With("mode", "lines")
            .With("name", line.Name)
            .With("x", drawing.X)
            .With("y", line.Y)
            .With("line", new { color = line.Color, width = line.Width })
            .With("hovertext", line.Hovers)
            .With("hovertemplate", "%{hovertext}<extra></extra>"));
        if (drawing.Mark is { } mark)
        {
            traces = traces.Append(new Trace("scatter")
                .With("mode", "markers+text")
                .With("name", mark.Text)
                .With("x", new[] { mark.X })
                .With("y", new[] { mark.Y })
                .With("text", new[] { mark.Text })
                .With("textposition", "top center")
                .With("marker", new { color = ChartStyle.Orange, symbol = "diamond", size = 11 })
                .With("hoverinfo", "skip")
                .With("showlegend", false));
        }

        Layout layout = FigureLayout.Create(drawing.Title, drawing.Width, drawing.Height, left: 68, right: 18, top: 62, bottom: 52)
            .With("hovermode", "closest")
            .With("legend", FigureLayout.LegendAtTopRight())
            .With("xaxis", FigureLayout.Axis(drawing.XTitle)
                .With("type", "log")
                .With("dtick", 1)
                .With("exponentformat", "power")
                .With("showgrid", false))
            .With("yaxis", FigureLayout.Axis(drawing.YTitle)
                .With("range", new[] { low - (0.08 * (high - low)), high })
                .With("nticks", 7));
        FigureLayout.Narrow(layout, drawing.Width, drawing.Height, new(StringComparer.Ordinal)
        {
            ["layout.margin.t"] = NarrowTop,
            ["layout.xaxis.dtick"] = 2,
        });
        return FigureLayout.ToJson(traces, layout, showModeBar: true);
    }

    public string Render(DotsDrawing drawing)
    {
        const double DotsPlace = 0.19; // of a row's height below its middle, the name above it
        IEnumerable<Trace> dots = drawing.Rows.Select((row, i) => new Trace("scatter")
            .With("mode", "markers")
            .With("name", row.Label)
            .With("x", row.Values)
            // Slightly below each other: dots at the same place would be taken for one.
            .With("y", row.Values.Select((_, k) => i + DotsPlace + (0.2 * ((k + 0.5) / row.Values.Count - 0.5))))
            .With("marker", new { color = Transparent(row.Color, "0.75"), size = 10, line = new { color = row.Color, width = 1 } })
            .With("cliponaxis", false)
            .With("hovertext", row.Hovers)
            .With("hovertemplate", "%{hovertext}<extra></extra>"));
        IEnumerable<Trace> means = drawing.Rows.Select((row, i) => new Trace("scatter")
            .With("mode", "markers")
            .With("x", new[] { row.Mean })
            .With("y", new[] { i + DotsPlace })
            .With("marker", new { symbol = "line-ns-open", size = 20, color = row.Color, line = new { color = row.Color, width = 3 } })
            .With("cliponaxis", false)
            .With("hovertext", new[] { row.MeanHover })
            .With("hovertemplate", "%{hovertext}<extra></extra>"));

        // The names stand above their rows, so that long ones take no room from the dots.
        IEnumerable<Annotation> names = drawing.Rows.Select((row, i) => new Annotation()
            .With("text", row.Label)
            .With("xref", "paper")
            .With("x", 0)
            .With("xanchor", "left")
            .With("y", i - 0.26)
            .With("yanchor", "middle")
            .With("showarrow", false));
        Layout layout = FigureLayout.Create(
            $"{drawing.Title}<br><span style=\"font-size:12px\">{drawing.Note}</span>", drawing.Width, drawing.Height, left: 18, right: 24, top: 66, bottom: 52)
            .With("hovermode", "closest")
            .With("showlegend", false)
            .With("annotations", names)
            .With("xaxis", FigureLayout.Axis(drawing.XTitle).With("nticks", 8))
            .With("yaxis", new LinearAxis()
                .With("range", new[] { drawing.Rows.Count - 0.5, -0.5 })
                .With("showticklabels", false)
                .With("ticks", "")
                .With("showgrid", false)
                .With("showline", false)
                .With("fixedrange", true));
        FigureLayout.Narrow(layout, drawing.Width, drawing.Height, new(StringComparer.Ordinal) { ["layout.xaxis.nticks"] = 4 });
        return FigureLayout.ToJson([.. dots, .. means], layout, showModeBar: false);
    }

    /// <summary>A colour such as <c>#0072B2</c> that lets through what lies below it.</summary>
    private static string Transparent(string hex, string opacity)
    {
        byte[] rgb = Convert.FromHexString(hex.AsSpan(1));
        return $"rgba({rgb[0]},{rgb[1]},{rgb[2]},{opacity})";
    }

    /// <summary>The band as one closed outline: along its upper edge and back along the lower one.</summary>
    private static Trace BandTrace(Curve curve, string axisSuffix)
    {
        (int X, double Low, double High)[] points =
        [
            .. curve.X.Select((x, i) => (X: x, Low: curve.Band!.Low[i], High: curve.Band.High[i]))
                .Where(point => point is { Low: not null, High: not null })
                .Select(point => (point.X, point.Low!.Value, point.High!.Value)),
        ];
        return new Trace("scatter")
            .With("mode", "lines")
            .With("name", curve.Name)
            .With("legendgroup", curve.Name)
            .With("showlegend", false)
            .With("x", points.Select(point => point.X).Concat(points.Select(point => point.X).Reverse()))
            .With("y", points.Select(point => point.High).Concat(points.Select(point => point.Low).Reverse()))
            .With("xaxis", "x" + axisSuffix)
            .With("yaxis", "y" + axisSuffix)
            .With("fill", "toself")
            .With("fillcolor", Transparent(curve.Color, "0.18"))
            .With("line", new { width = 0 })
            .With("hoverinfo", "skip");
    }

    private static Trace CurveTrace(Curve curve, string axisSuffix, bool showLegend) => new Trace("scatter")
        .With("mode", "lines+markers")
        .With("name", curve.Name)
        .With("legendgroup", curve.Name)
        .With("showlegend", showLegend)
        .With("x", curve.X)
        .With("y", curve.Y)
        .With("xaxis", "x" + axisSuffix)
        .With("yaxis", "y" + axisSuffix)
        .With("line", new { color = curve.Color, width = 2.5 })
        .With("marker", new { color = curve.Color, symbol = curve.Symbol, size = 7 })
        .With("cliponaxis", false)
        .With("hovertext", curve.Hovers)
        .With("hovertemplate", "%{hovertext}<extra></extra>");
}

namespace MnistCnn;

/// <summary>
/// A named curve over epochs. Curves of the same name in other panels share its entry in the legend; plotly's symbols let
/// curves differ by more than colour. A y that is null leaves a gap.
/// </summary>
internal sealed record Curve(
    string Name, string Color, string Symbol, IReadOnlyList<int> X, IReadOnlyList<double?> Y, IReadOnlyList<string> Hovers)
{
    /// <summary>How far the values spread around the curve, at each x; null: a curve alone.</summary>
    public IReadOnlyList<(double Low, double High)>? Band { get; init; }
}

/// <summary>Curves over epochs, in panels side by side; where there is little room, below each other.</summary>
internal static class CurvePanels
{
    /// <summary>The height of a line of the legend in pixels.</summary>
    private const int LegendRow = 22;

    /// <summary>Draws the panels.</summary>
    /// <param name="title">The title of the figure.</param>
    /// <param name="summary">What it holds, in a few words.</param>
    /// <param name="description">The alternative text.</param>
    /// <param name="panels">The title of the y axis and the curves of each panel, from the left.</param>
    /// <param name="legendRows">Lines of a legend below the panels; 0: one line, level with the title.</param>
    public static Figure Draw(
        string title,
        string summary,
        string description,
        IReadOnlyList<(string YTitle, IReadOnlyList<Curve> Curves)> panels,
        int legendRows = 0)
    {
        const double Gutter = 0.11, Space = 0.16;
        int count = panels.Count;
        double panelWidth = (1 - (Gutter * (count - 1))) / count, panelHeight = (1 - (Space * (count - 1))) / count;
        bool below = legendRows > 0;
        int height = below ? 360 + (LegendRow * legendRows) : 380;
        int top = below ? 50 : 62, bottom = 52 + (LegendRow * legendRows);
        var layout = new Layout(title, 920, height, left: 68, right: 18, top, bottom)
        {
            HasToolBar = true,
            ["hovermode"] = "closest",
            ["legend"] = below ? LegendBelow() : Layout.LegendAtTopRight(),
        };
        var narrow = new Attributes();
        var traces = new List<Trace>();
        for (int i = 0; i < count; i++)
        {
            (string yTitle, IReadOnlyList<Curve> curves) = panels[i];
            string suffix = i == 0 ? "" : Invariant($"{i + 1}");
            double left = i * (panelWidth + Gutter), floor = (count - 1 - i) * (panelHeight + Space);
            int[] epochs = [.. curves.SelectMany(curve => curve.X).DefaultIfEmpty(1)];
            (int first, int last) = (epochs.Min(), epochs.Max());
            var xAxis = new Axis("Epochs")
            {
                ["domain"] = new[] { left, left + panelWidth }, ["anchor"] = "y" + suffix,
                ["range"] = new[] { first - 0.4, last + 0.4 }, ["tickformat"] = "d", ["showgrid"] = false,
            };
            (string ticks, int value) = last - first < 12 ? ("dtick", 1) : ("nticks", 8);
            xAxis[ticks] = value;
            layout["xaxis" + suffix] = xAxis;
            layout["yaxis" + suffix] = new Axis(yTitle) { ["anchor"] = "x" + suffix, ["nticks"] = 7 };
            narrow[$"layout.xaxis{suffix}.domain"] = new[] { 0.0, 1.0 };
            narrow[$"layout.yaxis{suffix}.domain"] = new[] { floor, floor + panelHeight };
            traces.AddRange(curves.Where(curve => curve.Band is not null).Select(curve => Band(curve, suffix)));
            traces.AddRange(curves.Select(curve => Line(curve, suffix, showLegend: i == 0)));
        }

        int narrowHeight = height * 17 / 10;
        if (below)
        {
            // Drawn smaller, the panels shrink and the legend does not. Narrow, it has a line for each name: on a phone hardly
            // two stand side by side.
            int legend = LegendRow * panels.Max(panel => panel.Curves.Count);
            layout.Scale();
            narrow["layout.meta.scale"] = false;
            narrow["layout.margin.b"] = 52 + legend;
            narrowHeight = 680 + legend;
        }
        else
        {
            narrow["layout.margin.t"] = Layout.NarrowTop;
        }

        return new(title, summary, description, traces, layout.Narrow(layout.Width, narrowHeight, narrow));
    }

    private static Trace Line(Curve curve, string axisSuffix, bool showLegend) => new("scatter")
    {
        ["mode"] = "lines+markers",
        ["name"] = curve.Name, ["legendgroup"] = curve.Name, ["showlegend"] = showLegend,
        ["x"] = curve.X, ["y"] = curve.Y, ["xaxis"] = "x" + axisSuffix, ["yaxis"] = "y" + axisSuffix,
        ["line"] = new { color = curve.Color, width = 2.5 },
        ["marker"] = new { color = curve.Color, symbol = curve.Symbol, size = 7 },
        ["cliponaxis"] = false,
        ["hovertext"] = curve.Hovers, ["hovertemplate"] = Trace.HoverText,
    };

    /// <summary>The band as one closed outline: along its upper edge and back along the lower one.</summary>
    private static Trace Band(Curve curve, string axisSuffix) => new("scatter")
    {
        ["mode"] = "lines",
        ["name"] = curve.Name, ["legendgroup"] = curve.Name, ["showlegend"] = false,
        ["x"] = curve.X.Concat(curve.X.Reverse()),
        ["y"] = curve.Band!.Select(edges => edges.High).Concat(curve.Band!.Select(edges => edges.Low).Reverse()),
        ["xaxis"] = "x" + axisSuffix, ["yaxis"] = "y" + axisSuffix,
        ["fill"] = "toself", ["fillcolor"] = ChartStyle.Transparent(curve.Color, "0.18"),
        ["line"] = new { width = 0 }, ["hoverinfo"] = "skip",
    };

    private static Attributes LegendBelow() => new()
    {
        ["orientation"] = "h", ["bgcolor"] = ChartStyle.Clear,
        ["x"] = 0, ["xanchor"] = "left", ["y"] = 0, ["yref"] = "container", ["yanchor"] = "bottom",
        ["tracegroupgap"] = 1, // every name is a group of its own panels
    };
}

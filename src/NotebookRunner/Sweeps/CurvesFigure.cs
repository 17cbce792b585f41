using System.Text.Json.Nodes;

namespace NotebookRunner.Sweeps;

/// <summary>The curves of all runs laid over each other, a panel for each quantity, as data for plotly.js.</summary>
internal static class CurvesFigure
{
    private const int Width = 736;
    private const int RowHeight = 270;
    private const int LegendRow = 22;
    private const int Top = 24;
    private const int Bottom = 52;
    private const double Gutter = 0.12;

    // After Okabe and Ito (2008), without yellow and black: apart for colour-blind readers, and legible on light and dark.
    private static readonly string[] Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

    private static readonly string[] Symbols = ["circle", "diamond", "square", "triangle-up", "cross", "x", "star"];

    /// <summary>The figure as JSON; null where there is no curve.</summary>
    /// <param name="record">The results.</param>
    /// <param name="labels">What each run is called.</param>
    public static string? Create(SweepRecord record, IReadOnlyList<string> labels)
    {
        IReadOnlyList<string> curves = record.Curves;
        if (curves.Count == 0)
        {
            return null;
        }

        int columns = Math.Min(2, curves.Count);
        int rows = (curves.Count + columns - 1) / columns;
        int perLine = Math.Max(1, Width / (48 + (7 * labels.Max(label => label.Length))));
        int legend = LegendRow * ((labels.Count + perLine - 1) / perLine);
        int height = Top + (rows * RowHeight) + Bottom + legend;
        var layout = new JsonObject
        {
            ["width"] = Width,
            ["height"] = height,
            ["margin"] = new JsonObject { ["l"] = 58, ["r"] = 14, ["t"] = Top, ["b"] = Bottom + legend },
            ["hovermode"] = "closest",
            ["plot_bgcolor"] = "rgba(0,0,0,0)",
            ["legend"] = new JsonObject { ["orientation"] = "h", ["x"] = 0, ["y"] = 0, ["yref"] = "container", ["yanchor"] = "bottom", ["tracegroupgap"] = 1 },
        };
        int narrowLegend = LegendRow * labels.Count;
        var narrow = new JsonObject { ["layout.margin.b"] = Bottom + narrowLegend };
        for (int panel = 0; panel < curves.Count; panel++)
        {
            string suffix = panel == 0 ? "" : FormattableString.Invariant($"{panel + 1}");
            (double left, double right) = Span(panel % columns, columns, Gutter);
            (double top, double floor) = Span(panel / columns, rows, rows == 1 ? 0 : 0.24 / rows);
            JsonObject xAxis = Axis("epoch", new JsonArray(left, right), "y" + suffix, isX: true);
            int longest = Enumerable.Range(0, labels.Count).Max(run => record.Curve(run, curves[panel]).Count);
            if (longest < 12)
            {
                xAxis["dtick"] = 1; // no 1.5 between epochs
            }

            layout["xaxis" + suffix] = xAxis;
            layout["yaxis" + suffix] = Axis(curves[panel], new JsonArray(1 - floor, 1 - top), "x" + suffix, isX: false);
            (double narrowTop, double narrowFloor) = Span(panel, curves.Count, 0.24 / curves.Count);
            narrow[$"layout.xaxis{suffix}.domain"] = new JsonArray(0, 1);
            narrow[$"layout.yaxis{suffix}.domain"] = new JsonArray(1 - narrowFloor, 1 - narrowTop);
        }

        layout["meta"] = new JsonObject
        {
            ["narrow"] = new JsonObject
            {
                ["below"] = 560, ["width"] = Width, ["height"] = Top + (curves.Count * RowHeight) + Bottom + narrowLegend, ["set"] = narrow,
            },
        };
        return new JsonObject { ["data"] = Traces(record, curves, labels), ["layout"] = layout, ["config"] = new JsonObject { ["displayModeBar"] = false } }
            .ToJsonString();
    }

    private static JsonArray Traces(SweepRecord record, IReadOnlyList<string> curves, IReadOnlyList<string> labels)
    {
        var traces = new JsonArray();
        var named = new HashSet<int>();
        for (int panel = 0; panel < curves.Count; panel++)
        {
            string suffix = panel == 0 ? "" : FormattableString.Invariant($"{panel + 1}");
            for (int run = 0; run < labels.Count; run++)
            {
                IReadOnlyList<double?> curve = record.Curve(run, curves[panel]);
                if (curve.Count > 0)
                {
                    string color = Colors[run % Colors.Length];
                    traces.Add((JsonNode)new JsonObject
                    {
                        ["type"] = "scatter",
                        ["mode"] = "lines+markers",
                        ["name"] = Plain(labels[run]),
                        ["legendgroup"] = FormattableString.Invariant($"{run}"),
                        ["showlegend"] = named.Add(run),
                        ["x"] = new JsonArray([.. curve.Select((_, i) => (JsonNode)(i + 1))]),
                        ["y"] = new JsonArray([.. curve.Select(y => (JsonNode?)y)]),
                        ["xaxis"] = "x" + suffix,
                        ["yaxis"] = "y" + suffix,
                        ["line"] = new JsonObject { ["color"] = color, ["width"] = 2.2 },
                        ["marker"] = new JsonObject { ["color"] = color, ["symbol"] = Symbols[run % Symbols.Length], ["size"] = 6 },
                        ["cliponaxis"] = false,
                        ["hovertemplate"] = $"{Plain(labels[run])}<br>{Plain(curves[panel])} %{{x}}: <b>%{{y:.4f}}</b><extra></extra>",
                    });
                }
            }
        }

        return traces;
    }

    private static JsonObject Axis(string title, JsonArray domain, string anchor, bool isX)
    {
        var axis = new JsonObject
        {
            ["title"] = new JsonObject { ["text"] = Plain(title), ["standoff"] = 8 },
            ["domain"] = domain,
            ["anchor"] = anchor,
            ["showgrid"] = !isX,
            ["showline"] = true,
            ["zeroline"] = false,
            ["ticks"] = "outside",
            ["ticklen"] = 4,
            ["nticks"] = 7,
            ["gridcolor"] = "rgba(36,41,47,.13)",
            ["linecolor"] = "rgba(36,41,47,.45)",
            ["tickcolor"] = "rgba(36,41,47,.45)",
        };
        if (isX)
        {
            axis["tickformat"] = "d";
        }

        return axis;
    }

    /// <summary>Where a part of a whole begins and ends, with gaps between the parts.</summary>
    private static (double Start, double End) Span(int index, int count, double gap)
    {
        double size = (1 - (gap * (count - 1))) / count;
        double start = index * (size + gap);
        return (Math.Clamp(start, 0, 1), Math.Clamp(start + size, 0, 1));
    }

    /// <summary>Plotly reads a few HTML tags in its texts: a text that is data has none.</summary>
    private static string Plain(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);
}

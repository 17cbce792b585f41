namespace MnistCnn;

/// <summary>
/// A named curve over epochs, which looks the same in all panels: a colour and a symbol, by their numbers in
/// <see cref="ChartStyle"/>. A y that is null leaves a gap.
/// </summary>
internal sealed record Curve(string Name, int Look, IReadOnlyList<int> X, IReadOnlyList<double?> Y, IReadOnlyList<string> Hovers)
{
    /// <summary>How far the values spread around the curve, at each x; null: a curve alone.</summary>
    public IReadOnlyList<(double Low, double High)>? Band { get; init; }

    /// <summary>Its colour.</summary>
    public string Color => ChartStyle.Series[Look % ChartStyle.Series.Count];

    /// <summary>Its marker.</summary>
    public (string Name, string Sign) Symbol => ChartStyle.Symbols[Look % ChartStyle.Symbols.Count];
}

/// <summary>
/// Curves over epochs, in panels side by side; where there is little room, below each other. Each curve has its name at its
/// end; where long names take too much room for that, a legend below.
/// </summary>
internal static class CurvePanels
{
    private const int Top = 50, Bottom = 52, Line = 16, Row = 22, Longest = 24, LongestOnPhone = 46, Short = 104;
    private const double Space = 0.16;

    /// <summary>Draws the panels.</summary>
    /// <param name="title">The title of the figure.</param>
    /// <param name="summary">What it holds, in a few words.</param>
    /// <param name="description">The alternative text.</param>
    /// <param name="panels">The title of the y axis and the curves of each panel, from the left.</param>
    public static Figure Draw(
        string title,
        string summary,
        string description,
        IReadOnlyList<(string YTitle, IReadOnlyList<Curve> Curves)> panels)
    {
        int count = panels.Count;
        string[][] names = [.. panels[^1].Curves.Select(curve => Lines(curve.Name, Longest))];
        int label = 30 + (int)(7.3 * names.SelectMany(lines => lines).Select(line => line.Length).DefaultIfEmpty(0).Max());
        bool isShort = label <= Short;
        int height = Math.Max(380, Top + Bottom + names.Sum(HeightOf));
        int legend = isShort ? 0 : Row * panels[^1].Curves.Sum(curve => Lines(curve.Name, LongestOnPhone).Length);
        int narrowHeight = 660 + legend;
        double plot = Layout.Wide - Layout.Left - label, gutter = (Layout.Left + (isShort ? label : 8)) / plot;
        double panelWidth = (1 - (gutter * (count - 1))) / count, panelHeight = (1 - (Space * (count - 1))) / count;
        var layout = new Layout(title, Layout.Wide, height, Layout.Left, label, Top, Bottom)
        {
            HasToolBar = true,
            ["hovermode"] = "closest", ["showlegend"] = false,
            ["legend"] = new Attributes
            {
                ["orientation"] = "h", ["bgcolor"] = ChartStyle.Clear,
                ["x"] = 0, ["xref"] = "container", ["xanchor"] = "left",
                ["y"] = 0, ["yref"] = "container", ["yanchor"] = "bottom",
                ["tracegroupgap"] = 1, // every name is a group of its own panels
            },
        };
        var narrow = new Attributes
        {
            ["layout.showlegend"] = !isShort, ["layout.legend.font.size"] = 12,
            ["layout.margin.b"] = Bottom + legend, ["layout.margin.r"] = isShort ? label : 12,
        };
        var traces = new List<Trace>();
        var labels = new List<Attributes>();
        for (int i = 0; i < count; i++)
        {
            (string yTitle, IReadOnlyList<Curve> curves) = panels[i];
            string suffix = i == 0 ? "" : Invariant($"{i + 1}");
            double left = i * (panelWidth + gutter), floor = (count - 1 - i) * (panelHeight + Space);
            int[] epochs = [.. curves.SelectMany(curve => curve.X).DefaultIfEmpty(1)];
            (int first, int last) = (epochs.Min(), epochs.Max());
            var xAxis = new Axis("Epochs")
            {
                ["domain"] = new[] { left, left + panelWidth }, ["anchor"] = "y" + suffix,
                ["range"] = new[] { first - 0.4, last + 0.4 }, ["tickformat"] = "d", ["showgrid"] = false,
            };
            (string ticks, int value) = last - first < 6 ? ("dtick", 1) : ("nticks", 6);
            xAxis[ticks] = value;
            (double low, double high) = RangeOf(curves);
            layout["xaxis" + suffix] = xAxis;
            layout["yaxis" + suffix] =
                new Axis(yTitle) { ["anchor"] = "x" + suffix, ["nticks"] = 7, ["range"] = new[] { low, high } };
            narrow[$"layout.xaxis{suffix}.domain"] = new[] { 0.0, 1.0 };
            narrow[$"layout.yaxis{suffix}.domain"] = new[] { floor, floor + panelHeight };
            traces.AddRange(curves.Where(curve => curve.Band is not null).Select(curve => BandOf(curve, suffix)));
            foreach (Curve curve in curves)
            {
                narrow[$"data.{traces.Count}.name"] = string.Join("<br>", Lines(curve.Name, LongestOnPhone));
                traces.Add(LineOf(curve, suffix, showLegend: i == 0));
            }

            if (isShort || i == count - 1)
            {
                double[] places = Places(curves, low, high, height - Top - Bottom);
                double[] narrowPlaces = Places(curves, low, high, (int)((narrowHeight - Top - Bottom) * panelHeight));
                for (int k = 0; k < curves.Count; k++)
                {
                    string path = $"layout.annotations.{labels.Count}.";
                    (narrow[path + "visible"], narrow[path + "x"], narrow[path + "y"]) = (isShort, 1, narrowPlaces[k]);
                    labels.Add(new()
                    {
                        ["text"] = $"<span style=\"color:{curves[k].Color}\">{curves[k].Symbol.Sign}</span> "
                            + string.Join("<br>\u2003", Lines(curves[k].Name, Longest)),
                        ["showarrow"] = false, ["align"] = "left",
                        ["xref"] = "paper", ["x"] = left + panelWidth, ["xanchor"] = "left", ["xshift"] = 4,
                        ["yref"] = "y" + suffix, ["y"] = places[k], ["yanchor"] = "middle",
                    });
                }
            }
        }

        layout["annotations"] = labels;
        return new(title, summary, description, traces, layout.Narrow(Layout.Wide, narrowHeight, narrow, below: 680));
    }

    /// <summary>Where the names stand: at the ends of their curves, moved apart where they would lie over each other.</summary>
    /// <param name="curves">The curves of a panel.</param>
    /// <param name="low">The lower end of the axis.</param>
    /// <param name="high">The upper end of the axis.</param>
    /// <param name="height">The height of the panel in pixels.</param>
    internal static double[] Places(IReadOnlyList<Curve> curves, double low, double high, int height)
    {
        double pixel = (high - low) / height;
        double[] places = [.. curves.Select(curve => curve.Y.LastOrDefault(y => y is not null) ?? low)];
        double[] halves = [.. curves.Select(curve => HeightOf(Lines(curve.Name, Longest)) * pixel / 2)];
        int[] order = [.. Enumerable.Range(0, places.Length).OrderBy(i => places[i])];
        double floor = low;
        foreach (int i in order)
        {
            places[i] = Math.Max(places[i], floor + halves[i]);
            floor = places[i] + halves[i];
        }

        double ceiling = high;
        foreach (int i in Enumerable.Reverse(order))
        {
            places[i] = Math.Min(places[i], ceiling - halves[i]);
            ceiling = places[i] - halves[i];
        }

        return places;
    }

    /// <summary>A name in lines of some letters, parted after commas.</summary>
    private static string[] Lines(string name, int longest)
    {
        var lines = new List<string>();
        foreach (string part in name.Split(", "))
        {
            if (lines.Count > 0 && lines[^1].Length + part.Length + 2 <= longest)
            {
                lines[^1] += ", " + part;
            }
            else
            {
                lines.Add(part);
            }
        }

        return [.. lines.Select((line, i) => i < lines.Count - 1 ? line + "," : line)];
    }

    private static int HeightOf(string[] lines) => (Line * lines.Length) + 4;

    private static (double Low, double High) RangeOf(IReadOnlyList<Curve> curves)
    {
        double[] values =
        [
            .. curves.SelectMany(curve => curve.Y).OfType<double>(),
            .. curves.SelectMany(curve => curve.Band ?? []).SelectMany(edges => new[] { edges.Low, edges.High }),
        ];
        (double low, double high) = values.Length == 0 ? (0, 1) : (values.Min(), values.Max());
        double edge = high > low ? (high - low) * 0.06 : Math.Max(Math.Abs(high) * 0.1, 1e-6);
        return (low - edge, high + edge);
    }

    private static Trace LineOf(Curve curve, string axisSuffix, bool showLegend) => new("scatter")
    {
        ["mode"] = "lines+markers",
        ["name"] = curve.Name, ["legendgroup"] = curve.Name, ["showlegend"] = showLegend,
        ["x"] = curve.X, ["y"] = curve.Y, ["xaxis"] = "x" + axisSuffix, ["yaxis"] = "y" + axisSuffix,
        ["line"] = new { color = curve.Color, width = 2.5 },
        ["marker"] = new { color = curve.Color, symbol = curve.Symbol.Name, size = 7 },
        ["cliponaxis"] = false,
        ["hovertext"] = curve.Hovers, ["hovertemplate"] = Trace.HoverText,
    };

    /// <summary>The band as one closed outline: along its upper edge and back along the lower one.</summary>
    private static Trace BandOf(Curve curve, string axisSuffix) => new("scatter")
    {
        ["mode"] = "lines",
        ["name"] = curve.Name, ["legendgroup"] = curve.Name, ["showlegend"] = false,
        ["x"] = curve.X.Concat(curve.X.Reverse()),
        ["y"] = curve.Band!.Select(edges => edges.High).Concat(curve.Band!.Select(edges => edges.Low).Reverse()),
        ["xaxis"] = "x" + axisSuffix, ["yaxis"] = "y" + axisSuffix,
        ["fill"] = "toself", ["fillcolor"] = ChartStyle.Transparent(curve.Color, "0.18"),
        ["line"] = new { width = 0 }, ["hoverinfo"] = "skip",
    };
}

using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace MnistCnn.Plotly;

/// <summary>What all figures have in common.</summary>
internal static class FigureLayout
{
    /// <summary>The height of a line of a legend, in pixels.</summary>
    public const int LegendRow = 22;

    private static readonly string[] s_uselessButtons = ["select2d", "lasso2d", "autoScale2d"];

    /// <summary>A layout with the collection's fonts, colours and title.</summary>
    public static Layout Create(string title, int width, int height, int left, int right, int top, int bottom)
    {
        // The page's script recolours figures through the font and this template: no axis has colours of its own.
        Layout axes = new Layout().With("xaxis", AxisColors()).With("yaxis", AxisColors());
        return new Layout()
            .With("title", new
            {
                text = title,
                font = new { size = ChartStyle.TitleSize },
                x = 0,
                xref = "paper",
                xanchor = "left",
                y = 1,
                yref = "container",
                yanchor = "top",
                pad = new { t = 16 },
            })
            .With("width", width)
            .With("height", height)
            .With("margin", new { l = left, r = right, t = top, b = bottom })
            .With("font", new { family = ChartStyle.Font, size = ChartStyle.FontSize, color = ChartStyle.Ink })
            .With("paper_bgcolor", ChartStyle.Paper)
            .With("plot_bgcolor", "rgba(0,0,0,0)")
            .With("hoverlabel", new
            {
                align = "left",
                bgcolor = ChartStyle.Paper,
                bordercolor = ChartStyle.Frame,
                font = new { family = ChartStyle.Font, size = ChartStyle.FontSize, color = ChartStyle.Ink },
            })
            .With("modebar", new { bgcolor = "rgba(0,0,0,0)" })
            .With("template", new Template().With("layout", axes))
            .With("meta", new Dictionary<string, object>(StringComparer.Ordinal));
    }

    /// <summary>A title with a note in small type below it; the note may be empty.</summary>
    public static string TitleWith(string title, string note) =>
        note.Length == 0 ? title : $"{title}<br><span style=\"font-size:12px\">{note}</span>";

    /// <summary>An axis with a title.</summary>
    public static LinearAxis Axis(string title) => new LinearAxis()
        .With("title", new { text = title, standoff = 8 })
        .With("automargin", false);

    /// <summary>A legend in one line above the plot, level with the title.</summary>
    public static Legend LegendAtTopRight() => new Legend()
        .With("orientation", "h")
        .With("x", 1)
        .With("xanchor", "right")
        .With("y", 1.02)
        .With("yanchor", "bottom")
        .With("bgcolor", "rgba(0,0,0,0)");

    /// <summary>A legend below the plot, for many names.</summary>
    public static Legend LegendBelow() => new Legend()
        .With("orientation", "h")
        .With("x", 0)
        .With("xanchor", "left")
        .With("y", 0)
        .With("yref", "container")
        .With("yanchor", "bottom")
        .With("tracegroupgap", 1) // every name is a group of its own panels
        .With("bgcolor", "rgba(0,0,0,0)");

    /// <summary>Lets a page keep the proportions when it draws the figure smaller.</summary>
    public static void Scale(Layout layout) => Meta(layout)["scale"] = true;

    /// <summary>Says how the figure changes where there is little room: a natural size and attributes by path.</summary>
    public static void Narrow(Layout layout, int width, int height, Dictionary<string, object> changes)
    {
        // On a phone the tool bar would stay on the title, and dragging must scroll the page.
        changes["config.displayModeBar"] = false;
        changes["layout.dragmode"] = false;
        Meta(layout)["narrow"] = new { below = ChartStyle.NarrowBelow, width, height, set = changes };
    }

    /// <summary>The figure as one JSON object.</summary>
    public static string ToJson(IEnumerable<Trace> traces, Layout layout, bool showModeBar)
    {
        Config config = new Config().With("displaylogo", false);
        config = showModeBar
            ? config.With("modeBarButtonsToRemove", s_uselessButtons)
            : config.With("displayModeBar", false);
        GenericChart chart = GenericChart.ofTraceObjects(false, traces);
        return GenericChart.toJson(GenericChart.setConfig(config, GenericChart.setLayout(layout, chart)));
    }

    private static Dictionary<string, object> Meta(Layout layout) =>
        (Dictionary<string, object>)layout.GetPropertyValue("meta");

    private static LinearAxis AxisColors() => new LinearAxis()
        .With("gridcolor", ChartStyle.Grid)
        .With("linecolor", ChartStyle.Axis)
        .With("tickcolor", ChartStyle.Axis)
        .With("showline", true)
        .With("ticks", "outside")
        .With("ticklen", 4)
        .With("zeroline", false);
}

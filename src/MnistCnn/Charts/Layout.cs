namespace MnistCnn;

/// <summary>What all figures have in common: title, size, margins in pixels, fonts and colours.</summary>
internal sealed class Layout : Attributes
{
    /// <summary>The two widths of figures in pixels; the wide one is that of the page's text.</summary>
    public const int Wide = 736, Small = 480;

    /// <summary>The room left of a plot in pixels, for the numbers and the title of its axis.</summary>
    public const int Left = 66;

    /// <summary>The room above the plot where a narrow figure has its legend below the title, not beside it.</summary>
    public const int NarrowTop = 76;

    private readonly Attributes _meta = [];

    public Layout(string title, int width, int height, int left, int right, int top, int bottom)
    {
        (Width, Height) = (width, height);

        // The page's script recolours figures through the font and this template: no axis has colours of its own.
        var axes = new Attributes { ["xaxis"] = AxisColors(), ["yaxis"] = AxisColors() };
        var font = new { family = ChartStyle.Font, size = ChartStyle.FontSize, color = ChartStyle.Ink };
        this["title"] = new
        {
            text = title, font = new { size = ChartStyle.TitleSize }, pad = new { t = 16 },
            x = 0, xref = "container", xanchor = "left", y = 1, yref = "container", yanchor = "top",
        };
        this["width"] = width;
        this["height"] = height;
        this["margin"] = new { l = left, r = right, t = top, b = bottom };
        this["font"] = font;
        this["paper_bgcolor"] = ChartStyle.Paper;
        this["plot_bgcolor"] = ChartStyle.Clear;
        this["hoverlabel"] = new { align = "left", bgcolor = ChartStyle.Paper, bordercolor = ChartStyle.Frame, font };
        this["modebar"] = new { bgcolor = ChartStyle.Clear };
        this["template"] = new Attributes { ["layout"] = axes };
        this["meta"] = _meta;
    }

    /// <summary>Natural width in pixels.</summary>
    public int Width { get; }

    /// <summary>Natural height in pixels.</summary>
    public int Height { get; }

    /// <summary>Whether the figure has Plotly's tool bar, to zoom and to save a picture.</summary>
    public bool HasToolBar { get; init; }

    /// <summary>Plotly's settings that go with the layout.</summary>
    public Attributes Config => HasToolBar
        ? new() { ["displaylogo"] = false, ["modeBarButtonsToRemove"] = new[] { "select2d", "lasso2d", "autoScale2d" } }
        : new() { ["displaylogo"] = false, ["displayModeBar"] = false };

    /// <summary>A legend in one line above the plot, level with the title.</summary>
    public static Attributes LegendAtTopRight() => new()
    {
        ["orientation"] = "h", ["bgcolor"] = ChartStyle.Clear,
        ["x"] = 1, ["xanchor"] = "right", ["y"] = 1.02, ["yanchor"] = "bottom",
    };

    /// <summary>A title with a note in small type below it; the note may be empty.</summary>
    public static string TitleWith(string title, string note) =>
        note.Length == 0 ? title : $"{title}<br><span style=\"font-size:12px\">{note}</span>";

    /// <summary>Lets a page keep the proportions when it draws the figure smaller.</summary>
    public Layout Scale()
    {
        _meta["scale"] = true;
        return this;
    }

    /// <summary>Says what a page sets on dark paper: an attribute by its path, such as <c>data.0.textfont.color</c>.</summary>
    public Layout Dark(string path, object value)
    {
        if (!_meta.TryGetValue("dark", out object? changes))
        {
            _meta["dark"] = changes = new Attributes();
        }

        ((Attributes)changes)[path] = value;
        return this;
    }

    /// <summary>Gives the figure small images to show of the points at which the reader points.</summary>
    /// <param name="source">One picture that holds them all, row by row, each a square.</param>
    /// <param name="columns">How many stand in a row; which one belongs to a point, its <c>customdata</c> says.</param>
    /// <param name="rows">How many rows there are.</param>
    public Layout Pictures(string source, int columns, int rows)
    {
        _meta["pictures"] = new { source, columns, rows };
        return this;
    }

    /// <summary>Says how the figure changes where there is little room: a natural size and attributes by path.</summary>
    public Layout Narrow(int width, int height, Attributes changes, int below = ChartStyle.NarrowBelow)
    {
        // On a phone the tool bar would stay on the title, and dragging must scroll the page.
        changes["config.displayModeBar"] = false;
        changes["layout.dragmode"] = false;
        _meta["narrow"] = new { below, width, height, set = changes };
        return this;
    }

    private static Axis AxisColors() => new()
    {
        ["gridcolor"] = ChartStyle.Grid, ["linecolor"] = ChartStyle.Axis, ["tickcolor"] = ChartStyle.Axis,
        ["showline"] = true, ["zeroline"] = false, ["ticks"] = "outside", ["ticklen"] = 4,
    };
}

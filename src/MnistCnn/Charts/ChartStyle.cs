namespace MnistCnn;

/// <summary>
/// The one look of all figures: colours that stay apart for colour-blind readers (after Okabe and Ito, 2008), fonts and margins.
/// </summary>
/// <remarks>
/// No single grey is legible on white and on a dark editor alike. The JSON of a figure therefore carries its own white paper
/// with dark text, which is right wherever a host draws it as it is; the HTML of a figure makes the paper transparent and
/// takes the text colour of the page it stands in, see <see cref="FigureHtml"/>.
/// </remarks>
internal static class ChartStyle
{
    /// <summary>Training curves, and "digit != 0" (the exercise's blue).</summary>
    public const string Blue = "#0072B2";

    /// <summary>Validation curves.</summary>
    public const string Orange = "#D55E00";

    /// <summary>"digit == 0" and wrong predictions (the exercise's red): Paul Tol's, apart from the blue for all.</summary>
    public const string Red = "#CC3311";

    /// <summary>Text and axes on white paper.</summary>
    public const string Ink = "#24292F";

    /// <summary>The paper of a figure that a host draws from its JSON.</summary>
    public const string Paper = "#FFFFFF";

    /// <summary>No colour: what lies below is seen.</summary>
    public const string Clear = "rgba(0,0,0,0)";

    /// <summary>Grid lines: the ink, nearly transparent.</summary>
    public const string Grid = "rgba(36,41,47,0.13)";

    /// <summary>Axis lines and ticks: the ink, half transparent.</summary>
    public const string Axis = "rgba(36,41,47,0.45)";

    /// <summary>The frame of an image, and lines in the background: seen on white and on dark paper.</summary>
    public const string Frame = "#7D8590";

    /// <summary>The reader's own interface font.</summary>
    public const string Font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

    /// <summary>The reader's own fixed-width font.</summary>
    public const string MonospaceFont = "ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

    /// <summary>Size of ordinary text in a figure, in pixels.</summary>
    public const int FontSize = 13;

    /// <summary>Size of a figure's title, in pixels.</summary>
    public const int TitleSize = 16;

    /// <summary>Below this width a figure takes its narrow form, in pixels.</summary>
    public const int NarrowBelow = 560;

    /// <summary>
    /// Things set side by side, in this order: Okabe and Ito's colours, those darker that would be lost on white paper. Each
    /// has a contrast of 3 : 1 or more to white and to dark paper.
    /// </summary>
    public static IReadOnlyList<string> Series { get; } = [Blue, Orange, "#009E73", "#C4659B", "#A67C00", "#7B68C8"];

    /// <summary>
    /// Markers that go with <see cref="Series"/>, so that things differ by more than colour: plotly's names, and how they are
    /// written.
    /// </summary>
    public static IReadOnlyList<(string Name, string Sign)> Symbols { get; } =
        [("circle", "●"), ("diamond", "◆"), ("square", "■"), ("triangle-up", "▲"), ("cross", "✚"), ("x", "✖"), ("star", "★")];

    /// <summary>A colour such as <c>#0072B2</c> that lets through what lies below it.</summary>
    public static string Transparent(string hex, string opacity)
    {
        byte[] rgb = Convert.FromHexString(hex.AsSpan(1));
        return $"rgba({rgb[0]},{rgb[1]},{rgb[2]},{opacity})";
    }
}

namespace MnistCnn;

/// <summary>
/// A drawn chart: plotly.js data that a notebook shows as the last expression of a cell, or through <c>display</c>.
/// </summary>
/// <remarks>Figures come from the <c>Plot…</c> methods of the results, such as <see cref="HistoryCharts.Plot"/>.</remarks>
public sealed class Figure
{
    private readonly string _summary;

    internal Figure(string title, string summary, string description, IEnumerable<Trace> traces, Layout layout)
        : this(title, summary, description, FigureRenderer.Instance.Render(traces, layout), layout.Width, layout.Height)
    {
    }

    internal Figure(string title, string summary, string description, string plotlyJson, int width, int height)
    {
        (Title, _summary, Description, PlotlyJson, Width, Height) = (title, summary, description, plotlyJson, width, height);
        Unshown.Add("figure", this);
    }

    /// <summary>The title above the chart.</summary>
    public string Title { get; }

    /// <summary>What the chart shows, in words: the alternative text.</summary>
    public string Description { get; }

    /// <summary>
    /// The chart as one JSON object with <c>data</c>, <c>layout</c> and <c>config</c>
    /// (MIME type <c>application/vnd.plotly.v1+json</c>).
    /// </summary>
    public string PlotlyJson { get => Unshown.Seen(this, field); }

    /// <summary>Natural width in pixels. In HTML the figure shrinks where there is less room.</summary>
    public int Width { get; }

    /// <summary>Natural height in pixels.</summary>
    public int Height { get; }

    /// <summary>The chart as a PNG picture, shown where no script runs; null where nobody has made one.</summary>
    public ReadOnlyMemory<byte>? Png { get; private init; }

    /// <summary>What the figure draws, such as a confusion matrix; null where nobody asks for it.</summary>
    internal object? Source { get; init; }

    /// <summary>The same figure with a picture of itself.</summary>
    /// <param name="png">A PNG file.</param>
    public Figure WithPng(byte[] png)
    {
        ArgumentNullException.ThrowIfNull(png);
        return new(Title, _summary, Description, PlotlyJson, Width, Height) { Png = png, Source = Source };
    }

    /// <summary>
    /// An HTML fragment that draws the figure. It stands alone, may be put into a page any number of times, needs no network
    /// where plotly.js lies in the build output, and shows <see cref="Png"/> or <see cref="Description"/> where scripts do
    /// not run.
    /// </summary>
    public string ToHtml() => FigureHtml.Write(this, Environment.CurrentDirectory);

    /// <summary>One line of text, such as <c>Figure: Loss and accuracy (10 epochs, val_acc 0.9811)</c>.</summary>
    public override string ToString() =>
        Unshown.Seen(this, _summary.Length == 0 ? $"Figure: {Title}" : $"Figure: {Title} ({_summary})");
}

namespace MnistCnn;

/// <summary>Attributes of a figure by plotly.js's own names (https://plotly.com/javascript/reference/).</summary>
internal class Attributes() : Dictionary<string, object>(StringComparer.Ordinal);

/// <summary>One set of points, bars or cells.</summary>
/// <param name="type">Plotly's name for the kind, such as <c>scatter</c>.</param>
internal sealed class Trace(string type) : Attributes
{
    /// <summary>Shows the element's own <c>hovertext</c> and nothing else when it is pointed at.</summary>
    public const string HoverText = "%{hovertext}<extra></extra>";

    /// <summary>Plotly's name for the kind.</summary>
    public string Type => type;
}

/// <summary>An axis.</summary>
internal sealed class Axis : Attributes
{
    /// <summary>An axis without a title.</summary>
    public Axis()
    {
    }

    /// <summary>An axis with a title.</summary>
    public Axis(string title)
    {
        this["title"] = new { text = title, standoff = 8 };
        this["automargin"] = false;
    }
}

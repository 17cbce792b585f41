using System.Globalization;
using System.Net;
using System.Text;

namespace MnistCnn;

/// <summary>
/// Writes small, calm tables. There is no style sheet to rely on and no theme to know: the text keeps the page's colour, lines
/// are that colour made faint, and nothing has a background.
/// </summary>
/// <param name="align">How cells stand in their columns: numbers <c>right</c>, words <c>left</c>.</param>
internal sealed class HtmlTable(string align = "right")
{
    /// <summary>Digits of one width, so that numbers stand below each other.</summary>
    public const string NumberStyle = "font-variant-numeric:tabular-nums";

    private const string Line = "1px solid rgba(128,128,128,0.4)";

    private readonly StringBuilder _html = new(
        "<table cellpadding=\"5\" style=\"border-collapse:collapse;border:0;line-height:1.1;background:transparent;color:inherit;"
        + $"{NumberStyle}\">");

    /// <summary>Adds the row of headings.</summary>
    public HtmlTable Header(params string[] cells) => Row("th", $";border-bottom:{Line}", cells);

    /// <summary>Adds a row; texts are escaped.</summary>
    public HtmlTable Row(params string[] cells) => Row("td", "", cells);

    /// <summary>The whole table.</summary>
    public override string ToString() => _html + "</table>";

    private HtmlTable Row(string tag, string style, string[] cells)
    {
        _html.Append(CultureInfo.InvariantCulture, $"<tr style=\"text-align:{align};background:transparent{style}\">");
        foreach (string cell in cells)
        {
            _html.Append(CultureInfo.InvariantCulture, $"<{tag}>{WebUtility.HtmlEncode(cell)}</{tag}>");
        }

        _html.Append("</tr>");
        return this;
    }
}

using System.Globalization;
using System.Net;
using System.Text;

namespace MnistCnn;

/// <summary>
/// Writes a table that sorts when a column's head is clicked. It carries its script along, which looks for every such table that
/// does not sort yet: no ids, so the fragment is the same for the same rows and may stand in a page any number of times. Where no
/// script runs it is a plain table.
/// </summary>
/// <param name="caption">What the table says, shown above it.</param>
internal sealed class SortableTable(string caption)
{
    private const string Line = "1px solid rgba(128,128,128,0.4)";

    private static readonly Lazy<string> s_script = new(ReadScript);

    private readonly StringBuilder _head = new();
    private readonly StringBuilder _body = new();

    /// <summary>Adds a column.</summary>
    /// <param name="name">Its head.</param>
    /// <param name="words">Whether it holds words, which stand on the left.</param>
    /// <param name="sorted">Whether the rows come sorted by it.</param>
    public SortableTable Column(string name, bool words = false, bool sorted = false)
    {
        string order = sorted ? " aria-sort=\"ascending\"" : "";
        _head.Append(
            CultureInfo.InvariantCulture,
            $"<th scope=\"col\"{order} style=\"text-align:{(words ? "left" : "right")};vertical-align:bottom\">");
        _head.Append(CultureInfo.InvariantCulture, $"{WebUtility.HtmlEncode(name)}</th>");
        return this;
    }

    /// <summary>Adds a row.</summary>
    public SortableTable Row(params IEnumerable<SortableCell> cells)
    {
        _body.Append("<tr style=\"background:transparent\">");
        foreach (SortableCell cell in cells)
        {
            string text = WebUtility.HtmlEncode(cell.Text);
            _body.Append(
                CultureInfo.InvariantCulture,
                $"<td data-key=\"{WebUtility.HtmlEncode(cell.Key)}\" style=\"text-align:{(cell.Words ? "left" : "right")}\">");
            _body.Append(cell.Strong ? $"<strong>{text}</strong>" : text).Append("</td>");
        }

        _body.Append("</tr>\n");
        return this;
    }

    /// <summary>The whole fragment.</summary>
    public override string ToString() =>
        $"<div style=\"margin:0 0 6px;line-height:1.4\">{WebUtility.HtmlEncode(caption)}</div>\n"
        + $"<div role=\"region\" aria-label=\"{WebUtility.HtmlEncode(caption)}\" tabindex=\"0\" style=\"overflow-x:auto\">\n"
        + "<table data-sortable cellpadding=\"5\" style=\"border-collapse:collapse;border:0;line-height:1.3;white-space:nowrap;"
        + $"background:transparent;color:inherit;{HtmlTable.NumberStyle}\">\n"
        + $"<thead><tr style=\"background:transparent;border-bottom:{Line}\">{_head}</tr></thead>\n"
        + $"<tbody>\n{_body}</tbody>\n</table>\n</div>\n"
        + $"<script>\n{s_script.Value}</script>";

    private static string ReadScript()
    {
        using Stream stream = typeof(SortableTable).Assembly.GetManifestResourceStream("sortable-table.js")
            ?? throw new InvalidOperationException("The resource sortable-table.js is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

using System.Globalization;
using System.Net;
using System.Text;

namespace MnistCnn;

/// <summary>
/// Writes small, calm tables. There is no style sheet to rely on and no theme to know: the text keeps the page's colour, lines
/// are that colour made faint, nothing has a background, and each cell says itself on which side it stands, since a host may
/// have a rule of its own for all cells of a page. A table wider than its place scrolls, by keyboard too.
/// </summary>
/// <param name="label">What the table holds, in a few words: a reader who does not see it hears them first.</param>
/// <param name="caption">A sentence shown above it.</param>
/// <param name="sorts">
/// Whether a click on a column's head sorts the rows. The table carries the script along, which looks for every such table that
/// does not sort yet: no ids, so the same rows give the same fragment, which may stand in a page any number of times.
/// </param>
internal sealed class HtmlTable(string label, string? caption = null, bool sorts = false)
{
    /// <summary>Digits of one width, so that numbers stand below each other.</summary>
    public const string NumberStyle = "font-variant-numeric:tabular-nums";

    private const string Line = "1px solid rgba(128,128,128,0.4)";

    private static readonly Lazy<string> s_script = new(ReadScript);

    private readonly List<string> _styles = [];
    private readonly StringBuilder _head = new();
    private readonly StringBuilder _body = new();
    private readonly StringBuilder _foot = new();

    /// <summary>Adds a column.</summary>
    /// <param name="name">Its head.</param>
    /// <param name="words">Whether it holds words, which stand on the left.</param>
    /// <param name="sentences">Whether it holds sentences, which stand on the left and may be broken.</param>
    /// <param name="sorted">Whether the rows come sorted by it.</param>
    public HtmlTable Column(string name, bool words = false, bool sentences = false, bool sorted = false)
    {
        string style = $"text-align:{(words || sentences ? "left" : "right")}"
            + (sentences ? ";white-space:normal;min-width:14em" : "");
        _styles.Add(style);
        _head.Append("<th scope=\"col\"").Append(sorted ? " aria-sort=\"ascending\"" : "")
            .Append(CultureInfo.InvariantCulture, $" style=\"{style}\">{WebUtility.HtmlEncode(name)}</th>");
        return this;
    }

    /// <summary>Adds a row; texts are escaped, and cells beyond the last column left out.</summary>
    public HtmlTable Row(params IEnumerable<TableCell> cells) => Row(_body, cells);

    /// <summary>Adds a row of totals, below the line under the rows.</summary>
    public HtmlTable Total(params IEnumerable<TableCell> cells) => Row(_foot, cells);

    /// <summary>The whole fragment.</summary>
    public override string ToString() =>
        (caption is null ? "" : $"<div style=\"margin:0 0 6px;line-height:1.4\">{WebUtility.HtmlEncode(caption)}</div>\n")
        + $"<div role=\"group\" aria-label=\"{WebUtility.HtmlEncode(label)}\" tabindex=\"0\" style=\"overflow-x:auto\">\n"
        + $"<table {(sorts ? "data-sortable=\"\" " : "")}cellpadding=\"5\" style=\"border-collapse:collapse;border:0;"
        + $"line-height:1.2;white-space:nowrap;background:transparent;color:inherit;{NumberStyle}\">\n"
        + $"<thead><tr style=\"background:transparent;border-bottom:{Line}\">{_head}</tr></thead>\n"
        + $"<tbody>\n{_body}</tbody>\n{(_foot.Length > 0 ? $"<tfoot style=\"border-top:{Line}\">\n{_foot}</tfoot>\n" : "")}"
        + "</table>\n</div>"
        + (sorts ? $"\n<script>\n{s_script.Value}</script>" : "");

    private HtmlTable Row(StringBuilder rows, IEnumerable<TableCell> cells)
    {
        rows.Append("<tr style=\"background:transparent\">");
        foreach ((TableCell cell, string style) in cells.Zip(_styles))
        {
            string text = WebUtility.HtmlEncode(cell.Text);
            rows.Append("<td").Append(cell.Key is { } key ? $" data-key=\"{WebUtility.HtmlEncode(key)}\"" : "")
                .Append(CultureInfo.InvariantCulture, $" style=\"{style}\">")
                .Append(cell.Strong ? $"<strong>{text}</strong>" : text).Append("</td>");
        }

        rows.Append("</tr>\n");
        return this;
    }

    private static string ReadScript()
    {
        using Stream stream = typeof(HtmlTable).Assembly.GetManifestResourceStream("sortable-table.js")
            ?? throw new InvalidOperationException("The resource sortable-table.js is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>A cell of a table.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Key">What it sorts by; empty: always last; null: its text.</param>
/// <param name="Strong">Whether it stands out.</param>
internal sealed record TableCell(string Text, string? Key = null, bool Strong = false)
{
    /// <summary>A cell that says no more than its text.</summary>
    public static implicit operator TableCell(string text) => new(text);

    /// <summary>A number; a dash where there is none.</summary>
    /// <param name="value">The number.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="strong">Whether it stands out.</param>
    public static TableCell Number(double? value, string format, bool strong = false) => value is { } number
        ? new(number.ToString(format, CultureInfo.InvariantCulture), number.ToString("R", CultureInfo.InvariantCulture), strong)
        : new("–", "");
}

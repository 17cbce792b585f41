using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MnistCnn;

/// <summary>
/// Writes the numbers of a figure as HTML tables, from its traces: for readers who cannot see it, and where no script runs.
/// </summary>
internal static class FigureNumbers
{
    private const int MostRows = 150;

    // Inline, since a kernel's own style sheet aligns the cells of every table to the left.
    private const string Left = "text-align:left", Right = "text-align:right", Empty = "<td></td>";

    /// <summary>The tables; empty where there is no number.</summary>
    /// <param name="plotlyJson">The figure.</param>
    public static string Write(string plotlyJson)
    {
        using JsonDocument json = JsonDocument.Parse(plotlyJson);
        if (!json.RootElement.TryGetProperty("data", out JsonElement data)
            || !json.RootElement.TryGetProperty("layout", out JsonElement layout))
        {
            return "";
        }

        var html = new StringBuilder();
        JsonElement[] shown =
        [
            .. data.EnumerateArray().Where(trace => Text(trace, "hoverinfo") != "skip" && trace.TryGetProperty("x", out _)),
        ];
        foreach (IGrouping<string, JsonElement> panel in shown.GroupBy(
            trace => (Text(trace, "yaxis") ?? "y")[1..], StringComparer.Ordinal))
        {
            (JsonElement x, JsonElement y) = (Axis(layout, "xaxis" + panel.Key), Axis(layout, "yaxis" + panel.Key));
            (string xTitle, string yTitle) = (Title(x), Title(y));
            Table table = panel.Any(trace => Text(trace, "type") == "heatmap") ? Matrix([.. panel], x, y)
                : yTitle.Length > 0 ? Columns([.. panel], xTitle, yTitle)
                : xTitle.Length > 0 ? Rows(panel, xTitle)
                : Words(panel);
            table.WriteTo(html);
        }

        return html.ToString();
    }

    /// <summary>A number as it is read: at most four decimals, very large and very small ones as powers of ten.</summary>
    internal static string Number(double value) => value == 0 ? "0" : Math.Abs(value) is >= 1e-3 and < 1e9
        ? value.ToString("#,0.####", CultureInfo.InvariantCulture)
        : value.ToString("0.###e-0", CultureInfo.InvariantCulture);

    /// <summary>Curves, bars and points: a row for each x, a column for each trace; of very many, their range.</summary>
    private static Table Columns(JsonElement[] traces, string xTitle, string yTitle)
    {
        string[] names = [.. traces.Select(trace => Plain(Text(trace, "name")) is { Length: > 0 } name ? name : yTitle)];
        var rows = new Dictionary<string, string[]>(StringComparer.Ordinal);
        for (int k = 0; k < traces.Length; k++)
        {
            string[] x = [.. Items(traces[k], traces[k].TryGetProperty("ids", out _) ? "ids" : "x").Select(Cell)];
            string[] y = [.. Items(traces[k], "y").Select(Cell)];
            for (int i = 0; i < Math.Min(x.Length, y.Length); i++)
            {
                if (!rows.TryGetValue(x[i], out string[]? row))
                {
                    rows[x[i]] = row = new string[traces.Length];
                }

                row[k] = row[k] is null ? y[i] : $"{row[k]}; {y[i]}";
            }
        }

        return rows.Count <= MostRows
            ? new(yTitle, [xTitle, .. names], [.. rows.Select(row => (string[])[row.Key, .. row.Value])])
            : new(
                "The points are too many to list.",
                ["", "points", .. Ends(xTitle), .. Ends(yTitle)],
                [.. traces.Select((trace, k) => (string[])
                    [names[k], Number(Items(trace, "x").Length), .. Reach(trace, "x"), .. Reach(trace, "y")])]);

        static string[] Ends(string title) => [title + ": least", "mean", "largest"];

        static string[] Reach(JsonElement trace, string axis)
        {
            double[] values =
            [
                .. Items(trace, axis).Where(item => item.ValueKind == JsonValueKind.Number).Select(item => item.GetDouble()),
            ];
            return values.Length == 0 ? ["", "", ""] : [Number(values.Min()), Number(values.Average()), Number(values.Max())];
        }
    }

    /// <summary>Dots along one axis: a row for each trace.</summary>
    private static Table Rows(IEnumerable<JsonElement> traces, string title) => new(
        "", ["", title], [.. traces.Select(trace => (string[])
            [Plain(Text(trace, "name")), string.Join("; ", Items(trace, "x").Select(Cell))])]);

    /// <summary>Images: what each says when it is pointed at.</summary>
    private static Table Words(IEnumerable<JsonElement> traces)
    {
        string[] texts = [.. traces.SelectMany(trace => Items(trace, "hovertext")).Select(text => Plain(text.GetString()))];
        string[][] rows = [.. texts.Take(MostRows).Select((text, i) => (string[])[Invariant($"{i + 1}"), text])];
        return new(texts.Length > MostRows ? Invariant($"The first {MostRows} of {texts.Length}") : "", ["", "image"], rows)
        {
            IsWords = true,
        };
    }

    /// <summary>A matrix: of several over each other, the cells that each has.</summary>
    private static Table Matrix(JsonElement[] traces, JsonElement xAxis, JsonElement yAxis)
    {
        JsonElement[][] values =
        [
            .. traces.Where(trace => Text(trace, "type") == "heatmap").Select(trace =>
                Items(trace, trace.TryGetProperty("customdata", out _) ? "customdata" : "z")),
        ];
        string[] columns = Ticks(xAxis, values[0][0].GetArrayLength()), rows = Ticks(yAxis, values[0].Length);
        return rows.Length > MostRows || columns.Length > MostRows ? new("", [], []) : new(
            $"Rows: {Title(yAxis).ToLowerInvariant()}; columns: {Title(xAxis).ToLowerInvariant()}",
            ["", .. columns],
            [.. rows.Select((name, i) => (string[])[name, .. columns.Select((_, j) =>
                Cell(values.Select(all => all[i][j]).FirstOrDefault(item => item.ValueKind != JsonValueKind.Null)))])]);
    }

    private static string[] Ticks(JsonElement axis, int count) => axis.ValueKind == JsonValueKind.Object
        && axis.TryGetProperty("ticktext", out JsonElement texts)
        ? [.. texts.EnumerateArray().Select(text => Plain(text.GetString()))]
        : [.. Enumerable.Range(0, count).Select(i => Invariant($"{i}"))];

    private static JsonElement Axis(JsonElement layout, string name) =>
        layout.TryGetProperty(name, out JsonElement axis) ? axis : default;

    private static string Title(JsonElement axis) => axis.ValueKind == JsonValueKind.Object
        && axis.TryGetProperty("title", out JsonElement title) ? Plain(Text(title, "text")) : "";

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static JsonElement[] Items(JsonElement trace, string name) => trace.TryGetProperty(name, out JsonElement items)
        && items.ValueKind == JsonValueKind.Array ? [.. items.EnumerateArray()] : [];

    private static string Cell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => Number(value.GetDouble()),
        JsonValueKind.String => Plain(value.GetString()),
        _ => "",
    };

    /// <summary>The words of a text in plotly's kind of HTML, without the bars that are drawn of blocks.</summary>
    private static string Plain(string? text) => WebUtility.HtmlDecode(Regex.Replace(
        (text ?? "").Replace("<br>", "\n", StringComparison.Ordinal), "<[^>]*>|\u2588+", "", RegexOptions.NonBacktracking))
        .Replace('\u00A0', ' ').Trim().Replace("\n", "; ", StringComparison.Ordinal);

    /// <summary>A table whose first row and first column are headings.</summary>
    private sealed record Table(string Caption, string[] Headings, IReadOnlyList<string[]> Lines)
    {
        /// <summary>Whether the cells hold words, not numbers.</summary>
        public bool IsWords { get; init; }

        public void WriteTo(StringBuilder html)
        {
            if (Lines.Count == 0)
            {
                return;
            }

            string cells = IsWords ? Left : Right;
            html.Append("<table style=\"border-collapse:collapse;font-variant-numeric:tabular-nums;margin:4px 0 8px\">");
            html.Append(Caption.Length == 0 ? "" : $"<caption style=\"{Left}\">{WebUtility.HtmlEncode(Caption)}</caption>");
            html.Append("<thead><tr>");
            foreach (string heading in Headings)
            {
                html.Append(heading.Length == 0 ? Empty : Heading(heading, "col", cells));
            }

            html.Append("</tr></thead><tbody>");
            foreach (string[] line in Lines)
            {
                html.Append("<tr>").Append(Heading(line[0], "row", Left));
                foreach (string cell in line.Skip(1))
                {
                    html.Append(CultureInfo.InvariantCulture, $"<td style=\"{cells};{Pad}\">{WebUtility.HtmlEncode(cell)}</td>");
                }

                html.Append("</tr>");
            }

            html.Append("</tbody></table>");
        }

        private const string Pad = "padding:0 12px 0 0";

        private static string Heading(string text, string scope, string align) =>
            $"<th scope=\"{scope}\" style=\"{align};{Pad}\">{WebUtility.HtmlEncode(text)}</th>";
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NotebookRunner.Execution;
using NotebookRunner.Pages;
using NotebookRunner.Parameters;

namespace NotebookRunner.Sweeps;

/// <summary>
/// The page that compares the runs of a sweep: settings and results in tables that sort, curves laid over each other.
/// </summary>
internal static class SweepPage
{
    /// <summary>Makes the page.</summary>
    /// <param name="options">What the command line asked for.</param>
    /// <param name="axes">The swept variables.</param>
    /// <param name="runs">The runs that ended.</param>
    /// <param name="count">How many there were to be.</param>
    public static string Create(
        RunOptions options, IReadOnlyList<SweepAxis> axes, IReadOnlyList<SweepRun> runs, int count)
    {
        string notebook = Path.GetFileName(options.NotebookPath);
        string title = $"{Path.GetFileNameWithoutExtension(notebook)}: {string.Join(" × ", axes.Select(axis => axis.Name))}";
        List<SweepRecord> records = [.. SweepRecord.Of(runs)];

        // What is one result for each run stands beside the settings; further results have sections of their own.
        SweepRecord? first = records.Find(record => record.Name.Length == 0) ?? (records.Count == 1 ? records[0] : null);
        List<SweepRecord> others = [.. records.Where(record => record != first)];
        List<Heading> headings = [new(1, "sweep", title), .. others.Select((record, i) => new Heading(2, Id(i), record.Name))];
        bool hasFigures = records.Any(record => record.Curves.Count > 0);
        var figures = new FigurePlaces();
        var body = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture,
            $"<section class=\"cell markdown\">\n"
            + $"<h1 id=\"sweep\">{HtmlText.Escape(title)}</h1>\n<p>{Introduction(options, axes, runs, count)}</p>\n</section>\n");
        body.Append(Table("The runs", axes, runs, first, withState: true));
        body.Append(Figure(first, runs, figures));
        if (records.Count == 0)
        {
            body.Append(
                "<p>The notebook stored no results to compare. It can store one with "
                    + "<code>\"{…}\".DisplayAs(\"application/scrapbook.scrap.json+json\")</code>, where the JSON has a "
                    + "<code>name</code> and <code>data</code>.</p>\n");
        }

        for (int i = 0; i < others.Count; i++)
        {
            body.Append(CultureInfo.InvariantCulture,
                $"<section class=\"cell markdown\">\n<h2 id=\"{Id(i)}\">{HtmlText.Escape(others[i].Name)}</h2>\n</section>\n");
            body.Append(Table(others[i].Name, axes, runs, others[i], withState: false));
            body.Append(Figure(others[i], runs, figures));
        }

        return HtmlPage.Assemble(
            title, Facts(notebook, runs, count), headings, body.ToString(), hasFigures, TemplateFiles.Read("sortable-table.js"));
    }

    private static string Id(int index) => Invariant($"result-{index + 1}");

    private static string Facts(string notebook, IReadOnlyList<SweepRun> runs, int count)
    {
        int failed = runs.Count(run => run.Failure is not null);
        TimeSpan total = runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Duration);
        return string.Join(" · ", ((string[])
        [
            notebook,
            ReportText.Count(count, "run"),
            failed > 0 ? Invariant($"{failed} failed") : "",
            runs.Count < count ? Invariant($"{count - runs.Count} not run") : "",
            ReportText.Duration(total),
        ]).Where(part => part.Length > 0));
    }

    private static string Introduction(
        RunOptions options, IReadOnlyList<SweepAxis> axes, IReadOnlyList<SweepRun> runs, int count)
    {
        List<ParameterValue> same =
            [.. options.Parameters.ExceptBy(axes.Select(axis => axis.Name), value => value.Name, StringComparer.Ordinal)];
        string common = same.Count == 0 ? "" : $" The same in all: {string.Join(", ", same.Select(Code))}.";
        string missing = runs.Count < count ? " The sweep was stopped before its end." : "";
        return "The notebook, run once for each combination of values. A click on a column’s head sorts; "
            + $"a run’s number leads to its page.{common}{missing}";

        static string Code(ParameterValue value) =>
            $"<code>{HtmlText.Escape($"{value.Name} = {value.Text ?? "null"}")}</code>";
    }

    private static string Table(
        string caption, IReadOnlyList<SweepAxis> axes, IReadOnlyList<SweepRun> runs, SweepRecord? record, bool withState)
    {
        IReadOnlyList<string> columns = record?.Columns ?? [];
        bool failed = withState && runs.Any(run => run.Failure is not null);
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture,
            $"<div class=\"scroll\" role=\"region\" aria-label=\"{HtmlText.Escape(caption)}\" tabindex=\"0\">\n"
            + $"<table class=\"compare\" data-sortable>\n<thead><tr><th scope=\"col\" aria-sort=\"ascending\">run</th>");
        foreach (SweepAxis axis in axes)
        {
            Head(axis.Name, IsNumeric(axis.Values));
        }

        foreach (string column in columns)
        {
            Head(column, IsNumber(record!, runs.Count, column));
        }

        if (withState)
        {
            Head("whole run, s", isNumber: true);
        }

        html.Append(failed ? "<th scope=\"col\">failure</th>" : "").Append("</tr></thead>\n<tbody>\n");
        for (int run = 0; run < runs.Count; run++)
        {
            html.Append(runs[run].Failure is null ? "<tr>" : "<tr class=\"failedrun\">");
            string number = Invariant($"{run + 1}");
            html.Append(runs[run].PagePath is { } page
                ? $"<td data-key=\"{number}\"><a href=\"{Uri.EscapeDataString(Path.GetFileName(page))}\">{number}</a></td>"
                : $"<td>{number}</td>");
            for (int i = 0; i < axes.Count; i++)
            {
                Cell(runs[run].Combination.Values[i].Value, Key(runs[run].Combination.Values[i].Value, axes[i]),
                    IsNumeric(axes[i].Values));
            }

            foreach (string column in columns)
            {
                (string text, string key) = Text(record!.Value(run, column));
                Cell(text, key, IsNumber(record, runs.Count, column));
            }

            if (withState)
            {
                string seconds = runs[run].Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
                Cell(seconds, seconds, isNumber: true);
            }

            html.Append(failed ? $"<td class=\"why\">{HtmlText.Escape(runs[run].Failure ?? "")}</td>" : "").Append("</tr>\n");
        }

        return html.Append("</tbody>\n</table>\n</div>\n").ToString();

        void Head(string name, bool isNumber) =>
            html.Append(CultureInfo.InvariantCulture,
                $"<th scope=\"col\"{(isNumber ? " class=\"number\"" : "")}>{HtmlText.Escape(name)}</th>");

        void Cell(string text, string key, bool isNumber) => html.Append(
            CultureInfo.InvariantCulture,
            $"<td{(isNumber ? " class=\"number\"" : "")} data-key=\"{HtmlText.Escape(key)}\">{HtmlText.Escape(text)}</td>");
    }

    private static string Figure(SweepRecord? record, IReadOnlyList<SweepRun> runs, FigurePlaces figures)
    {
        if (record is null || CurvesFigure.Create(record, [.. runs.Select(run => run.Combination.Label)]) is not { } json)
        {
            return "";
        }

        return figures.Add(json,
            $"Curves of {string.Join(", ", record.Curves)}, a line for each run; their last values stand in the table.");
    }

    /// <summary>What a setting sorts by: numbers may be written as in C#, <c>60_000</c>.</summary>
    private static string Key(string value, SweepAxis axis) =>
        IsNumeric(axis.Values) ? value.Replace("_", "", StringComparison.Ordinal) : value;

    private static bool IsNumeric(IReadOnlyList<string> values) =>
        values.All(value => double.TryParse(
            value.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static bool IsNumber(SweepRecord record, int runs, string column) =>
        Enumerable.Range(0, runs).Select(run => record.Value(run, column))
            .All(value => value is null || value.TryGetValue(out double _));

    /// <summary>A value as the table shows it, and what it sorts by.</summary>
    private static (string Text, string Key) Text(JsonValue? value)
    {
        if (value is null)
        {
            return ("–", "");
        }

        if (!value.TryGetValue(out double number))
        {
            string text = value.ToString();
            return (text, text);
        }

        string format = Math.Abs(number) switch
        {
            0 => "0",
            var size when size == Math.Floor(size) && size < 1e15 => "N0",
            >= 1000 => "N0",
            >= 10 => "0.0",
            >= 0.001 => "0.0000",
            _ => "0.00e0",
        };
        return (number.ToString(format, CultureInfo.InvariantCulture), number.ToString("R", CultureInfo.InvariantCulture));
    }
}

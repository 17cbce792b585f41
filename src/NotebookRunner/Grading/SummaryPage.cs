using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NotebookRunner.Execution;
using NotebookRunner.Exercises;
using NotebookRunner.Pages;

namespace NotebookRunner.Grading;

/// <summary>The page of the class: how the points are spread, where many were stuck, and a row for each submission.</summary>
internal static class SummaryPage
{
    private const int Bars = 10;

    /// <summary>Makes the page.</summary>
    public static string Create(Exercise exercise, IReadOnlyList<GradeRecord> records, GradeOptions options)
    {
        string name = Path.GetFileNameWithoutExtension(options.SolutionPath);
        string title = $"{name}: points";
        var figures = new FigurePlaces();
        var body = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture,
            $"<section class=\"cell markdown\">\n<h1 id=\"points\">{HtmlText.Escape(title)}</h1>\n"
            + $"<p>{Introduction(records)}</p>\n"
            + $"</section>\n");
        body.Append(figures.Add(Histogram(records), "How many submissions have how many points; the table below has each."));
        body.Append("<section class=\"cell markdown\">\n<h2 id=\"tasks\">The tasks</h2>\n</section>\n");
        body.Append(Tasks(exercise, records));
        body.Append("<section class=\"cell markdown\">\n<h2 id=\"submissions\">The submissions</h2>\n</section>\n");
        body.Append(Submissions(exercise, records));
        body.Append(Rights(name));
        string facts = $"{name} · {ReportText.Count(records.Count, "submission")}";
        return HtmlPage.Assemble(
            title, facts,
            [
                new Heading(1, "points", title), new Heading(2, "tasks", "The tasks"),
                new Heading(2, "submissions", "The submissions"), new Heading(2, "rights", "How submissions run"),
            ],
            body.ToString(), hasFigures: true, TemplateFiles.Read("sortable-table.js"));
    }

    private static string Introduction(IReadOnlyList<GradeRecord> records)
    {
        decimal[] totals = [.. records.Select(record => record.Total).Order()];
        decimal median = (totals[(totals.Length - 1) / 2] + totals[totals.Length / 2]) / 2;
        int looked = records.Count(record => record.Errors.Count > 0);
        string[] points = [.. new[] { records[0].Of, median, totals[0], totals[^1] }.Select(ExerciseMetadata.Written)];
        return $"{ReportText.Count(records.Count, "submission")}; of {points[0]} points the median is {points[1]}, "
            + $"from {points[2]} to {points[3]}. "
            + Invariant($"{looked} with something to look at. A click on a column’s head sorts; a name leads to its page.");
    }

    private static string Histogram(IReadOnlyList<GradeRecord> records)
    {
        decimal of = records.Max(record => record.Of);
        int[] counts = new int[Bars];
        foreach (GradeRecord record in records)
        {
            counts[Math.Min(Bars - 1, (int)(of == 0 ? 0 : record.Total / of * Bars))]++;
        }

        JsonNode[] names = [.. Enumerable.Range(0, Bars).Select(i =>
            (JsonNode)$"{ExerciseMetadata.Written(of * i / Bars)}–{ExerciseMetadata.Written(of * (i + 1) / Bars)}")];
        return new JsonObject
        {
            ["data"] = new JsonArray(new JsonObject
            {
                ["type"] = "bar",
                ["x"] = new JsonArray(names),
                ["y"] = new JsonArray([.. counts.Select(count => (JsonNode)count)]),
                ["marker"] = new JsonObject { ["color"] = "#0072B2" },
                ["hovertemplate"] = "%{x} points: <b>%{y}</b><extra></extra>",
            }),
            ["layout"] = new JsonObject
            {
                ["width"] = 736,
                ["height"] = 300,
                ["margin"] = new JsonObject { ["l"] = 58, ["r"] = 14, ["t"] = 24, ["b"] = 52 },
                ["plot_bgcolor"] = "rgba(0,0,0,0)",
                ["bargap"] = 0.08,
                ["xaxis"] = Axis("points"),
                ["yaxis"] = Axis("submissions", counts.Max() < 8 ? 1 : null),
            },
            ["config"] = new JsonObject { ["displayModeBar"] = false },
        }.ToJsonString();
    }

    private static JsonObject Axis(string title, int? step = null) => new()
    {
        ["dtick"] = step, // no 1.5 submissions
        ["title"] = new JsonObject { ["text"] = title, ["standoff"] = 8 },
        ["tickformat"] = "d",
        ["rangemode"] = "tozero",
        ["automargin"] = true, // where the names of the bars stand upright
        ["gridcolor"] = "rgba(36,41,47,.13)",
        ["linecolor"] = "rgba(36,41,47,.45)",
    };

    private static string Tasks(Exercise exercise, IReadOnlyList<GradeRecord> records)
    {
        StringBuilder html = Table(
            "The tasks",
            [("check and its most frequent hint", "words"), ("of", "number"), ("mean", "number"), ("solved", "number")]);
        foreach (CheckCell check in exercise.Checks.Where(check => check.Points > 0))
        {
            GradedTask[] tasks = [.. records.SelectMany(record => record.Tasks.Where(task => task.Id == check.Id))];
            string hint = tasks.Where(task => task.Points < task.Of)
                .GroupBy(task => task.Hint ?? task.Message, StringComparer.Ordinal).OrderByDescending(group => group.Count())
                .ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Invariant($"{group.Count()} ×: {group.Key}")).FirstOrDefault("–");
            string code = check.Cell.Source.Split('\n').Last(line => line.Length > 0 && !char.IsWhiteSpace(line[0]));
            decimal mean = tasks.Length == 0 ? 0 : tasks.Average(task => task.Points);
            int solved = tasks.Length == 0 ? 0 : 100 * tasks.Count(task => task.Points == task.Of) / tasks.Length;
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td class=\"words\" data-key=\"{HtmlText.Escape(check.Id)}\">{HtmlText.Escape(check.Id)}"
                + $" <code>{HtmlText.Escape(code)}</code><br>{HtmlText.Escape(hint)}</td>{Number(check.Points)}"
                + $"{Number(mean)}<td class=\"number\" data-key=\"{solved}\">{solved} %</td></tr>\n");
        }

        return html.Append("</tbody>\n</table>\n</div>\n").ToString();
    }

    private static string Submissions(Exercise exercise, IReadOnlyList<GradeRecord> records)
    {
        CheckCell[] checks = [.. exercise.Checks.Where(check => check.Points > 0)];
        StringBuilder html = Table("The submissions",
            [("file, go on, errors", "words"), ("total", "number"), .. checks.Select(check => (check.Id, "number upright"))]);
        foreach (GradeRecord record in records)
        {
            string link = string.Join('/', GradeOptions.FeedbackName(record.File).Split('/').Select(Uri.EscapeDataString));
            string file = HtmlText.Escape(record.File);
            string goOn = record.GoOn.Count == 0 ? "" : $"<br>go on used: {HtmlText.Escape(string.Join(", ", record.GoOn))}";
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"words\" data-key=\"{file}\">")
                .Append(record.HasPage ? $"<a href=\"{link}\">{file}</a>" : file).Append(goOn).Append(Errors(record.Errors))
                .Append("</td>").Append(Number(record.Total));
            foreach (CheckCell check in checks)
            {
                html.Append(Number(record.Tasks.FirstOrDefault(task => task.Id == check.Id)?.Points ?? 0));
            }

            html.Append("</tr>\n");
        }

        return html.Append("</tbody>\n</table>\n</div>\n").ToString();
    }

    /// <summary>The first error in brief; the student's page and the table of points have all.</summary>
    private static string Errors(IReadOnlyList<string> errors)
    {
        const int MaxLength = 90;
        if (errors.Count == 0)
        {
            return "";
        }

        string first = errors[0].Length > MaxLength ? errors[0][..MaxLength] + " …" : errors[0];
        string more = errors.Count == 1 ? "" : Invariant($" (and {errors.Count - 1} more)");
        return $"<br><span class=\"why\">{HtmlText.Escape(first + more)}</span>";
    }

    private static StringBuilder Table(string caption, IEnumerable<(string Name, string Class)> columns)
    {
        var html = new StringBuilder($"<div class=\"scroll\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">\n"
            + "<table class=\"compare\" data-sortable>\n<thead><tr>");
        foreach ((string name, string kind) in columns)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<th scope=\"col\" class=\"{kind}\">{HtmlText.Escape(name)}</th>");
        }

        return html.Append("</tr></thead>\n<tbody>\n");
    }

    private static string Number(decimal points) =>
        $"<td class=\"number\" data-key=\"{ExerciseMetadata.Written(points)}\">{ExerciseMetadata.Written(points)}</td>";

    private static string Rights(string name) => $"""
        <section class="cell markdown">
        <h2 id="rights">How submissions run</h2>
        <p>Each ran in a process of its own, with a limit of time and of memory,
        <strong>and with all the rights of whoever started the grading</strong>: it can read and write your files and use your
        network. A student who means harm can also reach the points from inside that process. What is listed above under errors
        shows attempts that are simple; it does not prove that there was none. Submissions of
        people whom you do not know belong in a container that sees no network and may write into the folder of results alone.
        With the repository built and packages where NuGet puts them:</p>
        <pre class="code"><code>docker run --rm --network none --memory 6g --cpus 2 -w /course \
          -v "$PWD":/course:ro -v "$PWD/graded":/course/graded \
          -v "$HOME/.nuget/packages":/packages:ro -e NUGET_PACKAGES=/packages \
          mcr.microsoft.com/dotnet/sdk:10.0 \
          dotnet src/NotebookRunner/bin/Release/net10.0/NotebookRunner.dll grade submissions \
          --solution notebooks/{HtmlText.Escape(name)}.ipynb --output graded</code></pre>
        <p>The options are those of Docker’s documentation; they were not tried. On some systems the folder graded must be there
        before.</p>
        </section>

        """;
}

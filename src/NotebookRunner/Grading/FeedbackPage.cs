using System.Globalization;
using System.Text;
using NotebookRunner.Execution;
using NotebookRunner.Exercises;
using NotebookRunner.Notebooks;
using NotebookRunner.Pages;

namespace NotebookRunner.Grading;

/// <summary>The page that a student gets back: the points, and the notebook as it ran.</summary>
internal static class FeedbackPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="notebook">The notebook that ran.</param>
    /// <param name="result">How it ran.</param>
    /// <param name="checks">The checks.</param>
    /// <param name="record">What they found.</param>
    /// <param name="options">Where the page goes, and whether hidden checks tell what they found.</param>
    public static void Write(
        Notebook notebook, RunResult result, IReadOnlyList<CheckCell> checks, GradeRecord record, GradeOptions options)
    {
        string path = options.PagePath(record.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        List<(Cell Ran, Cell Shown)> cells = [.. notebook.Cells
            .Select(cell => (cell, checks.FirstOrDefault(check => string.Equals(check.Id, cell.Id, StringComparison.Ordinal))))
            .Where(item => item.Item2 is not { IsHidden: true } || options.ShowHidden)
            .Select(item => (item.cell, Shown(item.cell, item.Item2)))];
        List<CellRun> runs = [.. cells.SelectMany(cell =>
            result.Cells.Where(run => run.Cell == cell.Ran).Select(run => run with { Cell = cell.Shown }))];
        string total = $"{ExerciseMetadata.Written(record.Total)} of {ExerciseMetadata.Written(record.Of)} points";
        string facts = $"{record.File} · {total} · {ReportText.Duration(result.Duration)}";
        AtomicFile.WriteAllText(path, HtmlPage.Create(
            new Notebook(notebook.Json, [.. cells.Select(cell => cell.Shown)]), result with { Cells = runs },
            options.SolutionPath, path, facts, Header(record, total, options.ShowHidden)));
    }

    /// <summary>A cell as the student knows it, with nothing in its outputs that could run where a lecturer reads them.</summary>
    private static Cell Shown(Cell cell, CheckCell? check)
    {
        var shown = new Cell(cell.Kind, (check?.Cell ?? cell).Json.Copy());
        if (cell.Kind == CellKind.Code)
        {
            shown.SetOutputs(cell.ExecutionCount, [.. cell.Outputs.Select(output =>
                output is DisplayOutput display ? display with { Bundle = Cleaned(display.Bundle) } : output)]);
        }

        return shown;
    }

    private static MimeBundle Cleaned(MimeBundle bundle) => bundle with
    {
        Items = [.. bundle.Items
            .Select(item => item.Key is "text/html" ? KeyValuePair.Create(item.Key, HtmlCleaner.Clean(item.Value) ?? "") : item)
            .Where(item => item.Value.Length > 0)],
    };

    private static string Header(GradeRecord record, string total, bool showHidden)
    {
        var html = new StringBuilder($"<section class=\"cell markdown\">\n<h2 id=\"points\">{total}</h2>\n</section>\n"
            + "<div class=\"scroll\" role=\"region\" aria-label=\"Points\" tabindex=\"0\">\n<table class=\"compare\">\n"
            + "<thead><tr><th scope=\"col\">check</th><th scope=\"col\" class=\"number\">points</th>"
            + "<th scope=\"col\" class=\"number\">of</th><th scope=\"col\">what it says</th></tr></thead>\n<tbody>\n");
        foreach (GradedTask task in record.Tasks.Where(task => task.Of > 0))
        {
            string words = task.IsHidden && !showHidden
                ? "A check that is not on the sheet."
                : $"{task.Message}{(task.Hint is { } hint ? $" Hint: {hint}" : "")}";
            string state = task.Points < task.Of ? " class=\"failedrun\"" : "";
            html.Append(CultureInfo.InvariantCulture, $"<tr{state}><td>{HtmlText.Escape(task.Id)}</td>"
                + $"<td class=\"number\">{ExerciseMetadata.Written(task.Points)}</td>"
                + $"<td class=\"number\">{ExerciseMetadata.Written(task.Of)}</td>"
                + $"<td class=\"words\">{HtmlText.Escape(words)}</td></tr>\n");
        }

        html.Append("</tbody>\n</table>\n</div>\n");
        foreach (string error in record.Errors)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"why\">{HtmlText.Escape(error)}</p>\n");
        }

        return html.ToString();
    }
}

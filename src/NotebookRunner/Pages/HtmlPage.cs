using System.Reflection;
using System.Text;
using NotebookRunner.Execution;
using NotebookRunner.Exercises;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Pages;

/// <summary>The executed notebook as one HTML file that needs nothing else: no network, no other file.</summary>
internal static class HtmlPage
{
    /// <summary>Makes the page.</summary>
    /// <param name="notebook">The executed notebook.</param>
    /// <param name="result">How the run went; null: the outputs are those that the file holds, of a run long ago.</param>
    /// <param name="notebookPath">Where the notebook was read from: its relative links start there.</param>
    /// <param name="pagePath">Where the page will lie.</param>
    /// <param name="facts">The line above everything; null tells how the run went.</param>
    /// <param name="header">HTML before the first cell.</param>
    public static string Create(
        Notebook notebook, RunResult? result, string notebookPath, string pagePath, string? facts = null, string header = "")
    {
        var markdown = new MarkdownRenderer(Path.GetDirectoryName(notebookPath)!, Path.GetDirectoryName(pagePath)!);
        var outputs = new OutputRenderer();
        var body = new StringBuilder(header);
        foreach (Cell cell in notebook.Cells)
        {
            body.Append(cell.Kind switch
            {
                CellKind.Markdown => $"<section class=\"cell markdown\">\n{markdown.Render(cell)}</section>\n",
                CellKind.Code when cell.HasCode => RenderCode(cell, result, outputs),
                _ => "",
            });
        }

        string title = markdown.Headings.Select(heading => heading.Text).FirstOrDefault()
            ?? Path.GetFileNameWithoutExtension(notebookPath);
        if (!markdown.Headings.Any(heading => heading.Level == 1))
        {
            body.Insert(0, $"<h1>{HtmlText.Escape(Path.GetFileNameWithoutExtension(notebookPath))}</h1>\n");
        }

        return Assemble(
            title, facts ?? Facts(result, notebookPath), markdown.Headings, body.ToString(), outputs.HasFigures);
    }

    /// <summary>Puts a page together.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="facts">The line above everything.</param>
    /// <param name="headings">Its headings, for the table of contents.</param>
    /// <param name="body">Its content, as HTML.</param>
    /// <param name="hasFigures">Whether it needs plotly.js.</param>
    /// <param name="script">A script of its own.</param>
    public static string Assemble(
        string title, string facts, IReadOnlyList<Heading> headings, string body, bool hasFigures, string script = "")
    {
        string plotly = hasFigures ? $"<script>{HtmlText.GuardScript(TemplateFiles.ReadPlotly())}</script>\n" : "";
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = HtmlText.Escape(title),
            ["style"] = TemplateFiles.Read("page.css"),
            ["theme"] = TemplateFiles.Read("theme.js"),
            ["plotly"] = plotly,
            ["contents"] = RenderContents(headings),
            ["facts"] = HtmlText.Escape(facts),
            ["body"] = body,
            ["script"] = TemplateFiles.Read("figure.js") + TemplateFiles.Read("page.js") + script,
        };
        return Fill(TemplateFiles.Read("page.html"), parts);
    }

    private static string RenderCode(Cell cell, RunResult? result, OutputRenderer outputs)
    {
        CellRun? run = result?.Cells.FirstOrDefault(ran => ran.Cell == cell);
        string count = (result is null ? cell.ExecutionCount : run?.Number) is { } number ? Invariant($"[{number}]") : "[ ]";
        string facts = result is null ? "" : run is null ? "not run" : ReportText.Duration(run.Duration);
        string tag = cell.Tags.FirstOrDefault(
            tag => tag is "parameters" or "injected-parameters" or "raises-exception" or "skip-execution") is { } name
            ? $"<span class=\"tag\">{name.Replace('-', ' ')}</span>"
            : "";
        string state = run switch { null when result is not null => " skipped", { HasFailed: true } => " failed", _ => "" };
        string code = CSharpHighlighter.LinesOf(AnswerRegion.WithoutMarks(cell.Source).TrimEnd(), cell.Language is null);
        var html = new StringBuilder();
        html.Append(Invariant($"<section class=\"cell codecell{state}\">\n"));
        html.Append(Invariant(
            $"<div class=\"meta\"><span class=\"count\">{count}</span>{tag}<span class=\"time\">{facts}</span></div>\n"));
        html.Append(Invariant($"<pre class=\"code\"><code>{code}</code></pre>\n"));
        foreach (CellOutput output in cell.Outputs)
        {
            html.Append(outputs.Render(output));
        }

        return html.Append("</section>\n").ToString();
    }

    private static string Facts(RunResult? result, string notebookPath) => Path.GetFileName(notebookPath)
        + (result is null ? "" : $" · {result.Summary} · {ReportText.Duration(result.Duration)}");

    /// <summary>The table of contents: the headings below the title, to the third level.</summary>
    private static string RenderContents(IReadOnlyList<Heading> headings)
    {
        bool hasTitle = headings.Count(heading => heading.Level == 1) == 1;
        List<Heading> listed = [.. headings.Where(heading => heading.Level <= 3 && !(hasTitle && heading.Level == 1))];
        if (listed.Count < 2)
        {
            return "";
        }

        int top = listed.Min(heading => heading.Level);
        IEnumerable<string> items = listed.Select(heading =>
            Invariant($"<li class=\"level-{heading.Level - top + 1}\">")
            + $"<a href=\"#{HtmlText.Escape(heading.Id)}\">{HtmlText.Escape(heading.Text)}</a></li>");
        return "<nav class=\"contents\" aria-label=\"Contents\">"
            + $"<details open><summary>Contents</summary><ol>\n{string.Join('\n', items)}\n</ol></details></nav>\n";
    }

    /// <summary>
    /// Fills the template's <c>{{name}}</c> places in one pass, so that nothing in a part is taken for a place.
    /// </summary>
    private static string Fill(string template, Dictionary<string, string> parts)
    {
        var page = new StringBuilder();
        int position = 0;
        while (template.IndexOf("{{", position, StringComparison.Ordinal) is >= 0 and var start)
        {
            int end = template.IndexOf("}}", start, StringComparison.Ordinal);
            page.Append(template, position, start - position).Append(parts[template[(start + 2)..end]]);
            position = end + 2;
        }

        return page.Append(template, position, template.Length - position).ToString();
    }
}

/// <summary>The files of the <c>Template</c> folder, which this program carries, and plotly.js, which lies beside it.</summary>
internal static class TemplateFiles
{
    /// <summary>The text of a file of the template.</summary>
    public static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The text of plotly.js.</summary>
    public static string ReadPlotly() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "plotly.min.js"));
}

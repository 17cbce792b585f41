using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using NotebookRunner.Execution;
using NotebookRunner.Exercises;
using NotebookRunner.Notebooks;
using NotebookRunner.Pages;

namespace NotebookRunner.Exports;

/// <summary>
/// An executed notebook as Markdown, with its pictures in a folder beside it: what GitHub, Quarto and course sites show without
/// running anything.
/// </summary>
internal sealed class MarkdownExport
{
    private static readonly string[] s_pictures = ["image/png", "image/jpeg", "image/gif", "image/svg+xml"];

    private readonly StringBuilder _text = new();
    private readonly string _folder;
    private int _count;

    private MarkdownExport(string path) => _folder = Path.ChangeExtension(path, null) + "_files";

    /// <summary>Whether a figure has no picture.</summary>
    public static bool LacksPictures(Notebook notebook) => notebook.Cells.SelectMany(cell => cell.Outputs).Any(output =>
        output is DisplayOutput { Bundle: var bundle } && bundle[MimeBundle.PlotlyMimeType] is not null
        && !s_pictures.Any(type => bundle[type] is not null));

    /// <summary>Writes the file and its pictures; the folder of earlier ones is replaced.</summary>
    /// <param name="notebook">The executed notebook.</param>
    /// <param name="notebookPath">Where it lies: its relative links start there.</param>
    /// <param name="path">The file.</param>
    public static void Write(Notebook notebook, string notebookPath, string path)
    {
        var export = new MarkdownExport(path);
        if (Directory.Exists(export._folder))
        {
            Directory.Delete(export._folder, recursive: true);
        }

        var markdown = new MarkdownRenderer(Path.GetDirectoryName(notebookPath)!, Path.GetDirectoryName(path)!);
        foreach (Cell cell in notebook.Cells)
        {
            if (cell.Kind == CellKind.Markdown)
            {
                export.Add(markdown.Retargeted(cell, export.Attachment).TrimEnd());
            }
            else if (cell.HasCode)
            {
                export.Add(Fence(cell.Language ?? "csharp", AnswerRegion.WithoutMarks(cell.Source)));
                cell.Outputs.ToList().ForEach(export.Add);
            }
        }

        AtomicFile.WriteAllText(path, export._text.ToString());
    }

    private void Add(string block) => _text.Append(_text.Length == 0 ? "" : "\n").Append(block).Append('\n');

    private void Add(CellOutput output)
    {
        switch (output)
        {
            case StreamOutput stream:
                Add(Fence("text", TerminalText.WithoutEscapes(stream.Text)));
                break;
            case ErrorOutput error:
                Add(Fence("text", TerminalText.WithoutEscapes(string.Join('\n', error.Traceback))));
                break;
            case DisplayOutput { Bundle: { IsScrap: false } bundle }:
                Add(BlockOf(bundle));
                break;
        }
    }

    private string BlockOf(MimeBundle bundle)
    {
        string text = TerminalText.WithoutEscapes(bundle["text/plain"] ?? "");
        if (s_pictures.FirstOrDefault(type => bundle[type] is not null) is { } type)
        {
            string words = text.Split('\n')[0];
            return $"![{words.Replace('[', '(').Replace(']', ')')}]({Picture(type, bundle[type]!)})";
        }

        return bundle["text/latex"] is { } latex ? $"$$\n{latex.Trim().Trim('$')}\n$$"
            : bundle["text/html"] is { } html && TableOf(html) is { } table ? table
            : Fence("text", text);
    }

    /// <summary>HTML that is a table with or without words above it, as Markdown; null for any other.</summary>
    private static string? TableOf(string html)
    {
        IElement body = new HtmlParser().ParseDocument(html).Body!;
        body.QuerySelectorAll("script, style").ToList().ForEach(element => element.Remove());
        string[][] rows = [.. body.QuerySelectorAll("tr")
            .Select(row => row.Children.Select(cell => InOneLine(cell.TextContent)).ToArray())];
        if (rows.Length == 0 || rows.Any(row => row.Length != rows[0].Length) || body.QuerySelectorAll("table").Length > 1
            || body.QuerySelector("svg, img, pre, [colspan], [rowspan]") is not null)
        {
            return null;
        }

        body.QuerySelector("table")!.Remove();
        IEnumerable<string[]> lines = [rows[0], [.. rows[0].Select(_ => "---")], .. rows[1..]];
        return $"{InOneLine(body.TextContent)}\n\n{string.Join('\n', lines.Select(line => $"| {string.Join(" | ", line)} |"))}"
            .TrimStart('\n');
    }

    private static string InOneLine(string text) => string.Concat(
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Select(c => c is '|' or '*' or '`' or '<' or '\\' ? $"\\{c}" : c.ToString()));

    private string Attachment(string address) =>
        address.Split(["data:", ";base64,"], StringSplitOptions.None) is ["", var type, var data] ? Picture(type, data) : address;

    private string Picture(string type, string content)
    {
        string name = Invariant($"{++_count}.{type.Split('/', '+')[1]}");
        Directory.CreateDirectory(_folder);
        AtomicFile.WriteAllBytes(
            Path.Combine(_folder, name),
            content.Contains('<') ? Encoding.UTF8.GetBytes(content) : Convert.FromBase64String(content.Trim()));
        return $"{Uri.EscapeDataString(Path.GetFileName(_folder))}/{name}";
    }

    private static string Fence(string language, string text)
    {
        string fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
        {
            fence += "`";
        }

        return $"{fence}{language}\n{text.Trim('\n')}\n{fence}";
    }
}

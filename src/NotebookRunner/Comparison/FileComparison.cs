using System.Text.Json.Nodes;
using NotebookRunner.Execution;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Comparison;

/// <summary>Compares what two runs wrote, byte for byte but for the times.</summary>
internal static class FileComparison
{
    /// <summary>Compares two executed notebooks, or two pages.</summary>
    /// <param name="first">A file; one whose name ends in <c>.html</c> is a page, any other a notebook.</param>
    /// <param name="second">Another of the same kind.</param>
    /// <returns>
    /// The places that differ: cells' sources and outputs, or a page's lines. Empty where the files say the same.
    /// </returns>
    /// <exception cref="NotebookFormatException">A file cannot be read.</exception>
    public static IReadOnlyList<Difference> Compare(string first, string second)
    {
        Dictionary<string, string> before = PartsOf(first);
        Dictionary<string, string> after = PartsOf(second);
        return
        [
            .. before.Keys.Union(after.Keys, StringComparer.Ordinal)
                .Select(place => (Place: place, First: before.GetValueOrDefault(place), Second: after.GetValueOrDefault(place)))
                .Where(part => !string.Equals(part.First, part.Second, StringComparison.Ordinal))
                .Select(part => FirstLine(part.Place, part.First, part.Second)),
        ];
    }

    private static Dictionary<string, string> PartsOf(string path)
    {
        try
        {
            return Read(path);
        }
        catch (NotebookFormatException exception)
        {
            throw new NotebookFormatException($"{Path.GetFileName(path)}: {exception.Message}", exception);
        }
    }

    private static Dictionary<string, string> Read(string path)
    {
        if (Path.GetExtension(path) is ".html")
        {
            return new(StringComparer.Ordinal) { ["the page"] = TimesInText.Remove(ReadPage(path)) };
        }

        Notebook notebook = NotebookReader.ReadFile(path, anyLanguage: true);
        PapermillMetadata.Remove(notebook); // When and where a run was is no part of what it gave.
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["the metadata"] = JupyterJson.Write(notebook.Json["metadata"]!),
        };
        for (int i = 0; i < notebook.Cells.Count; i++)
        {
            JsonObject cell = notebook.Cells[i].Json;
            string name = Invariant($"cell {i + 1}");
            JsonArray outputs = cell["outputs"] as JsonArray ?? [];
            for (int output = 0; output < outputs.Count; output++)
            {
                // A text that is kept as lines is looked at line by line.
                parts.Add(
                    Invariant($"{name}, output {output + 1}"), JupyterJson.Write(outputs[output], TimesInText.Remove));
            }

            cell.Remove("outputs");
            parts.Add(name, JupyterJson.Write(cell));
        }

        return parts;
    }

    private static string ReadPage(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookFormatException("the file cannot be read", exception);
        }
    }

    private static Difference FirstLine(string place, string? first, string? second)
    {
        string[] before = (first ?? "").Split('\n');
        string[] after = (second ?? "").Split('\n');
        int line = Enumerable.Range(0, Math.Max(before.Length, after.Length))
            .First(i => !string.Equals(before.ElementAtOrDefault(i), after.ElementAtOrDefault(i), StringComparison.Ordinal));
        return new Difference(
            place,
            first is null ? null : before.ElementAtOrDefault(line),
            second is null ? null : after.ElementAtOrDefault(line));
    }
}

/// <summary>A place where two files differ.</summary>
/// <param name="Place">Where it is, in words: <c>cell 12, output 1</c>.</param>
/// <param name="First">The first line that differs, as the first file has it; null where it has nothing there.</param>
/// <param name="Second">The same line in the second file.</param>
internal sealed record Difference(string Place, string? First, string? Second);

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>Reads notebooks of nbformat 4.0 to 4.5 and brings them up to 4.5.</summary>
internal static class NotebookReader
{
    private const int Major = 4;
    private const int Minor = 5;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="anyLanguage">Whether its cells may be written in other languages than C#.</param>
    /// <exception cref="NotebookFormatException">The file is missing or is no such notebook.</exception>
    public static Notebook ReadFile(string path, bool anyLanguage = false)
    {
        if (Directory.Exists(path))
        {
            throw new NotebookFormatException("is a folder, not a notebook");
        }

        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, _, ..] or [_, 0, ..]
                ? throw new NotebookFormatException("not a notebook: the file is UTF-16 text; a notebook is UTF-8 text")
                : Parse(StrictUtf8.GetString(bytes), anyLanguage);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotebookFormatException("there is no such file", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookFormatException("the file cannot be read", exception);
        }
        catch (DecoderFallbackException exception)
        {
            throw new NotebookFormatException("not a notebook: the file is not UTF-8 text", exception);
        }
    }

    /// <summary>Reads a notebook's text.</summary>
    /// <exception cref="NotebookFormatException">The text is no such notebook.</exception>
    public static Notebook Parse(string text, bool anyLanguage = false)
    {
        JsonObject root = ParseRoot(text);
        RequireVersion(root);
        string? language = LanguageOf(root);
        if (root["cells"] is not JsonArray { Count: > 0 } array)
        {
            throw new NotebookFormatException("the notebook has no cells");
        }

        List<Cell> cells = [.. array.Select((node, index) => ReadCell(node, index + 1, language))];
        if (!anyLanguage && cells.FindIndex(cell => cell.Language is not null) is >= 0 and var other)
        {
            throw new NotebookFormatException(
                Invariant($"cell {other + 1} is written in {InOneLine(cells[other].Language!)}; only C# cells can be run here, ")
                + $"others with {CellLanguage.RunsOthers}");
        }

        Upgrade(root, cells);
        return new Notebook(root, cells);
    }

    private static JsonObject ParseRoot(string text)
    {
        try
        {
            return JupyterJson.Read(text.TrimStart('\uFEFF')) as JsonObject
                ?? throw new NotebookFormatException("not a notebook: the JSON is not an object");
        }
        catch (JsonException exception)
        {
            throw new NotebookFormatException($"not a notebook: {ReasonOf(text, exception)}", exception);
        }
    }

    /// <summary>What the file is, where that can be told; else what is wrong with its JSON.</summary>
    private static string ReasonOf(string text, JsonException exception) => text.TrimStart('\uFEFF').TrimStart() switch
    {
        "" => "the file is empty",
        var other when other.StartsWith("version https://git-lfs", StringComparison.Ordinal) =>
            "the file is a pointer of Git LFS; 'git lfs pull' fetches what it stands for",
        var other when other.StartsWith("#!", StringComparison.Ordinal) => "the file is a script (.dib, .csx); save it as .ipynb",
        ['<', not '<', ..] => "the file is a web page",
        _ when $"\n{text}".IndexOf("\n<<<<<<< ", StringComparison.Ordinal) is >= 0 and var conflict =>
            Invariant($"the file has a merge conflict of Git (line {text[..conflict].Count(c => c == '\n') + 1})"),
        _ => $"no valid JSON ({exception.Message.ReplaceLineEndings(" ")})",
    };

    private static void RequireVersion(JsonObject root)
    {
        if (root["nbformat"] is not JsonValue value || !value.TryGetValue(out int major))
        {
            throw new NotebookFormatException("not a notebook: nbformat is missing");
        }

        if (major != Major)
        {
            throw new NotebookFormatException($"nbformat {major} is not supported, only nbformat {Major}");
        }
    }

    /// <summary>The language of the cells that name none.</summary>
    private static string? LanguageOf(JsonObject root)
    {
        if (root["metadata"] is not (null or JsonObject))
        {
            throw new NotebookFormatException("not a notebook: metadata is not an object");
        }

        var metadata = root["metadata"] as JsonObject;
        return CellLanguage.Named(metadata, "polyglot_notebook", "kernelInfo", "defaultKernelName")
            ?? CellLanguage.Named(metadata, "kernelspec", "language")
            ?? CellLanguage.Named(metadata, "kernelspec", "name")
            ?? CellLanguage.Named(metadata, "language_info", "name");
    }

    private static Cell ReadCell(JsonNode? node, int number, string? notebookLanguage)
    {
        if (node is not JsonObject json)
        {
            throw new NotebookFormatException($"cell {number} is not an object");
        }

        CellKind kind = CellLanguage.Named(json, "cell_type") switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            "raw" => CellKind.Raw,
            { } other => throw new NotebookFormatException($"cell {number} has the unknown cell_type {InOneLine(other)}"),
            null => throw new NotebookFormatException($"cell {number} has no cell_type"),
        };
        if (!MultilineText.IsMultilineText(json["source"]))
        {
            throw new NotebookFormatException($"cell {number} has no source text");
        }

        if (json["metadata"] is not (null or JsonObject))
        {
            throw new NotebookFormatException($"cell {number}: metadata is not an object");
        }

        return new Cell(kind, json, notebookLanguage);
    }

    /// <summary>Sets what nbformat 4.5 asks for and older files lack: ids above all.</summary>
    private static void Upgrade(JsonObject root, IReadOnlyList<Cell> cells)
    {
        root.PutMissing("metadata", new JsonObject());
        if (root["nbformat_minor"] is not JsonValue value || !value.TryGetValue(out int minor) || minor < Minor)
        {
            root.Put("nbformat_minor", Minor);
        }

        var ids = new CellIds();
        foreach (Cell cell in cells)
        {
            cell.Json.PutMissing("metadata", new JsonObject());
            cell.Json.Put("source", MultilineText.Split(cell.Text));
            string id = ids.Take(cell);
            if (!string.Equals(id, cell.Id, StringComparison.Ordinal))
            {
                cell.Json.Put("id", id);
            }

            if (cell.Kind == CellKind.Code)
            {
                cell.Json.PutMissing("execution_count", null);
                cell.Json.PutMissing("outputs", new JsonArray());
                DropAddresses(cell.Json["outputs"] as JsonArray ?? []);
            }
        }
    }

    /// <summary>
    /// Through Jupyter, .NET Interactive leaves a script in the first cell that lists the machine's network addresses: no file
    /// that this program writes keeps it.
    /// </summary>
    private static void DropAddresses(JsonArray outputs)
    {
        for (int i = outputs.Count - 1; i >= 0; i--)
        {
            JsonNode? html = ((outputs[i] as JsonObject)?["data"] as JsonObject)?["text/html"];
            if (MultilineText.IsMultilineText(html)
                && MultilineText.Join(html!).Contains("probeAddresses(", StringComparison.Ordinal))
            {
                outputs.RemoveAt(i);
            }
        }
    }

    /// <summary>A word of the file as a message quotes it: whatever it is, it takes no more than a line.</summary>
    private static string InOneLine(string word)
    {
        const int MaxLength = 60;
        string line = word.ReplaceLineEndings(" ");
        return line.Length > MaxLength ? line[..MaxLength] + "…" : line;
    }
}

/// <summary>A file that cannot be read as a C# notebook. The message is one line that says why.</summary>
internal sealed class NotebookFormatException(string message, Exception? innerException = null)
    : Exception(message, innerException);

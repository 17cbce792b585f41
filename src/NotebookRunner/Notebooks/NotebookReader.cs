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
    /// <exception cref="NotebookFormatException">The file is missing or is no C# notebook.</exception>
    public static Notebook ReadFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new NotebookFormatException("is a folder, not a notebook");
        }

        try
        {
            return Parse(StrictUtf8.GetString(File.ReadAllBytes(path)));
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
    /// <exception cref="NotebookFormatException">The text is no C# notebook.</exception>
    public static Notebook Parse(string text)
    {
        JsonObject root = ParseRoot(text);
        RequireVersion(root);
        RequireCSharp(root);
        if (root["cells"] is not JsonArray { Count: > 0 } array)
        {
            throw new NotebookFormatException("the notebook has no cells");
        }

        List<Cell> cells = [.. array.Select((node, index) => ReadCell(node, index + 1))];
        Upgrade(root, cells);
        return new Notebook(root, cells);
    }

    private static JsonObject ParseRoot(string text)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(
                text.TrimStart('\uFEFF'), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            CheckTexts(node);
            return node as JsonObject ?? throw new NotebookFormatException("not a notebook: the JSON is not an object");
        }
        catch (InvalidOperationException exception)
        {
            throw new NotebookFormatException("not a notebook: a text has half a character (an unpaired surrogate)", exception);
        }
        catch (JsonException exception)
        {
            throw new NotebookFormatException($"not a notebook: no valid JSON (line {exception.LineNumber + 1})", exception);
        }
    }

    /// <summary>
    /// Reads every name and text once: JSON lets through an escape such as <c>\ud800</c>, which no text can hold.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is such an escape.</exception>
    private static void CheckTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach ((_, JsonNode? value) in json)
                {
                    CheckTexts(value);
                }

                break;
            case JsonArray array:
                foreach (JsonNode? item in array)
                {
                    CheckTexts(item);
                }

                break;
            case JsonValue value:
                value.TryGetValue<string>(out _);
                break;
            default:
                break;
        }
    }

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

    private static void RequireCSharp(JsonObject root)
    {
        if (root["metadata"] is null)
        {
            return;
        }

        if (root["metadata"] is not JsonObject metadata)
        {
            throw new NotebookFormatException("not a notebook: metadata is not an object");
        }

        var kernel = metadata["kernelspec"] as JsonObject;
        string? language = Text(kernel?["language"])
            ?? Text(kernel?["name"])
            ?? Text((metadata["language_info"] as JsonObject)?["name"]);
        if (language is not null && !IsCSharp(language))
        {
            throw new NotebookFormatException($"the notebook's language is {InOneLine(language)}; only C# notebooks can be run");
        }
    }

    private static Cell ReadCell(JsonNode? node, int number)
    {
        if (node is not JsonObject json)
        {
            throw new NotebookFormatException($"cell {number} is not an object");
        }

        CellKind kind = Text(json["cell_type"]) switch
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

        var cell = new Cell(kind, json);
        if (kind == CellKind.Code && cell.Language is { } language && !IsCSharp(language))
        {
            throw new NotebookFormatException($"cell {number} is written in {InOneLine(language)}; only C# cells can be run");
        }

        return cell;
    }

    /// <summary>Sets what nbformat 4.5 asks for and older files lack: ids above all.</summary>
    private static void Upgrade(JsonObject root, IReadOnlyList<Cell> cells)
    {
        if (root["metadata"] is null)
        {
            root.Put("metadata", new JsonObject());
        }

        if (root["nbformat_minor"] is not JsonValue value || !value.TryGetValue(out int minor) || minor < Minor)
        {
            root.Put("nbformat_minor", Minor);
        }

        var ids = new CellIds();
        foreach (Cell cell in cells)
        {
            if (cell.Json["metadata"] is null)
            {
                cell.Json.Put("metadata", new JsonObject());
            }

            cell.Json.Put("source", MultilineText.Split(cell.Source));
            string id = ids.Take(cell);
            if (!string.Equals(id, cell.Id, StringComparison.Ordinal))
            {
                cell.Json.Put("id", id);
            }

            if (cell.Kind == CellKind.Code)
            {
                cell.Json.Put("execution_count", cell.Json["execution_count"]?.DeepClone());
                cell.Json.Put("outputs", cell.Json["outputs"]?.DeepClone() ?? new JsonArray());
            }
        }
    }

    private static bool IsCSharp(string language) =>
        language.Equals("C#", StringComparison.OrdinalIgnoreCase)
        || language.Equals("csharp", StringComparison.OrdinalIgnoreCase)
        || language.Equals(".net-csharp", StringComparison.OrdinalIgnoreCase)
        || language.Equals("polyglot-notebook", StringComparison.OrdinalIgnoreCase);

    /// <summary>A word of the file as a message quotes it: whatever it is, it takes no more than a line.</summary>
    private static string InOneLine(string word)
    {
        const int MaxLength = 60;
        string line = word.ReplaceLineEndings(" ");
        return line.Length > MaxLength ? line[..MaxLength] + "…" : line;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}

/// <summary>A file that cannot be read as a C# notebook. The message is one line that says why.</summary>
internal sealed class NotebookFormatException : Exception
{
    public NotebookFormatException()
    {
    }

    public NotebookFormatException(string message)
        : base(message)
    {
    }

    public NotebookFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

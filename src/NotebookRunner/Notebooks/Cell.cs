using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>One cell, kept as the JSON it was read from so that fields this program does not know survive.</summary>
/// <param name="kind">What it holds.</param>
/// <param name="json">The cell as it stands in the file.</param>
/// <param name="notebookLanguage">The language of the notebook's cells that name none; null: C#.</param>
internal sealed class Cell(CellKind kind, JsonObject json, string? notebookLanguage = null)
{
    /// <summary>What the cell holds.</summary>
    public CellKind Kind { get; } = kind;

    /// <summary>The cell as it stands in the file.</summary>
    public JsonObject Json { get; } = json;

    /// <summary>The cell's text, to the character.</summary>
    public string Text { get; } = MultilineText.Join(json["source"]!);

    /// <summary>The text as an editor hands it to its kernel: lines parted by <c>\n</c>, and all else as it is.</summary>
    public string Source => field ??= Text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    /// <summary>The cell's tags (<c>metadata.tags</c>).</summary>
    public IReadOnlyList<string> Tags { get; } =
        [.. ((json["metadata"] as JsonObject)?["tags"] as JsonArray ?? []).Select(TextOf).OfType<string>()];

    /// <summary>The cell's id, unique in the notebook once it has been read.</summary>
    public string? Id => TextOf(Json["id"]);

    /// <summary>What the cell is written in, by the kernel's name; null: in C#.</summary>
    public string? Language => CellLanguage.Other(this, notebookLanguage);

    /// <summary>The outputs of the last run, empty for a cell that has not run.</summary>
    public IReadOnlyList<CellOutput> Outputs { get; private set; } = [];

    /// <summary>The number of the run, or null for a cell that has not run.</summary>
    public int? ExecutionCount { get; private set; }

    /// <summary>Whether there is any code: Jupyter, too, passes over blank code cells.</summary>
    public bool HasCode => Kind == CellKind.Code && !string.IsNullOrWhiteSpace(Source);

    /// <summary>Whether the cell is not to run and stays as it is, outputs too, as in nbclient.</summary>
    public bool IsSkipped => HasTag("skip-execution");

    /// <summary>Whether the cell runs.</summary>
    public bool IsRunnable => HasCode && !IsSkipped;

    /// <summary>Whether an error may be the cell's output and the run goes on, as in nbclient.</summary>
    public bool MayRaise => HasTag("raises-exception");

    /// <summary>Makes a code cell.</summary>
    public static Cell CreateCode(string id, string source, params string[] tags)
    {
        var json = new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["id"] = id,
            ["metadata"] = new JsonObject
            {
                ["dotnet_interactive"] = new JsonObject { ["language"] = "csharp" },
                ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" },
                ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]),
            },
            ["outputs"] = new JsonArray(),
            ["source"] = MultilineText.Split(source),
        };
        return new Cell(CellKind.Code, json);
    }

    /// <summary>Forgets what an earlier run left behind.</summary>
    public void ClearOutputs() => SetOutputs(executionCount: null, []);

    /// <summary>Takes the outputs that the file holds for those of the last run.</summary>
    public void ReadOutputs()
    {
        Outputs = [.. (Json["outputs"] as JsonArray ?? []).Select(CellOutput.Read).OfType<CellOutput>()];
        ExecutionCount = Json["execution_count"] is JsonValue value && value.TryGetValue(out int count) ? count : null;
    }

    /// <summary>Stores what a run brought.</summary>
    public void SetOutputs(int? executionCount, IReadOnlyList<CellOutput> outputs)
    {
        ExecutionCount = executionCount;
        Outputs = outputs;
        Json.Put("execution_count", executionCount);
        Json.Put("outputs", new JsonArray([.. outputs.Select(output => (JsonNode)output.ToJson(executionCount))]));
    }

    /// <summary>Whether the cell has a tag.</summary>
    public bool HasTag(string tag) => Tags.Contains(tag, StringComparer.Ordinal);

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}

/// <summary>What a cell holds.</summary>
internal enum CellKind
{
    /// <summary>Code that the kernel runs.</summary>
    Code,

    /// <summary>Text for the reader.</summary>
    Markdown,

    /// <summary>Text that is passed through untouched.</summary>
    Raw,
}

using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>One output of a code cell.</summary>
internal abstract record CellOutput
{
    /// <summary>The output as nbformat stores it.</summary>
    public abstract JsonObject ToJson(int? executionCount);

    /// <summary>Reads an output as a file holds it; null where it is none.</summary>
    public static CellOutput? Read(JsonNode? json) => CellLanguage.Named(json, "output_type") switch
    {
        "stream" => new StreamOutput(CellLanguage.Named(json, "name") ?? "stdout", TextOf(json!["text"])),
        "error" => new ErrorOutput(
            CellLanguage.Named(json, "ename") ?? "", CellLanguage.Named(json, "evalue") ?? "",
            [.. (json!["traceback"] as JsonArray ?? []).Select(TextOf)]),
        "display_data" or "execute_result" when json!["data"] is JsonObject data => new DisplayOutput(
            new MimeBundle([.. data.Select(item => KeyValuePair.Create(item.Key, TextOf(item.Value)))])
            {
                Preview = data["text/plain"] is { } plain ? TextOf(plain) : null,
            },
            IsResult: CellLanguage.Named(json, "output_type") == "execute_result"),
        _ => null,
    };

    private static string TextOf(JsonNode? node) => MultilineText.IsMultilineText(node)
        ? MultilineText.Join(node!)
        : node is null ? "" : JupyterJson.Write(node, inOneLine: true);
}

/// <summary>Text that a cell wrote to the console.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">The text as a terminal ends up showing it.</param>
internal sealed record StreamOutput(string Name, string Text) : CellOutput
{
    /// <inheritdoc/>
    public override JsonObject ToJson(int? executionCount) => new()
    {
        ["name"] = Name,
        ["output_type"] = "stream",
        ["text"] = MultilineText.Split(Text),
    };
}

/// <summary>A value that a cell showed.</summary>
/// <param name="Bundle">The value in each MIME type it is shown as.</param>
/// <param name="IsResult">Whether it is the value of the cell's last expression.</param>
internal sealed record DisplayOutput(MimeBundle Bundle, bool IsResult) : CellOutput
{
    /// <summary>What else is to be known of the output, under the names of those who look for it; null: nothing.</summary>
    public JsonObject? Metadata { get; init; }

    /// <inheritdoc/>
    public override JsonObject ToJson(int? executionCount)
    {
        var json = new JsonObject { ["data"] = Bundle.ToJson() };
        if (IsResult)
        {
            json["execution_count"] = executionCount;
        }

        json["metadata"] = Metadata?.DeepClone() ?? new JsonObject();
        json["output_type"] = IsResult ? "execute_result" : "display_data";
        return json;
    }
}

/// <summary>Why a cell failed.</summary>
/// <param name="Name">The exception's type, or what else stopped the cell.</param>
/// <param name="Message">The error in words.</param>
/// <param name="Traceback">Where it happened, a line each.</param>
internal sealed record ErrorOutput(string Name, string Message, IReadOnlyList<string> Traceback) : CellOutput
{
    /// <inheritdoc/>
    public override JsonObject ToJson(int? executionCount) => new()
    {
        ["ename"] = Name,
        ["evalue"] = Message,
        ["output_type"] = "error",
        ["traceback"] = new JsonArray([.. Traceback.Select(line => (JsonNode)line)]),
    };
}

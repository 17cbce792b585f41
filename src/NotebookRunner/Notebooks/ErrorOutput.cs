using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

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

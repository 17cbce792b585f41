using System.Text.Json.Nodes;

namespace NotebookRunner.Tests;

/// <summary>What a run of the program left behind.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error, string? Notebook, string? Page)
{
    public JsonArray Cells => (JsonArray)JsonNode.Parse(Notebook!)!["cells"]!;

    /// <summary>The outputs of a cell, counted from 0 over all cells.</summary>
    public JsonArray Outputs(int cell) => (JsonArray)Cells[cell]!["outputs"]!;

    /// <summary>A stream's or a value's text.</summary>
    public string Text(int cell, int output = 0, string mimeType = "text/plain")
    {
        JsonNode node = Outputs(cell)[output]!;
        return Join(node["text"] ?? node["data"]![mimeType]!);
    }

    public string Source(int cell) => Join(Cells[cell]!["source"]!);

    private static string Join(JsonNode node) =>
        node is JsonArray lines ? string.Concat(lines.Select(line => line!.GetValue<string>())) : node.GetValue<string>();
}

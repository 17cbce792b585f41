using System.Text.Json.Nodes;

namespace Notebooks.Tests;

/// <summary>A notebook with its outputs.</summary>
internal sealed class ExecutedNotebook
{
    public ExecutedNotebook(string path)
    {
        Text = File.ReadAllText(path);
        Json = JsonNode.Parse(Text)!.AsObject();
        Cells =
        [
            .. Json["cells"]!.AsArray().Select(cell => cell!.AsObject())
                .Where(cell => cell["cell_type"]!.GetValue<string>() == "code" && !Tags(cell).Contains("injected-parameters"))
                .Select((cell, index) => new ExecutedCell(index + 1, cell)),
        ];
    }

    public string Text { get; }

    public JsonObject Json { get; }

    public IReadOnlyList<ExecutedCell> Cells { get; }

    /// <summary>A cell by its number on the exercise's sheet, from 1, or by its place where cells have no such names.</summary>
    public ExecutedCell this[int number] =>
        Cells.FirstOrDefault(cell => cell.Id == $"in-{number:D2}") ?? Cells[number - 1];

    /// <summary>A cell by its name.</summary>
    public ExecutedCell this[string id] => Cells.Single(cell => cell.Id == id);

    public static IReadOnlyList<string> Tags(JsonObject cell) =>
        [.. (cell["metadata"]?["tags"] as JsonArray ?? []).Select(tag => tag!.GetValue<string>())];
}

using System.Text.Json.Nodes;

namespace Notebooks.Tests;

/// <summary>A code cell of an executed notebook.</summary>
/// <param name="Number">Its number among the code cells that stand in the committed notebook, from 1.</param>
/// <param name="Json">The cell.</param>
internal sealed record ExecutedCell(int Number, JsonObject Json)
{
    public string? Id => Json["id"]?.GetValue<string>();

    public string Source => Join(Json["source"]);

    public IReadOnlyList<JsonObject> Outputs => [.. Json["outputs"]!.AsArray().Select(output => output!.AsObject())];

    /// <summary>The plain text of all outputs, one below the other.</summary>
    public string Text => string.Join("\n", Outputs.Select(output =>
        Join(output["text"] ?? output["data"]?["text/plain"] ?? output["traceback"]).TrimEnd('\n')));

    /// <summary>The figures among the outputs.</summary>
    public IReadOnlyList<JsonObject> Figures =>
        [.. Outputs.Select(output => output["data"]?["application/vnd.plotly.v1+json"]).OfType<JsonObject>()];

    public static string Join(JsonNode? lines) => lines switch
    {
        null => "",
        JsonArray array => string.Concat(array.Select(line => line!.GetValue<string>())),
        _ => lines.GetValue<string>(),
    };
}

using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>
/// A result that a notebook stores beside what it shows: nteract scrapbook's convention, an output of the MIME type
/// <c>application/scrapbook.scrap.json+json</c> with a name and data. Of two with the same name the later one counts.
/// </summary>
/// <remarks>Format: https://nteract-scrapbook.readthedocs.io/en/latest/models.html#scrap-model.</remarks>
/// <param name="Name">Its name.</param>
/// <param name="Data">The result.</param>
internal sealed record Scrap(string Name, JsonNode? Data)
{
    /// <summary>An output as scrapbook's <c>glue</c> makes it.</summary>
    /// <param name="name">The name of the result.</param>
    /// <param name="data">The result.</param>
    public static DisplayOutput ToOutput(string name, JsonNode? data)
    {
        var content = new JsonObject { ["name"] = name, ["data"] = data, ["encoder"] = "json", ["version"] = 1 };
        var metadata =
            new JsonObject { ["scrapbook"] = new JsonObject { ["name"] = name, ["data"] = true, ["display"] = false } };
        return new DisplayOutput(
            new MimeBundle([new(MimeBundle.ScrapMimeType, JupyterJson.Write(content, inOneLine: true))]), IsResult: false)
        { Metadata = metadata };
    }

    /// <summary>The results that an executed notebook holds, in the order in which their names first came up.</summary>
    public static IReadOnlyList<Scrap> Of(Notebook notebook)
    {
        List<Scrap> scraps = [];
        IEnumerable<Cell> cells = notebook.Cells.Where(cell => !cell.IsSkipped);
        foreach (JsonNode? output in cells.SelectMany(cell => cell.Json["outputs"] as JsonArray ?? []))
        {
            if (((output as JsonObject)?["data"] as JsonObject)?[MimeBundle.ScrapMimeType] is JsonObject content
                && content["name"] is JsonValue value && value.TryGetValue(out string? name))
            {
                var scrap = new Scrap(name, InOrder(content["data"]));
                int earlier = scraps.FindIndex(other => string.Equals(other.Name, name, StringComparison.Ordinal));
                if (earlier < 0)
                {
                    scraps.Add(scrap);
                }
                else
                {
                    scraps[earlier] = scrap;
                }
            }
        }

        return scraps;
    }

    /// <summary>The members as they stand in a notebook that was written: a page is the same from one that was read.</summary>
    private static JsonNode? InOrder(JsonNode? data) => data is JsonObject members
        ? new JsonObject(
            NotebookWriter.Sorted(members).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())))
        : data;
}

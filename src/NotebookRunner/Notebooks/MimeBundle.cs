using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>One value in several MIME types, in order of preference.</summary>
internal sealed record MimeBundle(IReadOnlyList<KeyValuePair<string, string>> Items)
{
    /// <summary>The MIME type of a figure of plotly.js.</summary>
    public const string PlotlyMimeType = "application/vnd.plotly.v1+json";

    /// <summary>The MIME type of a result that is stored and not shown: nteract scrapbook's.</summary>
    public const string ScrapMimeType = "application/scrapbook.scrap.json+json";

    /// <summary>
    /// The value in words, for a terminal. Not an output: it is not stored unless the value is shown as text anyway.
    /// </summary>
    public string? Preview { get; init; }

    /// <summary>Whether the value is a picture, which words can only name.</summary>
    public bool IsFigure => Items.Any(item =>
        string.Equals(item.Key, PlotlyMimeType, StringComparison.Ordinal)
            || item.Key.StartsWith("image/", StringComparison.Ordinal));

    /// <summary>Whether the value is stored alone and has no form to be shown in.</summary>
    public bool IsScrap => Items.Count == 1 && string.Equals(Items[0].Key, ScrapMimeType, StringComparison.Ordinal);

    /// <summary>The value in one MIME type, or null where the bundle has none. JSON is such that browsers read it.</summary>
    public string? this[string mimeType] =>
        Items.Where(item => string.Equals(item.Key, mimeType, StringComparison.Ordinal))
            .Select(item => IsJson(mimeType) ? JupyterJson.WithoutNotFinite(item.Value) : item.Value)
            .FirstOrDefault();

    /// <summary>A bundle that holds one more MIME type.</summary>
    public MimeBundle With(string mimeType, string value) =>
        this with
        {
            Items =
            [.. Items.Where(item => !string.Equals(item.Key, mimeType, StringComparison.Ordinal)), new(mimeType, value)]
        };

    /// <summary>The bundle as nbformat stores it: JSON types as JSON, base64 as one text, other text as lines.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach ((string mimeType, string value) in Items.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            json[mimeType] = mimeType switch
            {
                _ when IsJson(mimeType) => ParseOrText(value),
                _ when IsBase64(mimeType) => value,
                _ => MultilineText.Split(value),
            };
        }

        return json;
    }

    private static bool IsJson(string mimeType) =>
        string.Equals(mimeType, "application/json", StringComparison.Ordinal)
            || mimeType.EndsWith("+json", StringComparison.Ordinal);

    private static bool IsBase64(string mimeType) =>
        mimeType.StartsWith("image/", StringComparison.Ordinal) && !mimeType.EndsWith("+xml", StringComparison.Ordinal);

    private static JsonNode? ParseOrText(string value)
    {
        try
        {
            return JupyterJson.Read(value);
        }
        catch (JsonException)
        {
            return value;
        }
    }
}

using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>nbformat's multi-line strings: a text, or an array of its lines with their line ends.</summary>
internal static class MultilineText
{
    /// <summary>Whether the node is a text or an array of texts.</summary>
    public static bool IsMultilineText(JsonNode? node) => node switch
    {
        JsonValue value => value.TryGetValue<string>(out _),
        JsonArray lines => lines.All(line => line is JsonValue value && value.TryGetValue<string>(out _)),
        _ => false,
    };

    /// <summary>The text that the node stands for, to the character.</summary>
    public static string Join(JsonNode node) => node is JsonArray lines
        ? string.Concat(lines.Select(line => line!.GetValue<string>()))
        : node.GetValue<string>();

    /// <summary>The text as an array of lines, each but the last with its line end, as Jupyter writes it.</summary>
    public static JsonArray Split(string text)
    {
        var lines = new JsonArray();
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add((JsonNode)text[start..end]);
            start = end;
        }

        return lines;
    }
}

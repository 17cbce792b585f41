using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotebookRunner.Tests;

/// <summary>Makes notebooks for tests.</summary>
internal sealed class NotebookBuilder
{
    private readonly JsonArray _cells = [];

    public static NotebookBuilder WithCode(params string[] sources)
    {
        var builder = new NotebookBuilder();
        foreach (string source in sources)
        {
            builder.Code(source);
        }

        return builder;
    }

    public NotebookBuilder Code(string source, params string[] tags)
    {
        var metadata = new JsonObject();
        if (tags.Length > 0)
        {
            metadata["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]);
        }

        _cells.Add(new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["metadata"] = metadata,
            ["outputs"] = new JsonArray(),
            ["source"] = source,
        });
        return this;
    }

    public NotebookBuilder Markdown(string source)
    {
        _cells.Add(new JsonObject { ["cell_type"] = "markdown", ["metadata"] = new JsonObject(), ["source"] = source });
        return this;
    }

    public string Build() => new JsonObject
    {
        ["cells"] = _cells.DeepClone(),
        ["metadata"] = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
        },
        ["nbformat"] = 4,
        ["nbformat_minor"] = 4,
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
}

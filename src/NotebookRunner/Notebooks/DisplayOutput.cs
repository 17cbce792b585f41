using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

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

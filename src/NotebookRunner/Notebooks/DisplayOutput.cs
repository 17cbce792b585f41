using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>A value that a cell showed.</summary>
/// <param name="Bundle">The value in each MIME type it is shown as.</param>
/// <param name="IsResult">Whether it is the value of the cell's last expression.</param>
internal sealed record DisplayOutput(MimeBundle Bundle, bool IsResult) : CellOutput
{
    /// <inheritdoc/>
    public override JsonObject ToJson(int? executionCount)
    {
        var json = new JsonObject { ["data"] = Bundle.ToJson() };
        if (IsResult)
        {
            json["execution_count"] = executionCount;
        }

        json["metadata"] = new JsonObject();
        json["output_type"] = IsResult ? "execute_result" : "display_data";
        return json;
    }
}

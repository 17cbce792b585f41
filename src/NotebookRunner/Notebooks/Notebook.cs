using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>A notebook: its cells, and the JSON it was read from.</summary>
internal sealed class Notebook(JsonObject json, IReadOnlyList<Cell> cells)
{
    private readonly List<Cell> _cells = [.. cells];

    /// <summary>The notebook as it stands in the file.</summary>
    public JsonObject Json { get; } = json;

    /// <summary>The cells in reading order.</summary>
    public IReadOnlyList<Cell> Cells => _cells;

    private JsonArray CellArray => (JsonArray)Json["cells"]!;

    /// <summary>Puts a cell at a place.</summary>
    public void Insert(int index, Cell cell)
    {
        CellArray.Insert(index, cell.Json);
        _cells.Insert(index, cell);
    }

    /// <summary>Takes a cell out.</summary>
    public void RemoveAt(int index)
    {
        CellArray.RemoveAt(index);
        _cells.RemoveAt(index);
    }
}

using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>One output of a code cell.</summary>
internal abstract record CellOutput
{
    /// <summary>The output as nbformat stores it.</summary>
    public abstract JsonObject ToJson(int? executionCount);
}

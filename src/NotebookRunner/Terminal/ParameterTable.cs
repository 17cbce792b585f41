using NotebookRunner.Parameters;

namespace NotebookRunner.Terminal;

/// <summary>The variables of a parameters cell, a line each.</summary>
internal static class ParameterTable
{
    /// <summary>Writes name, type, value and comment in columns.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Parameter> parameters)
    {
        string[][] rows = [.. parameters.Select(
            parameter => (string[])[parameter.Name, parameter.TypeName, parameter.Default, parameter.Comment])];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) => cell.PadRight(rows.Max(other => other[column].Length)));
            output.Write(string.Join("  ", cells).TrimEnd() + "\n");
        }
    }
}

using System.Collections;
using System.Text;

namespace MnistCnn;

/// <summary>Rows that are data first and print as a table of aligned columns.</summary>
/// <typeparam name="TRow">The type of a row.</typeparam>
public sealed class TextTable<TRow> : IReadOnlyList<TRow>
{
    private readonly IReadOnlyList<TRow> _rows;
    private readonly Func<TRow, string[]> _cells;

    /// <summary>Makes a table.</summary>
    /// <param name="headings">The heading of each column.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="cells">The text of each cell of a row.</param>
    public TextTable(IReadOnlyList<string> headings, IReadOnlyList<TRow> rows, Func<TRow, string[]> cells)
    {
        ArgumentNullException.ThrowIfNull(headings);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(cells);
        (Headings, _rows, _cells) = (headings, rows, cells);
    }

    /// <summary>The heading of each column.</summary>
    public IReadOnlyList<string> Headings { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>One row.</summary>
    /// <param name="index">Its position, from 0.</param>
    public TRow this[int index] => _rows[index];

    /// <summary>The text of the cells, row by row.</summary>
    public IEnumerable<IReadOnlyList<string>> Cells() => _rows.Select(_cells);

    /// <inheritdoc/>
    public IEnumerator<TRow> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The table as text: a line for the headings, one for each row; columns two spaces apart.</summary>
    public override string ToString()
    {
        IReadOnlyList<string>[] lines = [Headings, .. Cells()];
        int[] widths = [.. Enumerable.Range(0, Headings.Count).Select(column => lines.Max(line => line[column].Length))];
        var text = new StringBuilder();
        foreach (IReadOnlyList<string> line in lines)
        {
            text.Append(text.Length > 0 ? "\n" : "")
                .Append(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return text.ToString();
    }
}

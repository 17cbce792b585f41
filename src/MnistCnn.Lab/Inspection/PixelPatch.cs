namespace MnistCnn.Lab;

/// <summary>A rectangle of pixels.</summary>
/// <param name="Row">Its first row, from 0 at the top.</param>
/// <param name="Column">Its first column, from 0 at the left.</param>
/// <param name="Rows">Its height.</param>
/// <param name="Columns">Its width.</param>
public readonly record struct PixelPatch(int Row, int Column, int Rows, int Columns)
{
    /// <summary>Where it lies: <c>rows 4–8, columns 11–15</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"rows {Row}–{Row + Rows - 1}, columns {Column}–{Column + Columns - 1}");
}

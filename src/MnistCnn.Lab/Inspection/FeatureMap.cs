namespace MnistCnn.Lab;

/// <summary>One plane of numbers that belong to places of an image: a feature map, a filter, an explanation.</summary>
/// <param name="Rows">Its height.</param>
/// <param name="Columns">Its width.</param>
/// <param name="Values"><c>Rows × Columns</c> numbers, row by row from the top left.</param>
public sealed record FeatureMap(int Rows, int Columns, IReadOnlyList<float> Values)
{
    /// <summary>One number.</summary>
    /// <param name="row">Its row, from 0.</param>
    /// <param name="column">Its column, from 0.</param>
    public float this[int row, int column] => Values[(row * Columns) + column];

    /// <summary>Where its largest number stands; the first of several.</summary>
    public (int Row, int Column) Peak
    {
        get
        {
            int best = 0;
            for (int i = 1; i < Values.Count; i++)
            {
                best = Values[i] > Values[best] ? i : best;
            }

            return (best / Columns, best % Columns);
        }
    }

    /// <summary>Its size and range: <c>26 × 26, −0.12 to 1.53</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Rows} × {Columns}, {Values.Min():0.###} to {Values.Max():0.###}");
}

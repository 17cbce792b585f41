
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
        Invariant($"{Rows} × {Columns}, {Values.Min():0.###} to {Values.Max():0.###}");
}

/// <summary>A feature map before and after max-pooling.</summary>
/// <param name="Channel">Which feature map, from 0.</param>
/// <param name="Before">What goes in.</param>
/// <param name="After">What comes out.</param>
/// <param name="Kept">Where each number that comes out stood in <paramref name="Before"/>, row by row.</param>
public sealed record PooledMap(int Channel, FeatureMap Before, FeatureMap After, IReadOnlyList<(int Row, int Column)> Kept)
{
    /// <summary>The sizes before and after: <c>Map 3: 24 × 24 becomes 12 × 12</c>.</summary>
    public override string ToString() => Invariant(
        $"Map {Channel}: {Before.Rows} × {Before.Columns} becomes {After.Rows} × {After.Columns}");
}

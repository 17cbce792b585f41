namespace MnistCnn.Lab;

/// <summary>A feature map before and after max-pooling.</summary>
/// <param name="Channel">Which feature map, from 0.</param>
/// <param name="Before">What goes in.</param>
/// <param name="After">What comes out.</param>
/// <param name="Kept">Where each number that comes out stood in <paramref name="Before"/>, row by row.</param>
public sealed record PooledMap(int Channel, FeatureMap Before, FeatureMap After, IReadOnlyList<(int Row, int Column)> Kept)
{
    /// <summary>The sizes before and after: <c>Map 3: 24 × 24 becomes 12 × 12</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"Map {Channel}: {Before.Rows} × {Before.Columns} becomes {After.Rows} × {After.Columns}");
}

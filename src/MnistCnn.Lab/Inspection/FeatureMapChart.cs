
namespace MnistCnn.Lab;

/// <summary>The chart of what a layer sees in an image.</summary>
public static class FeatureMapChart
{
    /// <summary>
    /// Draws the feature maps of a layer, all in the same colours, so that strong maps stand out from weak ones.
    /// </summary>
    /// <param name="layer">A layer that gives images.</param>
    /// <param name="sample">Of which sample, from 0.</param>
    /// <param name="most">How many maps at the most, from the first.</param>
    /// <exception cref="InvalidOperationException">The layer gives no images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public static Figure PlotMaps(this LayerActivation layer, int sample = 0, int most = 64)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentOutOfRange.ThrowIfLessThan(most, 1);
        int count = Math.Min(layer.Channels, most);
        FeatureMap[] maps = [.. Enumerable.Range(0, count).Select(channel => layer.Map(channel, sample))];
        var colors = new ColorScale(maps.Max(map => map.Values.Max(Math.Abs)));
        int scale = Math.Max(1, 78 / maps[0].Rows);
        var grid = new ImageGrid(
            $"Feature maps of {layer.Name}",
            [.. maps.Select((map, channel) => new ImageTile(
                colors.Paint(map).ToDataUri(scale),
                Invariant($"<b>Map {channel}</b><br>mean {map.Values.Average():0.000}<br>largest {map.Values.Max():0.000}<br>")
                    + Invariant($"at row {map.Peak.Row}, column {map.Peak.Column}"),
                Header: ColorScale.Small(channel)))],
            Columns: 8,
            NarrowColumns: 4,
            TileSize: scale * maps[0].Rows,
            HeaderHeight: 18,
            FooterHeight: 14,
            EmptyText: "No feature maps.",
            Bar: colors.Bar("What the layer gives", maps.Any(map => map.Values.Any(value => value < 0))));
        int silent = maps.Count(map => map.Values.All(value => value <= 0));
        string size = Invariant($"{maps.Length} maps of {maps[0].Rows} × {maps[0].Columns}");
        return grid.Draw(size, Invariant($"{size} that {layer.Name} gives for one image; {silent} of them stay silent."));
    }
}

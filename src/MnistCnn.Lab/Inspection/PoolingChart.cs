
namespace MnistCnn.Lab;

/// <summary>The chart of what max-pooling keeps.</summary>
public static class PoolingChart
{
    /// <summary>
    /// Draws feature maps before and after max-pooling: in each window the number that is kept has a dark frame.
    /// </summary>
    /// <param name="maps">The feature maps; none gives a figure that says so.</param>
    public static Figure PlotPooling(this IReadOnlyList<PooledMap> maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        var colors = new ColorScale(maps.Count == 0 ? 1 : maps.Max(map => map.Before.Values.Max(Math.Abs)));
        var grid = new ImageGrid(
            "What max-pooling keeps",
            [.. maps.SelectMany(map => (ImageTile[])[Before(map, colors), After(map, colors)])],
            Columns: 4,
            NarrowColumns: 2,
            TileSize: 168,
            HeaderHeight: 26,
            FooterHeight: 10,
            EmptyText: "No feature maps.",
            Note: "Framed: kept",
            Bar: colors.Bar("What the layer gives", maps.Any(map => map.Before.Values.Any(value => value < 0))));
        return grid.Draw(
            Plural.Of(maps.Count, "map") + " before and after",
            "Feature maps before and after max-pooling. " + string.Join("; ", maps) + ".");
    }

    private static ImageTile Before(PooledMap map, ColorScale colors)
    {
        // A pixel takes seven: room for a frame that leaves its colour to be seen.
        const int Scale = 7;
        ColorImage image = colors.Paint(map.Before).Enlarge(Scale);
        foreach ((int row, int column) in map.Kept.Where(place => map.Before[place.Row, place.Column] != 0))
        {
            image.Frame(row * Scale, column * Scale, Scale, Scale, line: 1, ColorScale.Parse(ChartStyle.Ink));
        }

        return Tile(map, image, 1, "before", map.Before);
    }

    private static ImageTile After(PooledMap map, ColorScale colors) =>
        Tile(map, colors.Paint(map.After), Math.Max(1, 168 / map.After.Rows), "after", map.After);

    private static ImageTile Tile(PooledMap map, ColorImage image, int scale, string when, FeatureMap numbers) => new(
        image.ToDataUri(scale),
        Invariant($"<b>Map {map.Channel} {when} pooling</b><br>{numbers.Rows} × {numbers.Columns} numbers<br>")
            + Invariant($"mean {numbers.Values.Average():0.000}"),
        Header: Invariant($"map {map.Channel} {when}"));
}

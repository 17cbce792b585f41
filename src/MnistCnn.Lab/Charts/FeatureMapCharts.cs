using System.Globalization;

namespace MnistCnn.Lab;

/// <summary>Charts of what layers see in an image.</summary>
public static class FeatureMapCharts
{
    /// <summary>Draws the feature maps of a layer, all in the same colours, so that strong maps stand out from weak ones.</summary>
    /// <param name="layer">A layer that gives images.</param>
    /// <param name="sample">Of which sample, from 0.</param>
    /// <param name="most">How many maps at the most, from the first.</param>
    /// <exception cref="InvalidOperationException">The layer gives no images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public static Figure PlotMaps(this LayerActivation layer, int sample = 0, int most = 64)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        FeatureMap[] maps = [.. Enumerable.Range(0, Math.Min(layer.Channels, most)).Select(channel => layer.Map(channel, sample))];
        var colors = new ColorScale(maps.Max(map => map.Values.Max(Math.Abs)));
        int scale = Math.Max(1, 52 / maps[0].Rows);
        var drawing = new ImagesDrawing(
            $"Feature maps of {layer.Name}",
            [.. maps.Select((map, channel) => new ImageTile(
                PngEncoder.ToDataUri(colors.Paint(map), scale),
                Header: ImageFigures.Small(channel), Footer: null, Badge: null, Flagged: false,
                Invariant($"<b>Map {channel}</b><br>mean {map.Values.Average():0.000}<br>largest {map.Values.Max():0.000}<br>")
                    + Invariant($"at row {map.Peak.Row}, column {map.Peak.Column}")))],
            Columns: Math.Min(maps.Length, 8),
            NarrowColumns: Math.Min(maps.Length, 8),
            TileSize: scale * maps[0].Rows,
            Gap: 10,
            HeaderHeight: 20,
            FooterHeight: 7,
            EmptyText: "No feature maps.",
            Note: colors.Note(maps.Any(map => map.Values.Any(value => value < 0))));
        int silent = maps.Count(map => map.Values.All(value => value <= 0));
        string size = Invariant($"{maps.Length} maps of {maps[0].Rows} × {maps[0].Columns}");
        return ImageFigures.Draw(drawing, size, Invariant($"{size} that {layer.Name} gives for one image; {silent} of them stay silent."));
    }

    /// <summary>
    /// Draws feature maps before and after max-pooling: in each window the number that is kept has a dark frame.
    /// </summary>
    /// <param name="maps">The feature maps; none gives a figure that says so.</param>
    public static Figure PlotPooling(this IReadOnlyList<PooledMap> maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        var colors = new ColorScale(maps.Count == 0 ? 1 : maps.Max(map => map.Before.Values.Max(Math.Abs)));
        var drawing = new ImagesDrawing(
            "What max-pooling keeps",
            [.. maps.SelectMany(map => (ImageTile[])[Before(map, colors), After(map, colors)])],
            Columns: maps.Count > 1 ? 4 : 2,
            NarrowColumns: 2,
            TileSize: 168,
            Gap: 14,
            HeaderHeight: 26,
            FooterHeight: 10,
            EmptyText: "No feature maps.",
            Note: colors.Note(maps.Any(map => map.Before.Values.Any(value => value < 0))) + "; framed: kept");
        return ImageFigures.Draw(
            drawing,
            Invariant($"{maps.Count} {(maps.Count == 1 ? "map" : "maps")} before and after"),
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
        PngEncoder.ToDataUri(image, scale),
        Header: Invariant($"map {map.Channel} {when}"), Footer: null, Badge: null, Flagged: false,
        Invariant($"<b>Map {map.Channel} {when} pooling</b><br>{numbers.Rows} × {numbers.Columns} numbers<br>mean {numbers.Values.Average():0.000}"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

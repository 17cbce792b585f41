
namespace MnistCnn.Lab;

/// <summary>The chart of the pixels that a decision depends on.</summary>
public static class AttributionChart
{
    private const int Scale = 6;

    /// <summary>
    /// Lays each explanation over its digit, the ink in grey. Occlusion: orange where covering costs probability, blue where it
    /// helps. Gradient: orange where a small change of the pixel changes the score most. Each has its own scale.
    /// </summary>
    /// <param name="attributions">The explanations; none gives a figure that says so.</param>
    /// <param name="title">The title above them.</param>
    public static Figure Plot(this IReadOnlyList<Attribution> attributions, string title = "Which pixels the decision hangs on")
    {
        ArgumentNullException.ThrowIfNull(attributions);
        ArgumentNullException.ThrowIfNull(title);
        var grid = new ImageGrid(
            title,
            [.. attributions.Select(Tile)],
            Columns: 4,
            NarrowColumns: 2,
            TileSize: 28 * Scale,
            Gap: 14,
            HeaderHeight: 26,
            FooterHeight: 26,
            EmptyText: "Nothing to explain.");
        return grid.Draw(
            Plural.Of(attributions.Count, "explanation"), title + ": " + string.Join("; ", attributions.Select(Describe)) + ".");
    }

    private static ImageTile Tile(Attribution attribution)
    {
        FeatureMap map = attribution.Map;
        float largest = map.Values.Max(Math.Abs);
        ColorImage image = new ColorScale(largest).Paint(map);
        for (int i = 0; i < map.Values.Count; i++)
        {
            (int row, int column) = (i / image.Columns, i % image.Columns);
            float ink = Math.Clamp(attribution.Image.Pixels[i], 0, 1);
            image[row, column] = ColorScale.Mix(image[row, column], 0x30363D, 0.55f * ink);
        }

        string percent = Percent(attribution);
        string sign = map.Values.First(value => Math.Abs(value) == largest) > 0 ? "−" : "+";
        (int peakRow, int peakColumn) = map.Peak;
        return new(
            image.ToDataUri(Scale),
            Invariant($"<b>{attribution.Method}, class {attribution.Label}</b><br>")
                + Invariant($"probability {100 * attribution.Probability:0.00} %<br>")
                + Invariant($"most at row {peakRow}, column {peakColumn}:<br>{map[peakRow, peakColumn]:0.000}"),
            Header: Invariant($"{attribution.Method}: {attribution.Label}"),
            Footer: IsOcclusion(attribution) ? Invariant($"{percent}, at most {sign}{100 * largest:0.0}") : percent);
    }

    private static string Describe(Attribution attribution)
    {
        (int row, int column) = attribution.Map.Peak;
        return IsOcclusion(attribution)
            ? Invariant($"covering row {row}, column {column} costs the {attribution.Label} most, ")
                + Invariant($"{100 * attribution.Map[row, column]:0.0} of {Percent(attribution)}")
            : Invariant($"the score of the {attribution.Label} changes fastest with row {row}, column {column}");
    }

    private static bool IsOcclusion(Attribution attribution) => attribution.Method == "Occlusion";

    private static string Percent(Attribution attribution) => Invariant($"{100 * attribution.Probability:0.0} %");
}


namespace MnistCnn.Lab;

/// <summary>The chart of the pixels that a decision depends on.</summary>
public static class AttributionChart
{
    private const int Scale = 6;

    // Fewer points of probability than this get no full colour, or a change that does not matter would look like one that does.
    private const float LeastScale = 10;

    /// <summary>
    /// Lays each explanation over its digit, the ink in grey. Occlusion: orange where covering costs probability, blue where it
    /// helps, all on one scale. Gradient: orange where a small change of the pixel changes the score most, Grad-CAM: where
    /// the maps speak for the class, each on its own scale, since scores have no unit.
    /// </summary>
    /// <param name="attributions">The explanations; none gives a figure that says so.</param>
    /// <param name="title">The title above them.</param>
    public static Figure Plot(this IReadOnlyList<Attribution> attributions, string title = "Which pixels the decision hangs on")
    {
        ArgumentNullException.ThrowIfNull(attributions);
        ArgumentNullException.ThrowIfNull(title);
        var points = new ColorScale(attributions.Where(IsOcclusion).Select(PointsOf).Append(LeastScale).Max() / 100, unit: 100);
        var grid = new ImageGrid(
            title,
            [.. attributions.Select(attribution => Tile(attribution, points))],
            Columns: 4,
            NarrowColumns: 2,
            TileSize: 28 * Scale,
            HeaderHeight: 24,
            FooterHeight: attributions.Any(attribution => IsFaint(attribution, points)) ? 56 : 40,
            EmptyText: "Nothing to explain.",
            Bar: attributions.Any(IsOcclusion)
                ? points.Bar("Occlusion: points of probability lost", negative: true)
                : null);
        return grid.Draw(
            Plural.Of(attributions.Count, "explanation"), title + ": " + string.Join("; ", attributions.Select(Describe)) + ".");
    }

    private static ImageTile Tile(Attribution attribution, ColorScale points)
    {
        FeatureMap map = attribution.Map;
        float largest = map.Values.Max(Math.Abs);
        bool isOcclusion = IsOcclusion(attribution);
        ColorScale colors = isOcclusion ? points : new(largest);
        ColorImage image = colors.Paint(map);
        for (int i = 0; i < map.Values.Count; i++)
        {
            (int row, int column) = (i / image.Columns, i % image.Columns);
            float ink = Math.Clamp(attribution.Image.Pixels[i], 0, 1);
            image[row, column] = ColorScale.Mix(image[row, column], 0x30363D, 0.55f * ink);
        }

        string sign = map.Values.First(value => Math.Abs(value) == largest) > 0 ? "−" : "+";
        (int peakRow, int peakColumn) = map.Peak;
        return new(
            image.ToDataUri(Scale),
            Invariant($"<b>{attribution.Method}, class {attribution.Label}</b><br>")
                + Invariant($"probability {100 * attribution.Probability:0.00} %<br>")
                + Invariant($"most at row {peakRow}, column {peakColumn}:<br>{map[peakRow, peakColumn]:0.000}"),
            Header: Invariant($"{attribution.Method}: {attribution.Label}"),
            Footer: Percent(attribution)
                + (isOcclusion ? Invariant($"<br>at most {sign}{PointsOf(attribution):0.0} points") : "")
                + (IsFaint(attribution, points) ? ",<br>too little to be seen" : largest == 0 ? "<br>nothing found" : ""));
    }

    /// <summary>Whether the map stays empty on the common scale.</summary>
    private static bool IsFaint(Attribution attribution, ColorScale points) =>
        IsOcclusion(attribution) && points.IsFaint(PointsOf(attribution) / 100);

    private static float PointsOf(Attribution attribution) => 100 * attribution.Map.Values.Max(Math.Abs);

    private static string Describe(Attribution attribution)
    {
        (int row, int column) = attribution.Map.Peak;
        return attribution.Method switch
        {
            "Occlusion" => Invariant($"covering row {row}, column {column} costs the {attribution.Label} most, ")
                + Invariant($"{100 * attribution.Map[row, column]:0.0} of {Percent(attribution)}"),
            "Grad-CAM" when attribution.Map[row, column] == 0 => Invariant($"no map speaks for the {attribution.Label}"),
            "Grad-CAM" => Invariant($"the maps speak most for the {attribution.Label} at row {row}, column {column}"),
            _ => Invariant($"the score of the {attribution.Label} changes fastest with row {row}, column {column}"),
        };
    }

    private static bool IsOcclusion(Attribution attribution) => attribution.Method == "Occlusion";

    private static string Percent(Attribution attribution) => Invariant($"{100 * attribution.Probability:0.0} %");
}

using System.Globalization;

namespace MnistCnn.Lab;

/// <summary>Charts of the pixels that a decision hangs on.</summary>
public static class AttributionCharts
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
        var drawing = new ImagesDrawing(
            title,
            [.. attributions.Select(Tile)],
            Columns: Math.Clamp(attributions.Count, 1, 4),
            NarrowColumns: Math.Clamp(attributions.Count, 1, 2),
            TileSize: 28 * Scale,
            Gap: 14,
            HeaderHeight: 26,
            FooterHeight: 26,
            EmptyText: "Nothing to explain.");
        return ImageFigures.Draw(
            drawing,
            Invariant($"{attributions.Count} {(attributions.Count == 1 ? "explanation" : "explanations")}"),
            title + ": " + string.Join("; ", attributions.Select(Words)) + ".");
    }

    private static ImageTile Tile(Attribution attribution)
    {
        float largest = attribution.Map.Values.Max(Math.Abs);
        var colors = new ColorScale(largest);
        ColorImage image = colors.Paint(attribution.Map);
        for (int i = 0; i < attribution.Map.Values.Count; i++)
        {
            (int row, int column) = (i / image.Columns, i % image.Columns);
            image[row, column] = ColorScale.Mix(image[row, column], 0x30363D, 0.55f * Math.Clamp(attribution.Image.Pixels[i], 0, 1));
        }

        (int peakRow, int peakColumn) = attribution.Map.Peak;
        return new ImageTile(
            PngEncoder.ToDataUri(image, Scale),
            Header: Invariant($"{attribution.Method}: {attribution.Label}"),
            Footer: IsOcclusion(attribution)
                ? Invariant($"{Percent(attribution)}, at most {Sign(largest)}")
                : Percent(attribution),
            Badge: null,
            Flagged: false,
            Invariant($"<b>{attribution.Method}, class {attribution.Label}</b><br>probability {100 * attribution.Probability:0.00} %<br>")
                + Invariant($"most at row {peakRow}, column {peakColumn}:<br>{attribution.Map[peakRow, peakColumn]:0.000}"));

        string Sign(float most)
        {
            float signed = attribution.Map.Values.First(value => Math.Abs(value) == most);
            return Invariant($"{(signed > 0 ? "−" : "+")}{100 * most:0.0}");
        }
    }

    private static string Words(Attribution attribution)
    {
        (int row, int column) = attribution.Map.Peak;
        return IsOcclusion(attribution)
            ? Invariant($"covering row {row}, column {column} costs the {attribution.Label} most, {100 * attribution.Map[row, column]:0.0} of {Percent(attribution)}")
            : Invariant($"the score of the {attribution.Label} changes fastest with row {row}, column {column}");
    }

    private static bool IsOcclusion(Attribution attribution) => attribution.Method == "Occlusion";

    private static string Percent(Attribution attribution) => Invariant($"{100 * attribution.Probability:0.0} %");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace MnistCnn.Lab;

/// <summary>Charts of the images that excite a filter.</summary>
public static class ExcitationCharts
{
    private const int Scale = 3;

    /// <summary>Draws the images in order, the pixels that the filter answers to in an orange frame.</summary>
    /// <param name="excitations">The images, the most excited first; none gives a figure that says so.</param>
    /// <param name="title">The title above them.</param>
    public static Figure Plot(this IReadOnlyList<Excitation> excitations, string title = "What excites the filter most")
    {
        ArgumentNullException.ThrowIfNull(excitations);
        ArgumentNullException.ThrowIfNull(title);
        var drawing = new ImagesDrawing(
            title,
            [.. excitations.Select(excitation => new ImageTile(
                PngEncoder.ToDataUri(Paint(excitation)),
                Header: null, Footer: Invariant($"{excitation.Value:0.00}"), Badge: null, Flagged: false,
                Invariant($"<b>Image {excitation.Index}</b><br>{excitation.Value:0.000} from<br>")
                    + string.Join(",<br>", excitation.Patch.ToString().Split(", "))))],
            Columns: Math.Clamp(excitations.Count, 1, 9),
            NarrowColumns: Math.Clamp(excitations.Count, 1, 3),
            TileSize: 84,
            Gap: 8,
            HeaderHeight: 4,
            FooterHeight: 24,
            EmptyText: "No images.");
        return ImageFigures.Draw(
            drawing,
            Invariant($"{excitations.Count} {(excitations.Count == 1 ? "image" : "images")}"),
            title + ": " + string.Join("; ", excitations) + ".");
    }

    private static ColorImage Paint(Excitation excitation)
    {
        GrayImage picture = excitation.Image;
        var image = new ColorImage(picture.Rows, picture.Columns);
        for (int i = 0; i < picture.Pixels.Count; i++)
        {
            image[i / picture.Columns, i % picture.Columns] = ColorScale.Mix(0xFFFFFF, 0, Math.Clamp(picture.Pixels[i], 0, 1));
        }

        PixelPatch patch = excitation.Patch;
        ColorImage large = image.Enlarge(Scale);
        large.Frame(
            (patch.Row * Scale) - 2, (patch.Column * Scale) - 2, (patch.Rows * Scale) + 4, (patch.Columns * Scale) + 4,
            line: 2, ColorScale.Parse(ChartStyle.Orange));
        return large;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

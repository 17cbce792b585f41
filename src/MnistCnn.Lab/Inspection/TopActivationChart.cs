
namespace MnistCnn.Lab;

/// <summary>The chart of the images that activate a filter most.</summary>
public static class TopActivationChart
{
    private const int Scale = 3;

    /// <summary>Draws the images in order, the pixels that the activation is computed from in an orange frame.</summary>
    /// <param name="activations">The images, the largest activation first; none gives a figure that says so.</param>
    /// <param name="title">The title above them.</param>
    public static Figure Plot(this IReadOnlyList<TopActivation> activations, string title = "What excites the filter most")
    {
        ArgumentNullException.ThrowIfNull(activations);
        ArgumentNullException.ThrowIfNull(title);
        var grid = new ImageGrid(
            title,
            [.. activations.Select(activation => new ImageTile(
                Paint(activation).ToDataUri(),
                Invariant($"<b>Image {activation.Index}</b><br>{activation.Value:0.000} from<br>")
                    + string.Join(",<br>", activation.Patch.ToString().Split(", ")),
                Footer: Invariant($"{activation.Value:0.00}")))],
            Columns: 9,
            NarrowColumns: 3,
            TileSize: 72,
            HeaderHeight: 4,
            FooterHeight: 24,
            EmptyText: "No images.",
            NarrowTileSize: 96);
        return grid.Draw(Plural.Of(activations.Count, "image"), title + ": " + string.Join("; ", activations) + ".");
    }

    private static ColorImage Paint(TopActivation activation)
    {
        GrayImage picture = activation.Image;
        var image = new ColorImage(picture.Rows, picture.Columns);
        for (int i = 0; i < picture.Pixels.Count; i++)
        {
            image[i / picture.Columns, i % picture.Columns] = ColorScale.Mix(0xFFFFFF, 0, Math.Clamp(picture.Pixels[i], 0, 1));
        }

        PixelPatch patch = activation.Patch;
        ColorImage large = image.Enlarge(Scale);
        large.Frame(
            (patch.Row * Scale) - 2, (patch.Column * Scale) - 2, (patch.Rows * Scale) + 4, (patch.Columns * Scale) + 4,
            line: 2, ColorScale.Parse(ChartStyle.Orange));
        return large;
    }
}

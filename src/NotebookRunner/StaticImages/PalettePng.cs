using BigGustave;

namespace NotebookRunner.StaticImages;

/// <summary>
/// Makes a chart's PNG a quarter of its size: a palette in place of three bytes a pixel. A chart has few colors; the many
/// between them are the soft edges of letters and lines.
/// </summary>
internal static class PalettePng
{
    private const int MaxColors = 256;

    /// <summary>The same picture with a palette of its most frequent colors; any other becomes the nearest of them.</summary>
    /// <param name="png">A PNG file; transparency is lost.</param>
    public static byte[] Reduce(byte[] png)
    {
        Png picture = Png.Open(png);
        (int width, int height) = (picture.Width, picture.Height);
        int[] colors = [.. Enumerable.Range(0, width * height).Select(i => Rgb(picture.GetPixel(i % width, i / width)))];
        List<int> all = [.. colors.CountBy(color => color).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key)
            .Select(pair => pair.Key)];
        int[] palette = [.. all.Take(MaxColors)];
        var nearest = all.ToDictionary(color => color, color => palette.MinBy(candidate => Distance(candidate, color)));
        return PngFile.EncodeColor(height, width, (row, column) => nearest[colors[(row * width) + column]]);
    }

    private static int Rgb(Pixel pixel) => (pixel.R << 16) | (pixel.G << 8) | pixel.B;

    private static int Distance(int a, int b)
    {
        int red = (a >> 16) - (b >> 16), green = ((a >> 8) & 0xFF) - ((b >> 8) & 0xFF), blue = (a & 0xFF) - (b & 0xFF);
        return (red * red) + (green * green) + (blue * blue);
    }
}

using BigGustave;

namespace NotebookRunner.StaticImages;

/// <summary>
/// Makes a chart's PNG a quarter of its size: a palette in place of three bytes a pixel. A chart has few colors; the many
/// between them are the soft edges of letters and lines.
/// </summary>
internal static class PalettePng
{
    /// <summary>One less than a palette has room for: more the writer stores in full.</summary>
    private const int MaxColors = 255;

    /// <summary>The same picture with a palette of its most frequent colors; any other becomes the nearest of them.</summary>
    /// <param name="png">A PNG file; transparency is lost.</param>
    public static byte[] Reduce(byte[] png)
    {
        Png picture = Png.Open(png);
        (int width, int height) = (picture.Width, picture.Height);
        var colors = new (byte R, byte G, byte B)[width * height];
        for (int i = 0; i < colors.Length; i++)
        {
            Pixel pixel = picture.GetPixel(i % width, i / width);
            colors[i] = (pixel.R, pixel.G, pixel.B);
        }

        List<(byte R, byte G, byte B)> all =
            [.. colors.CountBy(color => color).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key)
                .Select(pair => pair.Key)];
        (byte R, byte G, byte B)[] palette = [.. all.Take(MaxColors)];
        var nearest = all.ToDictionary(color => color, color => palette.MinBy(candidate => Distance(candidate, color)));
        PngBuilder reduced = PngBuilder.Create(width, height, hasAlphaChannel: false);
        for (int i = 0; i < colors.Length; i++)
        {
            (byte red, byte green, byte blue) = nearest[colors[i]];
            reduced.SetPixel(red, green, blue, i % width, i / width);
        }

        return reduced.Save(new() { AttemptCompression = true });
    }

    private static int Distance((byte R, byte G, byte B) a, (byte R, byte G, byte B) b)
    {
        (int red, int green, int blue) = (a.R - b.R, a.G - b.G, a.B - b.B);
        return (red * red) + (green * green) + (blue * blue);
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using BigGustave;

namespace NotebookRunner.StaticImages;

/// <summary>
/// Makes a chart's PNG a quarter of its size: a palette of at most 256 colours in place of three bytes a pixel. A chart has few
/// colours; the many between them are the soft edges of letters and lines. Format: the PNG specification, colour type 3.
/// </summary>
internal static class PalettePng
{
    private const int MostColors = 256;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The same picture with a palette of its most frequent colours; any other becomes the nearest of them.</summary>
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
            [.. colors.CountBy(color => color).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key)];
        (byte R, byte G, byte B)[] palette = [.. all.Take(MostColors)];
        var indices = all.ToDictionary(color => color, color => Nearest(palette, color));
        return Write(width, height, palette, [.. colors.Select(color => indices[color])]);
    }

    private static byte Nearest((byte R, byte G, byte B)[] palette, (byte R, byte G, byte B) color)
    {
        int best = 0;
        for (int i = 1; i < palette.Length; i++)
        {
            best = Distance(palette[i], color) < Distance(palette[best], color) ? i : best;
        }

        return (byte)best;
    }

    private static int Distance((byte R, byte G, byte B) a, (byte R, byte G, byte B) b)
    {
        (int red, int green, int blue) = (a.R - b.R, a.G - b.G, a.B - b.B);
        return (red * red) + (green * green) + (blue * blue);
    }

    private static byte[] Write(int width, int height, (byte R, byte G, byte B)[] palette, byte[] indices)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 3); // bits a pixel; colour type: palette

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int row = 0; row < height; row++)
            {
                zlib.WriteByte(0); // each row names its filter: none, the best for a palette
                zlib.Write(indices, row * width, width);
            }
        }

        using var file = new MemoryStream();
        file.Write(Signature);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "PLTE"u8, [.. palette.SelectMany(color => (byte[])[color.R, color.G, color.B])]);
        WriteChunk(file, "IDAT"u8, packed.ToArray());
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] summed = [.. type, .. content];
        file.Write(summed);
        BinaryPrimitives.WriteUInt32BigEndian(number, System.IO.Hashing.Crc32.HashToUInt32(summed));
        file.Write(number);
    }
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace Files;

/// <summary>
/// Writes PNG files (ISO/IEC 15948): grey ones with 8 bits, coloured ones with a palette if that will do. BigGustave 1.0.6, with
/// which the runner reads them, cannot take its place: it writes palettes of more than 16 colours with 4 bits a pixel.
/// </summary>
internal static class PngFile
{
    // The standard's numbers of the colour types.
    private const byte Grey = 0, Rgb = 2, Palette = 3;

    /// <summary>Encodes an image in greys.</summary>
    /// <param name="rows">Height of the image in pixels.</param>
    /// <param name="columns">Width of the image in pixels.</param>
    /// <param name="greyAt">The grey of the pixel in a row and a column: 0 (black) to 255 (white).</param>
    /// <param name="scale">How many pixels of the file each pixel of the image takes, in both directions.</param>
    public static byte[] EncodeGrey(int rows, int columns, Func<int, int, int> greyAt, int scale = 1) =>
        Write(columns, rows, scale, Grey, [], greyAt);

    /// <summary>Encodes an image in colours, with a palette where there are at most 256 of them.</summary>
    /// <param name="rows">Height of the image in pixels.</param>
    /// <param name="columns">Width of the image in pixels.</param>
    /// <param name="colorAt">The colour of the pixel in a row and a column, 0xRRGGBB.</param>
    /// <param name="scale">How many pixels of the file each pixel of the image takes, in both directions.</param>
    public static byte[] EncodeColor(int rows, int columns, Func<int, int, int> colorAt, int scale = 1)
    {
        var palette = new Dictionary<int, int>();
        for (int i = 0; i < rows * columns; i++)
        {
            palette.TryAdd(colorAt(i / columns, i % columns), palette.Count);
        }

        return palette.Count <= 256
            ? Write(columns, rows, scale, Palette, [.. palette.Keys], (row, column) => palette[colorAt(row, column)])
            : Write(columns, rows, scale, Rgb, [], colorAt);
    }

    /// <summary>A PNG file as an address that a page can show.</summary>
    public static string ToDataUri(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";

    private static byte[] Write(int columns, int rows, int scale, byte type, int[] palette, Func<int, int, int> pixelAt)
    {
        ArgumentOutOfRange.ThrowIfLessThan(scale, 1);
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, columns * scale);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], rows * scale);
        header[8] = 8; // bits per sample
        header[9] = type; // then deflate, standard filters, not interlaced: all 0
        WriteChunk(file, "IHDR"u8, header);
        if (palette.Length > 0)
        {
            WriteChunk(
                file, "PLTE"u8, [.. palette.SelectMany(color => (byte[])[(byte)(color >> 16), (byte)(color >> 8), (byte)color])]);
        }

        WriteChunk(file, "IDAT"u8, Deflate(columns * scale, rows, scale, type == Rgb ? 3 : 1, pixelAt));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Deflate(int width, int rows, int scale, int bytesPerPixel, Func<int, int, int> pixelAt)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] line = new byte[1 + (width * bytesPerPixel)]; // the first byte names the filter: 0, none
            for (int row = 0; row < rows; row++)
            {
                for (int x = 0; x < width; x++)
                {
                    int pixel = pixelAt(row, x / scale);
                    for (int i = 0; i < bytesPerPixel; i++)
                    {
                        line[1 + (x * bytesPerPixel) + i] = (byte)(pixel >> (8 * (bytesPerPixel - 1 - i)));
                    }
                }

                for (int repeat = 0; repeat < scale; repeat++)
                {
                    zlib.Write(line);
                }
            }
        }

        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), content));
        file.Write(number);
    }

    /// <summary>The check of the standard, bit by bit: the files are too small for a table to matter.</summary>
    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return crc;
    }
}

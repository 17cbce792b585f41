using System.Buffers.Binary;
using System.IO.Compression;
using MnistCnn.Data;

namespace MnistCnn.Charts;

/// <summary>Writes grey images as PNG files (8-bit greyscale, ISO/IEC 15948).</summary>
internal static class PngEncoder
{
    private static readonly uint[] s_crcTable = [.. Enumerable.Range(0, 256).Select(n => CrcEntry((uint)n))];

    /// <summary>Encodes an image with dark ink on white paper, as matplotlib's colour map <c>Greys</c> shows it.</summary>
    /// <param name="image">The image; values outside 0 to 1 are clipped.</param>
    /// <param name="scale">How many pixels of the file each pixel of the image takes, in both directions.</param>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Encode(GrayImage image, int scale = 1)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        int width = image.Columns * scale;
        int height = image.Rows * scale;

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8; // bits per sample; then greyscale, deflate, standard filters, not interlaced: all 0
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Deflate(image, width, scale));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Encodes an image as an address that a page can show.</summary>
    /// <inheritdoc cref="Encode"/>
    public static string ToDataUri(GrayImage image, int scale = 1) =>
        $"data:image/png;base64,{Convert.ToBase64String(Encode(image, scale))}";

    private static ReadOnlySpan<byte> Deflate(GrayImage image, int width, int scale)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] line = new byte[width + 1]; // the first byte names the filter: 0, none
            for (int row = 0; row < image.Rows; row++)
            {
                for (int x = 0; x < width; x++)
                {
                    float ink = Math.Clamp(image.Pixels[(row * image.Columns) + (x / scale)], 0f, 1f);
                    line[x + 1] = (byte)(255 - MathF.Round(ink * 255));
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

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            crc = s_crcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint CrcEntry(uint n)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            n = (n & 1) == 0 ? n >> 1 : 0xEDB88320 ^ (n >> 1);
        }

        return n;
    }
}

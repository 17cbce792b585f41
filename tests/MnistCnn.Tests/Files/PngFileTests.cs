using System.Buffers.Binary;
using System.IO.Compression;
using global::Files;
using MnistCnn.Lab;
using MnistCnn.Tests.Charts;
using Xunit;

namespace MnistCnn.Tests.Files;

public class PngFileTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_file_holds_the_same_pixels_with_dark_ink(int scale)
    {
        GrayImage image = Samples.Image();

        (int width, int height, byte[] pixels) = Decode(image.ToPng(scale));

        Assert.Equal((28 * scale, 28 * scale), (width, height));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Assert.Equal(255 - (int)MathF.Round(255 * image.Pixels[(y / scale * 28) + (x / scale)]), pixels[(y * width) + x]);
            }
        }
    }

    [Fact]
    public void Values_out_of_range_are_clipped()
    {
        (int _, int _, byte[] pixels) = Decode(new GrayImage(1, 3, [-1f, 0.5f, 7f]).ToPng());

        Assert.Equal([255, 127, 0], pixels);
    }

    [Fact]
    public void A_data_uri_says_what_it_is() =>
        Assert.StartsWith("data:image/png;base64,iVBORw0KGgo", Samples.Image().ToDataUri(), StringComparison.Ordinal);

    [Fact]
    public void Few_colours_become_a_palette_and_many_three_bytes_a_pixel()
    {
        var few = new ColorImage(1, 3) { [0, 0] = 0x102030, [0, 1] = 0xFFFFFF, [0, 2] = 0x102030 };
        var many = new ColorImage(20, 20);
        for (int i = 0; i < 400; i++)
        {
            many[i / 20, i % 20] = 0x010203 * (i % 80) + (i << 8);
        }

        byte[] small = Encode(few, 2);
        Assert.Equal(3, small[25]); // colour type
        int palette = small.AsSpan().IndexOf("PLTE"u8);
        Assert.Equal([0x10, 0x20, 0x30, 0xFF, 0xFF, 0xFF], small[(palette + 4)..(palette + 10)]);
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0], Unfiltered(small, 6));

        byte[] large = Encode(many);
        Assert.Equal(2, large[25]);
        byte[] bytes = Unfiltered(large, 60);
        Assert.Equal(
            Enumerable.Range(0, 400).Select(i => many[i / 20, i % 20]),
            Enumerable.Range(0, 400).Select(i => (bytes[3 * i] << 16) | (bytes[(3 * i) + 1] << 8) | bytes[(3 * i) + 2]));

        static byte[] Encode(ColorImage image, int scale = 1) =>
            PngFile.EncodeColor(image.Rows, image.Columns, (row, column) => image[row, column], scale);

        static byte[] Unfiltered(byte[] file, int lineLength)
        {
            int start = file.AsSpan().IndexOf("IDAT"u8);
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(start - 4));
            using var plain = new MemoryStream();
            using var zlib = new ZLibStream(new MemoryStream(file, start + 4, length), CompressionMode.Decompress);
            zlib.CopyTo(plain);
            return [.. plain.ToArray().Where((_, i) => i % (lineLength + 1) != 0)];
        }
    }

    private static (int Width, int Height, byte[] Pixels) Decode(byte[] file)
    {
        Assert.Equal([137, 80, 78, 71, 13, 10, 26, 10], file[..8]);
        int width = 0, height = 0;
        var packed = new MemoryStream();
        int position = 8;
        string type = "";
        while (position < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(position));
            ReadOnlySpan<byte> named = file.AsSpan(position + 4, length + 4);
            Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(position + 8 + length)), Crc(named));
            type = System.Text.Encoding.ASCII.GetString(named[..4]);
            if (type == "IHDR")
            {
                width = BinaryPrimitives.ReadInt32BigEndian(named[4..]);
                height = BinaryPrimitives.ReadInt32BigEndian(named[8..]);
                Assert.Equal([8, 0, 0, 0, 0], named[12..17].ToArray());
            }
            else if (type == "IDAT")
            {
                packed.Write(named[4..]);
            }

            position += length + 12;
        }

        Assert.Equal("IEND", type);
        packed.Position = 0;
        var plain = new MemoryStream();
        new ZLibStream(packed, CompressionMode.Decompress).CopyTo(plain);
        byte[] lines = plain.ToArray();
        Assert.Equal((width + 1) * height, lines.Length);
        return (width, height, [.. lines.Where((_, i) => i % (width + 1) != 0)]);
    }

    /// <summary>The check of the PNG standard, bit by bit.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (((crc ^ (uint)(b >> bit)) & 1) * 0xEDB88320) ^ (crc >> 1);
            }
        }

        return ~crc;
    }
}

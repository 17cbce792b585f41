using System.Buffers.Binary;
using System.IO.Compression;
using MnistCnn.Native;
using Xunit;

namespace Robustness.Tests.BadData;

/// <summary>The reader of images and labels: plain, and with gzip around it.</summary>
internal static class ImageTargets
{
    private static readonly byte[] s_images = Idx(3, [3, 4, 5]);
    private static readonly byte[] s_labels = Idx(1, [30]);

    /// <summary>
    /// What gzip makes of a byte at most is 1032 of them (RFC 1951: 258 for two bits), and the buffer doubles as it grows.
    /// </summary>
    private const int MaxGzipRatio = 3 * 1032;

    public static IEnumerable<FuzzTarget> All =>
    [
        new("IDX file, plain", [s_images, s_labels], [],
            bytes => Read("images", bytes, bytes), BytesPerByte: 16, LongRun: 300_000),
        new("IDX file, damaged inside gzip", [s_images, s_labels], [],
            bytes => Read("images.gz", Zip(bytes), bytes), BytesPerByte: MaxGzipRatio, LongRun: 150_000),
        new("IDX file, damaged gzip", [Zip(s_images), Zip(s_labels)], [[0x1f, 0x8b, 8, 0]],
            bytes => Read("images.gz", bytes, Unzip(bytes)), BytesPerByte: MaxGzipRatio, LongRun: 150_000),
    ];

    public static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(content);
        }

        return zipped.ToArray();
    }

    /// <summary>The content, or null where there is no whole one.</summary>
    public static byte[]? Unzip(byte[] zipped)
    {
        try
        {
            using var stream = new GZipStream(new MemoryStream(zipped), CompressionMode.Decompress);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static bool Read(string name, byte[] file, byte[]? content)
    {
        int rank = content is [_, _, _, 1, ..] ? 1 : 3;
        try
        {
            IdxArray array = IdxFile.Read(name, new MemoryStream(file), rank);
            int header = 4 * (rank + 1);
            Assert.Equal([0, 0, 8, (byte)rank], content![..4]);
            Assert.Equal(Enumerable.Range(0, rank)
                .Select(i => BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4 * (i + 1)))), array.Shape);
            Assert.True(array.Values.Span.SequenceEqual(content.AsSpan(header)));
            Assert.Equal(array.Shape.Aggregate(1L, (product, size) => product * size), array.Values.Length);
            return true;
        }
        catch (InvalidDataException refusal)
        {
            Assert.StartsWith($"{name}: expected ", refusal.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static byte[] Idx(byte rank, int[] shape)
    {
        byte[] values = [.. Enumerable.Range(0, shape.Aggregate((product, size) => product * size)).Select(i => (byte)(i * 7))];
        byte[] header = new byte[4 * (rank + 1)];
        (header[2], header[3]) = (8, rank);
        for (int i = 0; i < rank; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 * (i + 1)), shape[i]);
        }

        return [.. header, .. values];
    }
}

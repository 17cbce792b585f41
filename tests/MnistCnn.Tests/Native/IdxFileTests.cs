using System.Buffers.Binary;
using System.IO.Compression;
using CsCheck;
using MnistCnn.Native;
using Xunit;

namespace MnistCnn.Tests.Native;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("images")]
    [InlineData("images.gz")]
    public void Gives_the_shape_and_the_bytes_plain_or_compressed(string name)
    {
        string path = Write(name, Idx(3, [2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
        IdxArray array = IdxFile.Read(path, rank: 3);
        Assert.Equal([2, 3, 2], array.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], array.Values.ToArray());
    }

    [Fact]
    public void Gives_back_whatever_was_written()
    {
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Byte.Array[25, 25], Gen.Bool).Sample((rows, columns, bytes, zipped) =>
        {
            byte[] values = bytes[..(rows * columns)];
            string path = Write(zipped ? "any.gz" : "any", Idx(2, [rows, columns], values));
            IdxArray array = IdxFile.Read(path, rank: 2);
            Assert.Equal([rows, columns], array.Shape);
            Assert.Equal(values, array.Values.ToArray());
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void A_mutated_file_is_right_data_or_the_documented_exception()
    {
        byte[] sound = Zip(Idx(3, [3, 4, 4], [.. Enumerable.Range(0, 48).Select(i => (byte)i)]));
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte, Gen.Int[0, sound.Length]).Sample((at, value, length) =>
        {
            byte[] mutated = [.. sound];
            mutated[at] = value;
            string path = _folder.File("mutated.gz");
            File.WriteAllBytes(path, mutated[..length]);
            try
            {
                IdxArray array = IdxFile.Read(path, rank: 3);
                Assert.Equal(array.Shape.Aggregate((a, b) => a * b), array.Values.Length);
            }
            catch (InvalidDataException documented)
            {
                Assert.Contains(path, documented.Message, StringComparison.Ordinal);
            }
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void A_file_that_is_no_gzip_is_named()
    {
        string path = _folder.File("broken.gz");
        File.WriteAllBytes(path, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
        Expect(path, 1, "expected a whole gzip file, found a corrupt one");
    }

    [Fact]
    public void A_gzip_that_breaks_off_is_found()
    {
        byte[] zipped = Zip(Idx(1, [5000], [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i))]));
        string path = _folder.File("short.gz");
        File.WriteAllBytes(path, zipped[..(zipped.Length / 2)]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path, 1));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzip_whose_checksum_does_not_hold_is_found()
    {
        byte[] zipped = Zip(Idx(1, [4], [1, 2, 3, 4]));
        zipped[^6] ^= 0xff;
        string path = _folder.File("crc.gz");
        File.WriteAllBytes(path, zipped);
        Expect(path, 1, "expected a whole gzip file, found a corrupt one");
    }

    [Fact]
    public void A_wrong_magic_number_is_named() => Expect(
        Write("magic", [0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0]), 1,
        "expected the magic number 0x00000801 (unsigned bytes, 1 dimensions), found 0x00000d01.");

    [Fact]
    public void A_wrong_number_of_dimensions_is_named() => Expect(
        Write("rank", Idx(1, [2], [1, 2])), 3,
        "expected the magic number 0x00000803 (unsigned bytes, 3 dimensions), found 1 dimensions.");

    [Fact]
    public void Truncated_data_is_named() => Expect(
        Write("cut", Idx(3, [2, 2, 2], [1, 2, 3])), 3, "expected 8 values (2 × 2 × 2), found only 3: it is truncated.");

    [Fact]
    public void Trailing_bytes_are_named() => Expect(
        Write("long", Idx(1, [2], [1, 2, 3])), 1, "expected the end after 2 values (2), found trailing bytes.");

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 0, 8 })]
    public void A_file_without_a_header_is_named(byte[] bytes) => Expect(
        Write("empty", bytes), 1, $"expected an IDX header, found a file of {bytes.Length} bytes.");

    [Fact]
    public void A_header_that_breaks_off_is_named() => Expect(
        Write("half", [0, 0, 8, 3, 0, 0, 0, 1]), 3, "expected a header of 16 bytes, found a file of 8 bytes.");

    [Theory]
    [InlineData(0x7fffffffu, 1u, "expected 2,147,483,647 values")]
    [InlineData(0x7fffffffu, 0x7fffffffu, "found a header that claims")]
    [InlineData(0x80000000u, 1u, "expected a dimension below 2^31, found 2,147,483,648.")]
    public void A_header_that_claims_billions_costs_no_memory(uint rows, uint columns, string expected)
    {
        byte[] bytes = Idx(2, [0, 0], []);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), rows);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), columns);
        string path = Write("huge", bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path, 2));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.True(
            error.Message.Contains(expected, StringComparison.Ordinal)
                || error.Message.Contains("found a header that claims", StringComparison.Ordinal),
            error.Message);
    }

    [Fact]
    public void A_checksum_that_does_not_hold_is_named()
    {
        string path = Write("sum", Idx(1, [2], [1, 2]));
        Expect(path, 1, $"expected SHA-256 {new string('0', 64)} of the uncompressed file, found ", new string('0', 64));
    }

    private static void Expect(string path, int rank, string expected, string? sha256 = null)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path, rank, sha256));
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private string Write(string name, byte[] content)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, name.EndsWith(".gz", StringComparison.Ordinal) ? Zip(content) : content);
        return path;
    }

    internal static byte[] Idx(byte rank, int[] shape, byte[] values)
    {
        byte[] bytes = new byte[4 + (4 * shape.Length) + values.Length];
        bytes[2] = 8;
        bytes[3] = rank;
        for (int i = 0; i < shape.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * (i + 1)), shape[i]);
        }

        values.CopyTo(bytes, 4 + (4 * shape.Length));
        return bytes;
    }

    internal static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(content);
        }

        return zipped.ToArray();
    }
}

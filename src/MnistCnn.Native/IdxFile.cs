using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace MnistCnn.Native;

/// <summary>
/// Reads the IDX format of unsigned bytes: two zero bytes, the type 0x08, the number of dimensions, each dimension as a
/// big-endian 32-bit integer, then the data in row-major order. Plain, or compressed with gzip. Of the format's other types it
/// takes QMNIST's labels: big-endian 32-bit integers (0x0C).
/// Source of the format: the page of the MNIST database by LeCun, Cortes and Burges.
/// </summary>
internal static class IdxFile
{
    public const byte UnsignedByte = 0x08;

    public const byte Int32 = 0x0c;

    /// <summary>
    /// The first buffer has the size that a well-compressed file of images comes to. It grows with what the file really
    /// holds, so that a false header cannot ask for memory.
    /// </summary>
    private const int UsualCompression = 8;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file, packed by gzip or not.</param>
    /// <param name="rank">The number of dimensions it must have: 3 for images, 1 for labels.</param>
    /// <param name="sha256">The SHA-256 of the uncompressed file in lower-case hexadecimal; null: not checked.</param>
    /// <param name="type">The type it must have; integers are read as four bytes each, in a last dimension of their own.</param>
    /// <returns>The dimensions and the data; their length is the product of the dimensions.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not what it should be; the message names it and says what was expected and what was found.
    /// </exception>
    public static IdxArray Read(string path, int rank, string? sha256 = null, byte type = UnsignedByte)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = Open(path);
        return Read(path, file, rank, sha256, type);
    }

    /// <inheritdoc cref="Read(string, int, string?, byte)"/>
    /// <param name="path">What the file is called in messages.</param>
    /// <param name="file">The content.</param>
    /// <param name="rank">The number of dimensions it must have: 3 for images, 1 for labels.</param>
    /// <param name="sha256">The SHA-256 of the uncompressed file in lower-case hexadecimal; null: not checked.</param>
    /// <param name="type">The type it must have.</param>
    internal static IdxArray Read(string path, Stream file, int rank, string? sha256 = null, byte type = UnsignedByte)
    {
        int headerLength = 4 * (rank + 1);
        using Stream stream = Unpack(path, file);
        byte[] header = new byte[headerLength];
        int[] shape = ReadHeader(path, header.AsSpan(0, Fill(path, stream, header)), type, rank);
        byte[] content = ReadContent(path, stream, header, shape, (int)Math.Min(file.Length * UsualCompression, Array.MaxLength));
        if (sha256 is not null && Sha256.HexOf(content) is var found && found != sha256)
        {
            throw Bad(path, $"SHA-256 {sha256} of the uncompressed file", found);
        }

        return new IdxArray(shape, content.AsMemory(headerLength));
    }

    /// <summary>Reads a file to see whether it is whole: images if its name says <c>idx3</c>, else labels.</summary>
    public static void Verify(string name, Stream content, string sha256) =>
        Read(name, content, name.Contains("idx3", StringComparison.Ordinal) ? 3 : 1, sha256);

    /// <summary>The type and the dimensions that a file claims to have; null if it is no IDX file, or cannot be read.</summary>
    public static (byte Type, int[] Shape)? Peek(string path)
    {
        try
        {
            using FileStream file = Open(path);
            using Stream stream = Unpack(path, file);
            byte[] header = new byte[16];
            int length = Fill(path, stream, header), rank = header[3];
            return length >= 4 && rank is >= 1 and <= 3
                ? (header[2], ReadHeader(path, header.AsSpan(0, Math.Min(length, 4 * (rank + 1))), header[2], rank))
                : null;
        }
        catch (Exception other) when (other is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);

    /// <summary>
    /// The content without gzip around it. The first byte says whether there is any: browsers unpack a file and leave it its
    /// <c>.gz</c>, or take the <c>.gz</c> from a file and leave it packed.
    /// </summary>
    private static Stream Unpack(string path, Stream file)
    {
        int first = file.ReadByte();
        file.Position = 0;
        return first == 0x1f || (first > 0 && path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
    }

    private static int[] ReadHeader(string path, ReadOnlySpan<byte> header, byte type, int rank)
    {
        if (header.Length < 4)
        {
            throw Bad(path, "an IDX header", $"a file of {header.Length} bytes");
        }

        string expected = Invariant($"the magic number 0x{(type << 8) | rank:x8} ")
            + Invariant($"({(type == UnsignedByte ? "unsigned bytes" : "32-bit integers")}, {rank} dimensions)");
        if (header[0] != 0 || header[1] != 0 || header[2] != type)
        {
            throw Bad(path, expected, $"0x{BinaryPrimitives.ReadUInt32BigEndian(header):x8}");
        }

        if (header[3] != rank)
        {
            throw Bad(path, expected, $"{header[3]} dimensions");
        }

        if (header.Length < 4 * (rank + 1))
        {
            throw Bad(path, Invariant($"a header of {4 * (rank + 1)} bytes"), $"a file of {header.Length} bytes");
        }

        int[] shape = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * (i + 1))..]);
            shape[i] = size <= int.MaxValue ? (int)size : throw Bad(path, "a dimension below 2^31", Number(size));
        }

        return type == Int32 ? [.. shape, sizeof(int)] : shape;
    }

    private static byte[] ReadContent(string path, Stream stream, byte[] header, int[] shape, int firstBuffer)
    {
        decimal length = shape.Aggregate(1m, (product, size) => product * size);
        if (length > Array.MaxLength - header.Length)
        {
            throw Bad(
                path, $"at most {Number(Array.MaxLength - header.Length)} values", $"a header that claims {Number(length)}");
        }

        int total = header.Length + (int)length;
        byte[] content = new byte[Math.Min(total, Math.Max(firstBuffer, header.Length))];
        header.CopyTo(content, 0);
        int filled = header.Length;
        while (filled < total)
        {
            if (filled == content.Length)
            {
                Array.Resize(ref content, (int)Math.Min(total, 2L * content.Length));
            }

            int got = Fill(path, stream, content.AsSpan(filled));
            if (got == 0)
            {
                throw Bad(
                    path, $"{Number(length)} values ({string.Join(" × ", shape)})",
                    $"only {Number(filled - header.Length)}: it is truncated");
            }

            filled += got;
        }

        return Fill(path, stream, stackalloc byte[1]) == 0
            ? content
            : throw Bad(path, $"the end after {Number(length)} values ({string.Join(" × ", shape)})", "trailing bytes");
    }

    /// <summary>Reads until the buffer is full or the stream ends; gives the number of bytes read.</summary>
    private static int Fill(string path, Stream stream, Span<byte> buffer)
    {
        try
        {
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException corrupt)
        {
            throw Bad(path, "a whole gzip file", $"a corrupt one ({corrupt.Message.TrimEnd('.')})", corrupt);
        }
    }

    private static InvalidDataException Bad(string path, string expected, string found, Exception? inner = null) =>
        new($"{path}: expected {expected}, found {found}.", inner);

    private static string Number(decimal value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>The content of an IDX file of unsigned bytes.</summary>
/// <param name="Shape">The size of each dimension.</param>
/// <param name="Values">The values in row-major order; as many as the product of <paramref name="Shape"/>.</param>
internal sealed record IdxArray(IReadOnlyList<int> Shape, ReadOnlyMemory<byte> Values);

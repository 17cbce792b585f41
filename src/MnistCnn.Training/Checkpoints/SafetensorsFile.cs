using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MnistCnn.Native;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Named tensors and texts in one file, in the format that Hugging Face publishes as safetensors
/// (https://huggingface.co/docs/safetensors): 8 bytes with the length of a JSON header, the header, the numbers as they lie in
/// memory. Python reads it with <c>safetensors.torch.load_file</c>.
/// </summary>
/// <remarks>
/// Among the texts is the SHA-256 of the whole, header included, with zeros in its own place: a file of which a single bit was
/// changed is refused.
/// </remarks>
internal sealed class SafetensorsFile : IDisposable
{
    private const string MetadataName = "__metadata__";
    private const string DigestName = "sha256";
    private const int LengthSize = sizeof(ulong);

    private static readonly string s_noDigest = new('0', 64);
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private SafetensorsFile(Dictionary<string, string> metadata, Dictionary<string, Tensor> tensors) =>
        (Metadata, Tensors) = (metadata, tensors);

    /// <summary>The texts.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, on the CPU.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Writes a file; it is there whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="metadata">Texts.</param>
    /// <param name="tensors">Tensors; they are not changed.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var header = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [MetadataName] = new Dictionary<string, string>(metadata, StringComparer.Ordinal) { [DigestName] = s_noDigest },
        };
        using var data = new MemoryStream();
        foreach ((string name, Tensor value) in tensors)
        {
            Tensor dense = value.detach().cpu().contiguous();
            long begin = data.Length;
            data.Write(dense.bytes);
            header.Add(name, new
            {
                dtype = SafetensorsType.NameOf(dense.dtype),
                shape = dense.shape,
                data_offsets = new[] { begin, data.Length },
            });
        }

        // Spaces bring the numbers to an address that every type can be read from.
        string json = JsonSerializer.Serialize(header, s_json);
        byte[] text = Encoding.UTF8.GetBytes(json);
        int length = (text.Length + 7) / 8 * 8;
        byte[] file = new byte[LengthSize + length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)length);
        file.AsSpan(LengthSize, length).Fill((byte)' ');
        text.CopyTo(file, LengthSize);
        data.ToArray().CopyTo(file, LengthSize + length);
        Encoding.ASCII.GetBytes(Sha256.HexOf(file)).CopyTo(file, file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(s_noDigest)));
        AtomicFile.WriteAllBytes(path, file);
    }

    /// <summary>Reads a file. The memory that it takes is bounded by the size of the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or of another kind; the message says how.</exception>
    public static SafetensorsFile Read(string path)
    {
        byte[] file = ReadAllBytes(path);
        ulong length = file.Length < LengthSize ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (file.Length < LengthSize || length > (ulong)(file.Length - LengthSize))
        {
            throw new InvalidDataException($"{path}: this is no safetensors file, or its end is missing.");
        }

        int start = LengthSize + (int)length;
        try
        {
            using JsonDocument header = JsonDocument.Parse(file.AsMemory(LengthSize, (int)length));
            Dictionary<string, string> metadata = MetadataOf(header.RootElement);
            CheckDigest(path, file, metadata);
            return new(metadata, TensorsOf(path, header.RootElement, file.AsSpan(start)));
        }
        catch (Exception exception) when (
            exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
                or OverflowException)
        {
            throw new InvalidDataException(
                $"{path}: the file is damaged: its header cannot be read ({exception.Message})", exception);
        }
    }

    /// <summary>Gives the tensors' memory back.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }

    private static byte[] ReadAllBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException exception) when (
            exception is not (FileNotFoundException or DirectoryNotFoundException) && new FileInfo(path).Length > int.MaxValue)
        {
            throw new InvalidDataException($"{path}: the file is larger than 2 GB.", exception);
        }
    }

    private static Dictionary<string, string> MetadataOf(JsonElement header)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (header.TryGetProperty(MetadataName, out JsonElement texts))
        {
            foreach (JsonProperty text in texts.EnumerateObject())
            {
                metadata[text.Name] = text.Value.GetString() ?? "";
            }
        }

        return metadata;
    }

    private static void CheckDigest(string path, byte[] file, Dictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(DigestName, out string? digest) || digest.Length != s_noDigest.Length)
        {
            throw new InvalidDataException($"{path}: the file has no checksum; it was not written by this library.");
        }

        byte[] plain = [.. file];
        int at = plain.AsSpan().IndexOf(Encoding.UTF8.GetBytes(digest));
        if (at >= 0)
        {
            Encoding.ASCII.GetBytes(s_noDigest).CopyTo(plain, at);
        }

        if (at < 0 || Sha256.HexOf(plain) != digest)
        {
            throw new InvalidDataException($"{path}: the file is damaged: its checksum is not the one that it was written with.");
        }
    }

    private static Dictionary<string, Tensor> TensorsOf(string path, JsonElement header, ReadOnlySpan<byte> data)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            long expected = 0;
            foreach (JsonProperty entry in header.EnumerateObject().Where(property => property.Name != MetadataName))
            {
                ScalarType type = SafetensorsType.Of(entry.Value.GetProperty("dtype").GetString()!);
                long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
                long[] offsets =
                    [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
                long bytes = shape.Aggregate((long)SafetensorsType.SizeOf(type), (product, size) => checked(product * size));
                if (shape.Any(size => size is < 0 or > int.MaxValue)
                    || offsets.Length != 2 || offsets[0] != expected || offsets[1] - offsets[0] != bytes
                    || offsets[1] > data.Length)
                {
                    throw new InvalidDataException(
                        $"{path}: the file is damaged: {entry.Name} of shape {new Shape(shape)} does not lie where it should.");
                }

                expected = offsets[1];
                Tensor tensor = empty(shape, dtype: type).DetachFromDisposeScope();
                if (!tensors.TryAdd(entry.Name, tensor))
                {
                    tensor.Dispose();
                    throw new InvalidDataException($"{path}: the file is damaged: {entry.Name} is there twice.");
                }

                data.Slice((int)offsets[0], (int)bytes).CopyTo(tensor.bytes);
            }

            return expected == data.Length
                ? tensors
                : throw new InvalidDataException($"{path}: the file is damaged: there is more after the last tensor.");
        }
        catch
        {
            foreach (Tensor tensor in tensors.Values)
            {
                tensor.Dispose();
            }

            throw;
        }
    }
}

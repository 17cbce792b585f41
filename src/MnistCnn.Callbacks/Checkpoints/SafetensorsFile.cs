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
/// memory. Python reads it with <c>safetensors.torch.load_file</c>, and what Python writes is read here.
/// </summary>
/// <remarks>
/// Among the texts of a file of this library are its kind and the SHA-256 of the whole, header included, with zeros in its own
/// place: a file of which a single bit was changed is refused. Files of others have no such checksum.
/// </remarks>
internal sealed class SafetensorsFile : IDisposable
{
    private const string MetadataName = "__metadata__";
    private const string KindName = "kind";
    private const string OwnKinds = "MnistCnn ";
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

    /// <summary>What the file is, if this library wrote it; otherwise null.</summary>
    public string? Kind => OwnKindOf(Metadata);

    /// <summary>Writes a file; it is there whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced, a folder that is missing is made.</param>
    /// <param name="kind">What the file is: <c>MnistCnn</c>, a word, and the number of the version.</param>
    /// <param name="metadata">Other texts.</param>
    /// <param name="tensors">Tensors; they are not changed.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(
        string path, string kind, IReadOnlyDictionary<string, string> metadata,
        IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        // What is refused leaves no folder behind.
        byte[] bytes = Serialize(kind, metadata, tensors);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.WriteAllBytes(path, bytes);
    }

    /// <summary>The bytes of a file.</summary>
    /// <inheritdoc cref="Write"/>
    public static byte[] Serialize(
        string kind, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal) { [KindName] = kind };
        foreach ((string name, string value) in metadata)
        {
            texts.Add(name, value);
        }

        texts.Add(DigestName, s_noDigest);
        var header = new Dictionary<string, object>(StringComparer.Ordinal) { [MetadataName] = texts };
        using var data = new MemoryStream();
        foreach ((string name, Tensor value) in tensors)
        {
            Tensor dense = value.detach().cpu().contiguous();
            long begin = data.Length;
            data.Write(dense.bytes);
            string dtype = SafetensorsType.NameOf(dense.dtype);
            header.Add(name, new { dtype, dense.shape, data_offsets = new[] { begin, data.Length } });
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
        return file;
    }

    /// <summary>Reads a file. The memory that it takes is bounded by the size of the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or of another kind; the message says how.</exception>
    public static SafetensorsFile Read(string path) => Parse(path, ReadAllBytes(path));

    /// <summary>Reads the bytes of a file. The memory that it takes is bounded by their number.</summary>
    /// <param name="path">What the file is called in messages.</param>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">The file is damaged or of another kind; the message says how.</exception>
    public static SafetensorsFile Parse(string path, byte[] file)
    {
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
            if (OwnKindOf(metadata) is not null)
            {
                CheckDigest(path, file, metadata);
            }

            return new(metadata, TensorsOf(path, header.RootElement, file.AsSpan(start)));
        }
        catch (Exception exception) when (
            exception is JsonException or InvalidOperationException or FormatException
                or KeyNotFoundException or OverflowException)
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

    private static string? OwnKindOf(IReadOnlyDictionary<string, string> metadata) =>
        metadata.GetValueOrDefault(KindName) is { } kind && kind.StartsWith(OwnKinds, StringComparison.Ordinal) ? kind : null;

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
            throw new InvalidDataException($"{path}: the file is damaged: its checksum is missing.");
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
        // The header names them in any order; the numbers lie one after the other, without a gap.
        IOrderedEnumerable<Entry> entries = header.EnumerateObject().Where(property => property.Name != MetadataName)
            .Select(property => EntryOf(path, property)).OrderBy(entry => entry.Begin).ThenBy(entry => entry.End);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            long end = 0;
            foreach ((string name, ScalarType type, long[] shape, long begin, long entryEnd) in entries)
            {
                long bytes = BytesOf(type, shape);
                if (begin != end || bytes > data.Length - end || entryEnd != begin + bytes)
                {
                    throw new InvalidDataException(
                        $"{path}: the file is damaged: {name} of shape {new Shape(shape)} does not lie where it should.");
                }

                if (tensors.ContainsKey(name))
                {
                    throw new InvalidDataException($"{path}: the file is damaged: {name} is there twice.");
                }

                Tensor tensor = empty(shape, dtype: type).DetachFromDisposeScope();
                tensors.Add(name, tensor);
                data.Slice((int)begin, (int)bytes).CopyTo(tensor.bytes);
                end = entryEnd;
            }

            return end == data.Length
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

    private static Entry EntryOf(string path, JsonProperty property)
    {
        string type = property.Value.GetProperty("dtype").GetString() ?? "";
        JsonElement offsets = property.Value.GetProperty("data_offsets");
        return offsets.GetArrayLength() == 2
            ? new Entry(
                property.Name,
                SafetensorsType.Of(type) ?? throw new InvalidDataException(
                    $"{path}: the numbers of {property.Name} are of the type {type}, which this library does not know."),
                [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
                offsets[0].GetInt64(), offsets[1].GetInt64())
            : throw new FormatException(Invariant($"{property.Name} has {offsets.GetArrayLength()} offsets instead of two."));
    }

    private static long BytesOf(ScalarType type, long[] shape)
    {
        if (shape.Any(size => size < 0))
        {
            throw new FormatException("A size is negative.");
        }

        // Also beside a size of 0 the others must have a product: libtorch computes the strides with it.
        long bytes = shape.Aggregate((long)SafetensorsType.SizeOf(type), (product, size) => checked(product * Math.Max(size, 1)));
        return shape.Contains(0) ? 0 : bytes;
    }

    private sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);
}

using System.IO.Compression;
using System.Text;
using static System.FormattableString;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>
/// Trained weights in a quarter of their size: each row of a tensor is kept as whole numbers from −127 to 127 and the one
/// number they are multiplied by.
/// </summary>
/// <remarks>
/// The format, in gzip: the four letters <c>MCW1</c>; the number of tensors (int32); for each its name (length-prefixed
/// UTF-8), the number of axes (byte), the size of each (int32), a float32 for each place on the first axis, an int8 for each
/// number. All little-endian.
/// </remarks>
internal static class WeightFile
{
    private const int MostTensors = 1000;
    private const int MostBytesInName = 1000;
    private const int MostAxes = 8;
    private static readonly byte[] s_magic = "MCW1"u8.ToArray();

    /// <summary>Writes the parameters of a model.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="model">The model; it is not changed.</param>
    public static void Write(string path, nn.Module model)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var writer = new BinaryWriter(zip, Encoding.UTF8))
        {
            var parameters = model.named_parameters().ToList();
            writer.Write(s_magic);
            writer.Write(parameters.Count);
            foreach ((string name, Tensor parameter) in parameters)
            {
                writer.Write(name);
                WriteTensor(writer, parameter);
            }
        }

        AtomicFile.WriteAllBytes(path, buffer.ToArray());
    }

    /// <summary>Gives a model the weights of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">A model with parameters of the same names and shapes; if the file is refused it stays as it is.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model; the message says how.</exception>
    public static void Read(string path, nn.Module model)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Read(path, file, model);
    }

    /// <inheritdoc cref="Read(string, nn.Module)"/>
    /// <param name="path">What the file is called in messages.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="model">A model with parameters of the same names and shapes; if the file is refused it stays as it is.</param>
    internal static void Read(string path, Stream content, nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var parameters = model.named_parameters().ToDictionary(item => item.name, item => (Tensor)item.parameter, StringComparer.Ordinal);
        Dictionary<string, Tensor> tensors;
        try
        {
            using var zip = new GZipStream(content, CompressionMode.Decompress);
            using var reader = new BinaryReader(zip, Encoding.UTF8);
            tensors = ReadTensors(path, reader, parameters);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"{path}: the file ends too early.", exception);
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"{path}: expected the length of a name, found a number of too many bytes.", exception);
        }

        foreach ((string name, Tensor tensor) in tensors)
        {
            parameters[name].copy_(tensor);
        }
    }

    private static void WriteTensor(BinaryWriter writer, Tensor parameter)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Tensor rows = parameter.detach().reshape(parameter.shape[0], -1);
        Tensor scale = rows.abs().amax([1]) / 127;
        Tensor divisor = scale.masked_fill(scale == 0, 1).unsqueeze(1);
        writer.Write((byte)parameter.shape.Length);
        foreach (long size in parameter.shape)
        {
            writer.Write((int)size);
        }

        foreach (float value in scale.data<float>())
        {
            writer.Write(value);
        }

        foreach (sbyte value in (rows / divisor).round().to(ScalarType.Int8).data<sbyte>())
        {
            writer.Write(value);
        }
    }

    private static Dictionary<string, Tensor> ReadTensors(string path, BinaryReader reader, Dictionary<string, Tensor> parameters)
    {
        if (!reader.ReadBytes(s_magic.Length).AsSpan().SequenceEqual(s_magic))
        {
            throw new InvalidDataException($"{path}: expected the letters MCW1 at the start.");
        }

        int count = Within(path, reader.ReadInt32(), MostTensors, "tensors");
        if (count != parameters.Count)
        {
            throw new InvalidDataException($"{path}: expected {parameters.Count} tensors, found {count}.");
        }

        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string name = Encoding.UTF8.GetString(reader.ReadBytes(Within(path, reader.Read7BitEncodedInt(), MostBytesInName, "bytes in a name")));
            var shape = new Shape(ReadShape(path, reader));

            // Before anything of that size is asked of memory.
            if (!parameters.TryGetValue(name, out Tensor? parameter) || !parameter.Shape().Equals(shape))
            {
                string expected = parameter is null ? $"one of {string.Join(", ", parameters.Keys)}" : $"{name} of shape {parameter.Shape()}";
                throw new InvalidDataException($"{path}: expected {expected}, found {(parameter is null ? name : shape)}.");
            }

            if (!tensors.TryAdd(name, ReadTensor(path, reader, parameter.shape)))
            {
                throw new InvalidDataException($"{path}: {name} is there twice.");
            }
        }

        return reader.BaseStream.ReadByte() < 0
            ? tensors
            : throw new InvalidDataException($"{path}: there is more after the last tensor.");
    }

    private static long[] ReadShape(string path, BinaryReader reader)
    {
        long[] shape = new long[Within(path, reader.ReadByte(), MostAxes, "axes")];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = Within(path, reader.ReadInt32(), int.MaxValue, "numbers on an axis");
        }

        return shape;
    }

    private static Tensor ReadTensor(string path, BinaryReader reader, long[] shape)
    {
        float[] scale = new float[shape[0]];
        for (int i = 0; i < scale.Length; i++)
        {
            scale[i] = reader.ReadSingle();
            if (!float.IsFinite(scale[i] * sbyte.MinValue))
            {
                throw new InvalidDataException($"{path}: expected weights that are finite, found some of up to 128 times {scale[i]}.");
            }
        }

        int numbers = (int)shape.Aggregate((product, size) => product * size);
        byte[] values = reader.ReadBytes(numbers);
        if (values.Length < numbers)
        {
            throw new EndOfStreamException();
        }

        int perRow = numbers / scale.Length;
        float[] weights = new float[numbers];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (sbyte)values[i] * scale[i / perRow];
        }

        return tensor(weights).reshape(shape);
    }

    private static int Within(string path, long value, long most, string what) => value >= 1 && value <= most
        ? (int)value
        : throw new InvalidDataException(Invariant($"{path}: expected 1 to {most:N0} {what}, found {value}."));
}

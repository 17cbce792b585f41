using System.IO.Compression;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Trained weights in about a quarter of their size: each row of a tensor is kept as whole numbers from −127 to 127 and the one
/// number they are multiplied by.
/// </summary>
/// <remarks>
/// The format is safetensors in gzip. Beside each tensor of int8 is one of float32, whose name ends in <c>.scale</c>, with a
/// number for each place on the first axis.
/// </remarks>
internal static class QuantizedWeights
{
    private const string Kind = "MnistCnn quantized weights 1";
    private const string ScaleSuffix = ".scale";
    private const int MaxHeaderBytes = 1 << 16;

    /// <summary>Writes the parameters of a model.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="model">The model; it is not changed.</param>
    public static void Write(string path, nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var parameters = model.named_parameters().Select(entry => Quantize(entry.name, entry.parameter)).ToList();

        // The larger numbers first: so each lies at an address that it can be read from.
        byte[] file = SafetensorsFile.Serialize(
            Kind, new Dictionary<string, string>(StringComparer.Ordinal),
            [
                .. parameters.Select(entry => (entry.Name + ScaleSuffix, entry.Scale)),
                .. parameters.Select(entry => (entry.Name, entry.Rounded)),
            ]);
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zip.Write(file);
        }

        AtomicFile.WriteAllBytes(path, buffer.ToArray());
    }

    /// <summary>Gives a model the weights of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">
    /// A model with parameters of the same names and shapes; if the file is refused it stays as it is.
    /// </param>
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
    /// <param name="model">
    /// A model with parameters of the same names and shapes; if the file is refused it stays as it is.
    /// </param>
    internal static void Read(string path, Stream content, nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        List<(string Name, Tensor Value)> parameters =
            [.. model.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter))];
        long most = MaxHeaderBytes + parameters.Sum(entry => entry.Value.numel() + (sizeof(float) * entry.Value.shape[0]));
        using SafetensorsFile file = SafetensorsFile.Parse(path, Unzip(path, content, most));
        if (file.Kind != Kind)
        {
            throw new InvalidDataException($"{path}: expected a file of \"{Kind}\", found \"{file.Kind}\".");
        }

        if (file.Tensors.Count != 2 * parameters.Count)
        {
            throw new InvalidDataException(
                Invariant($"{path}: expected {2 * parameters.Count} tensors, found {file.Tensors.Count}."));
        }

        Tensor[] weights = [.. parameters.Select(entry => Weights(path, file, entry.Name, entry.Value.shape))];
        for (int i = 0; i < weights.Length; i++)
        {
            parameters[i].Value.copy_(weights[i]);
        }
    }

    private static (string Name, Tensor Rounded, Tensor Scale) Quantize(string name, Tensor parameter)
    {
        Tensor rows = parameter.reshape(parameter.shape[0], -1);
        Tensor scale = rows.abs().amax([1]) / 127;
        Tensor divisor = scale.masked_fill(scale == 0, 1).unsqueeze(1);
        return (name, (rows / divisor).round().to(ScalarType.Int8).reshape(parameter.shape), scale);
    }

    private static Tensor Weights(string path, SafetensorsFile file, string name, long[] shape)
    {
        Tensor rounded = Expected(path, file, name, ScalarType.Int8, shape);
        Tensor scale = Expected(path, file, name + ScaleSuffix, ScalarType.Float32, [shape[0]]);
        if (!(scale * sbyte.MinValue).isfinite().all().item<bool>())
        {
            throw new InvalidDataException($"{path}: expected weights that are finite, found some in {name} that are not.");
        }

        return (rounded.reshape(shape[0], -1) * scale.unsqueeze(1)).reshape(shape);
    }

    private static Tensor Expected(string path, SafetensorsFile file, string name, ScalarType type, long[] shape)
    {
        Tensor? found = file.Tensors.GetValueOrDefault(name);
        return found is not null && found.dtype == type && found.shape.AsSpan().SequenceEqual(shape)
            ? found
            : throw new InvalidDataException(
                $"{path}: expected {name} of shape {new Shape(shape)}, {type}, found "
                + (found is null ? "none." : $"{found.Shape()}, {found.dtype}."));
    }

    /// <summary>What gzip holds, if it is no more than the model needs: a small file can hold gigabytes of zeros.</summary>
    private static byte[] Unzip(string path, Stream content, long most)
    {
        byte[] plain = new byte[most + 1];
        try
        {
            using var zip = new GZipStream(content, CompressionMode.Decompress);
            int length = zip.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            return length <= most
                ? plain[..length]
                : throw new InvalidDataException(Invariant($"it holds more than {most:N0} bytes."));
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path}: the file is damaged or of another model: {exception.Message}", exception);
        }
    }
}

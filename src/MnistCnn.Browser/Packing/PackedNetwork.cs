using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// A trained network small enough to be stored with an output: its layers, and its weights as whole numbers, deflated.
/// </summary>
/// <remarks>
/// Layers with few weights keep 8 bits. The others get as many levels as fit; a dense layer over feature maps is rounded so that
/// errors of neighbours cancel, see <see cref="RoundedWeights.Spread"/>. The script computes channel by channel whatever the
/// model's data format is, so the weights of the first dense layer are stored in that order.
/// </remarks>
internal sealed class PackedNetwork
{
    /// <summary>A layer of fewer weights keeps 8 bits: it would save little.</summary>
    private const int FewWeights = 50_000;

    private const int FinestLevels = 127;

    private static readonly int[] s_levels = [FinestLevels, 63, 31, 15, 7];
    private static readonly JsonSerializerOptions s_json = new()
    {
        // The default would write every + of the weights with six characters. FigureHtml.ForScript guards the rest.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private PackedNetwork(int levels, IReadOnlyList<PackedLayer> layers, byte[] numbers, Sequential model)
    {
        Bits = (int)Math.Log2((2 * levels) + 2);
        Layers = layers;
        Model = model;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(numbers);
        }

        Json = JsonSerializer.Serialize(
            new { layers, count = numbers.Length, weights = Convert.ToBase64String(packed.ToArray()) }, s_json);
        Numbers = numbers;
    }

    /// <summary>Bits for each weight of the large layers.</summary>
    public int Bits { get; }

    /// <summary>The layers in order; dropout and softmax, which the script adds, are left out.</summary>
    public IReadOnlyList<PackedLayer> Layers { get; }

    /// <summary>The weights of all layers as whole numbers, one byte each.</summary>
    public IReadOnlyList<byte> Numbers { get; }

    /// <summary>Whether the model gives probabilities; else the script makes them of what it gives.</summary>
    public bool EndsWithSoftmax => Model.children().LastOrDefault() is Softmax;

    /// <summary>Layers and weights as one JSON object.</summary>
    public string Json { get; }

    /// <summary>The same layers as modules, with the rounded weights: what the script computes, computed by TorchSharp.</summary>
    public Sequential Model { get; }

    /// <summary>Packs a network as finely as the room allows.</summary>
    /// <param name="model">A <c>Sequential</c> over images of one channel.</param>
    /// <param name="mostBytes">The most characters that <see cref="Json"/> may have.</param>
    /// <exception cref="ArgumentException">The script does not know a layer's kind, or the network does not fit.</exception>
    public static PackedNetwork Of(nn.Module<Tensor, Tensor> model, int mostBytes)
    {
        PackedNetwork? packed = null;
        foreach (int levels in s_levels)
        {
            packed = Pack(model, levels);
            if (packed.Json.Length <= mostBytes)
            {
                return packed;
            }
        }

        throw new ArgumentException(
            Invariant($"With {packed!.Bits} bits a weight the network still takes {packed.Json.Length:N0} bytes; ")
            + Invariant($"there is room for {mostBytes:N0}. Take a smaller network, or allow more."),
            nameof(model));
    }

    private static PackedNetwork Pack(nn.Module<Tensor, Tensor> model, int levels)
    {
        if (!ModelTracer.IsRow(model)
            || model.modules().Prepend(model).OfType<nn.Module<Tensor, Tensor>>().Any(ModelLayout.HasForeignHooks))
        {
            throw new ArgumentException(
                "The explorer computes layers that stand in a row, in a Sequential: it cannot see what a forward or a hook of "
                + "your own does.", nameof(model));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        ImageDataFormat format = ModelLayout.Of(model).DataFormat;
        var layers = new List<PackedLayer>();
        var modules = new List<(string, nn.Module<Tensor, Tensor>)>();
        using var numbers = new MemoryStream();
        IReadOnlyList<LayerTrace> traces = ModelTracer.Trace(model, null);
        Shape? maps = null; // What the first flatten gets: (channels, rows, columns).
        foreach (LayerTrace trace in traces)
        {
            bool last = trace == traces[^1];
            switch (trace.Module)
            {
                case Dropout or Dropout2d:
                    break;
                case Softmax { dim: 1 or -1 } when last:
                    modules.Add((trace.Name, nn.Softmax(1)));
                    break;
                case ReLU:
                    layers.Add(new PackedLayer("relu", trace.Name));
                    modules.Add((trace.Name, nn.ReLU()));
                    break;
                case Flatten { start_dim: 1, end_dim: -1 }:
                    maps = ChannelsFirst(trace.InputShape, format);
                    layers.Add(new PackedLayer("flatten", trace.Name));
                    modules.Add((trace.Name, nn.Flatten()));
                    break;
                case MaxPool2d pool when IsPlain(pool):
                    layers.Add(new PackedLayer(
                        "maxPool", trace.Name, Rows: (int)pool.kernel_size[0], Columns: (int)pool.kernel_size[^1]));
                    modules.Add((trace.Name, nn.MaxPool2d((pool.kernel_size[0], pool.kernel_size[^1]))));
                    break;
                case Conv2d conv when IsPlain(conv):
                    AddConvolution(trace.Name, conv);
                    break;
                case Linear linear:
                    AddDense(trace.Name, linear);
                    maps = null;
                    break;
                default:
                    throw new ArgumentException(
                        $"The explorer cannot compute {trace.Name} ({LayerType.NameOf(trace.Module)}). It knows convolutions "
                        + "with stride 1 and no padding, max-pooling, dense layers, ReLU, flatten and dropout, "
                        + "and softmax at the end, in a Sequential.",
                        nameof(model));
            }
        }

        Sequential copy = nn.Sequential(modules.ToArray());
        ModelLayout.Of(copy, format).InputShape = ModelLayout.Of(model).InputShape;
        copy.eval();
        return new PackedNetwork(levels, layers, numbers.ToArray(), copy);

        void AddConvolution(string name, Conv2d conv)
        {
            RoundedWeights rounded = RoundedWeights.Nearest(
                Values(conv.weight!), (int)conv.out_channels, LevelsFor(conv.weight!));
            long[] shape = conv.weight!.shape;
            Conv2d same = nn.Conv2d(conv.in_channels, conv.out_channels, (shape[2], shape[3]));
            Fill(same.weight!, rounded.Values(), same.bias!, conv.bias);
            modules.Add((name, same));
            numbers.Write([.. rounded.Numbers.Select(number => (byte)number)]);
            layers.Add(new PackedLayer(
                "conv2d", name, (int)shape[1], (int)shape[0], (int)shape[2], (int)shape[3], rounded.Factors, Values(same.bias!)));
        }

        void AddDense(string name, Linear linear)
        {
            Tensor weight = linear.weight!;
            (int outputs, int inputs) = ((int)weight.shape[0], (int)weight.shape[1]);
            bool reorder = maps is { Count: 3 } && format == ImageDataFormat.ChannelsLast;
            Tensor ordered = reorder
                ? weight.reshape(outputs, maps![1], maps[2], maps[0]).permute(0, 3, 1, 2).reshape(outputs, inputs)
                : weight;
            int most = LevelsFor(weight);
            RoundedWeights rounded = maps is { Count: 3 } && most < FinestLevels
                ? RoundedWeights.Spread(Values(ordered), outputs, most, (int)maps[1], (int)maps[2])
                : RoundedWeights.Nearest(Values(ordered), outputs, most);
            Tensor values = tensor(rounded.Values()).reshape(outputs, inputs);
            values = reorder
                ? values.reshape(outputs, maps![0], maps[1], maps[2]).permute(0, 2, 3, 1).reshape(outputs, inputs)
                : values;
            Linear same = nn.Linear(inputs, outputs);
            Fill(same.weight!, Values(values), same.bias!, linear.bias);
            modules.Add((name, same));
            numbers.Write([.. rounded.Numbers.Select(number => (byte)number)]);
            layers.Add(new PackedLayer("dense", name, inputs, outputs, Factors: rounded.Factors, Biases: Values(same.bias!)));
        }

        int LevelsFor(Tensor weight) => weight.numel() < FewWeights ? FinestLevels : levels;
    }

    private static bool IsPlain(Conv2d conv) =>
        conv is { groups: 1, transposed: false } && (conv.padding_type is null or Padding.Valid)
        && (conv.padding is null || conv.padding.All(n => n == 0))
        && conv.stride.All(n => n == 1) && conv.dilation.All(n => n == 1);

    private static bool IsPlain(MaxPool2d pool) =>
        !pool.ceil_mode && (pool.padding is null || pool.padding.All(n => n == 0))
        && (pool.dilation is null || pool.dilation.All(n => n == 1))
        && (pool.stride is not { Length: > 0 }
            || (pool.stride[0], pool.stride[^1]) == (pool.kernel_size[0], pool.kernel_size[^1]));

    private static Shape ChannelsFirst(Shape shape, ImageDataFormat format) =>
        shape.Count == 4 && format == ImageDataFormat.ChannelsLast
            ? new Shape(shape[3], shape[1], shape[2])
            : new Shape([.. shape.Skip(1)]);

    private static float[] Values(Tensor tensor) =>
        tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();

    private static void Fill(Parameter weight, float[] values, Parameter bias, Parameter? original)
    {
        weight.copy_(tensor(values).reshape(weight.shape));
        bias.copy_(original ?? zeros_like(bias));
    }
}

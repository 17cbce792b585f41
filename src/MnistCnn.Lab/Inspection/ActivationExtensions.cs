using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>Looks at what the layers of a model compute, without changing it: no dropout, no gradients.</summary>
public static class ActivationExtensions
{
    /// <summary>Samples that go through at a time where only a part of what the layers give is kept.</summary>
    private const int BatchSize = 100;

    /// <summary>Sends samples through a model and keeps what every layer gives.</summary>
    /// <param name="model">The model; its weights, its mode and its hooks stay as they are.</param>
    /// <param name="x">
    /// Samples, float32 (n, …) in the model's data format. Few: one leaves about 0.6 MB in the exercise's third network.
    /// </param>
    /// <returns>
    /// The layers in order, activation functions with a place of their own, and a layer that is used twice with two.
    /// </returns>
    /// <exception cref="ArgumentException">The tensor is wrong; the message says what was expected.</exception>
    public static Activations Activations(this nn.Module<Tensor, Tensor> model, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(model);
        LabeledDataset.CheckSamples(model, x, nameof(x));
        var layers = new List<LayerActivation>();
        ImageDataFormat format = ModelLayout.Of(model).DataFormat;
        TorchSharp.DisposeScope? caller = CurrentDisposeScope;
        Run(model, x, (name, module, _, output) => layers.Add(
            new LayerActivation(name, LayerType.NameOf(module), output.clone().MoveToOtherDisposeScope(caller), format)));
        return new Activations(layers);
    }

    /// <summary>What one layer gives for many samples.</summary>
    /// <param name="model">The model; its weights, its mode and its hooks stay as they are.</param>
    /// <param name="layer">The name of the layer: <c>relu_6</c>.</param>
    /// <param name="x">Samples, float32 (n, …) in the model's data format.</param>
    /// <param name="cancellationToken">Stops the pass, as a notebook's stop button does.</param>
    /// <returns>
    /// float tensor in the model's data format: (n, rows, columns, channels) of an image layer or (n, units); of the first use,
    /// if the layer is used again by the same name.
    /// </returns>
    /// <exception cref="ArgumentException">There is no such layer, or the tensor is wrong.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public static Tensor ActivationsOf(
        this nn.Module<Tensor, Tensor> model, string layer, Tensor x, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        LabeledDataset.CheckSamples(model, x, nameof(x));
        ModelTracer.Leaf(model, layer);
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        ForEachBatch(x, (first, batch) =>
        {
            int before = parts.Count;
            Run(model, batch, (name, _, _, output) =>
            {
                if (name == layer && parts.Count == before)
                {
                    parts.Add(output.clone().MoveToOtherDisposeScope(scope));
                }
            });
            if (parts.Count == before)
            {
                throw new ArgumentException($"{layer} is not called when the model computes.", nameof(layer));
            }
        }, cancellationToken);
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>The samples of the largest activations in one channel of a layer, each with its place.</summary>
    /// <param name="model">A model whose layers stand in a row.</param>
    /// <param name="layer">The name of a layer that gives images: <c>relu_5</c>.</param>
    /// <param name="channel">The feature map, from 0.</param>
    /// <param name="x">Images, float32 (n, rows, columns, channels) or as the model's data format has them.</param>
    /// <param name="count">How many at the most.</param>
    /// <param name="cancellationToken">Stops the pass, as a notebook's stop button does.</param>
    /// <returns>The largest activation first; an image counts once, with its largest number.</returns>
    /// <exception cref="ArgumentException">There is no such layer, it gives no images, or the tensor is wrong.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public static IReadOnlyList<TopActivation> TopActivations(
        this nn.Module<Tensor, Tensor> model, string layer, int channel, Tensor x, int count = 9,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRange.ThrowIfNegative(channel);
        ArgumentOutOfRange.ThrowIfLessThan(count, 1);
        ReceptiveField field = ReceptiveField.Of(model, layer);
        ImageDataFormat format = ModelLayout.Of(model).DataFormat;
        LabeledDataset.CheckSamples(model, x, nameof(x));
        var layers = ModelTracer.Leaves(model);
        layers = layers[..(layers.FindIndex(leaf => leaf.Name == layer) + 1)];
        var peaks = new List<(int Index, float Value, int Row, int Column)>();
        using ModuleModes modes = ModuleModes.Eval(model);
        using var off = no_grad();
        ForEachBatch(x, (first, batch) =>
        {
            Tensor maps = Map([.. layers.Select(leaf => leaf.Module)], channel, ModelLayout.Of(model).ToChannelsFirst(batch));
            (Tensor values, Tensor places) = maps.reshape(maps.shape[0], -1).max(1);
            float[] largest = values.to(ScalarType.Float32).data<float>().ToArray();
            long[] at = places.data<long>().ToArray();
            peaks.AddRange(
                largest.Select((value, i) => (first + i, value, (int)(at[i] / maps.shape[2]), (int)(at[i] % maps.shape[2]))));
        }, cancellationToken);
        var images = new ImageSource(x, format);
        return
        [
            .. peaks.OrderByDescending(peak => peak.Value).ThenBy(peak => peak.Index).Take(count).Select(peak =>
            {
                GrayImage image = images.Get(peak.Index);
                return new TopActivation(
                    peak.Index, image, peak.Value, peak.Row, peak.Column,
                    field.Patch(peak.Row, peak.Column, image.Rows, image.Columns));
            }),
        ];
    }

    /// <summary>One channel of what the last of some layers gives: (n, rows, columns) of (n, channels, rows, columns).</summary>
    private static Tensor Map(IReadOnlyList<nn.Module<Tensor, Tensor>> layers, int channel, Tensor images)
    {
        // Where every layer behind the last convolution takes each channel by itself, one filter of it is enough.
        int last = layers.ToList().FindLastIndex(layer => layer is not (ReLU or MaxPool2d or AvgPool2d or Dropout));
        bool isAlone = last >= 0
            && layers[last] is Conv2d { groups: 1, padding_mode: TorchSharp.PaddingModes.Zeros, padding_type: null } conv
            && !ModelLayout.HasForeignHooks(conv);
        for (int i = 0; i < layers.Count; i++)
        {
            images = isAlone && i == last ? OneFilter((Conv2d)layers[i], channel, images) : layers[i].call(images);
        }

        if (isAlone)
        {
            return images.select(1, 0);
        }

        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(channel, images.shape[1], nameof(channel));
        return images.select(1, channel);
    }

    private static Tensor OneFilter(Conv2d conv, int channel, Tensor images)
    {
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(channel, conv.out_channels, nameof(channel));
        return nn.functional.conv2d(
            images, conv.weight![channel..(channel + 1)], conv.bias?[channel..(channel + 1)], conv.stride, conv.padding,
            conv.dilation);
    }

    private static void ForEachBatch(Tensor x, Action<int, Tensor> take, CancellationToken cancellationToken)
    {
        using var callbacks = new CallbackList(null, verbose: false, cancellationToken);
        for (int first = 0; first < x.shape[0]; first += BatchSize)
        {
            callbacks.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            take(first, x[first..(int)Math.Min(first + BatchSize, x.shape[0])]);
        }
    }

    /// <summary>
    /// Calls the model once and hands over the name, the module, what went in and what came out of each use of a layer, in the
    /// model's data format.
    /// </summary>
    internal static void Run(
        nn.Module<Tensor, Tensor> model, Tensor x, Action<string, nn.Module, Tensor, Tensor> take)
    {
        ModelLayout layout = ModelLayout.Of(model);
        using var scope = NewDisposeScope();
        ModelTracer.Run(model, x, null, (name, module, input, output) =>
            take(name, module, layout.FromChannelsFirst(input), layout.FromChannelsFirst(output)));
    }
}

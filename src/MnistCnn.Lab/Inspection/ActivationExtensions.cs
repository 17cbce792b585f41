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
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        ForEachBatch(model, layer, x, (_, output) => parts.Add(output.clone().MoveToOtherDisposeScope(scope)), cancellationToken);
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
        var peaks = new List<(int Index, float Value, int Row, int Column)>();
        ForEachBatch(model, layer, x, (first, output) =>
        {
            Tensor maps = format == ImageDataFormat.ChannelsFirst ? output : output.permute(0, 3, 1, 2);
            ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(channel, maps.shape[1], nameof(channel));
            (Tensor values, Tensor places) = maps.select(1, channel).reshape(maps.shape[0], -1).max(1);
            float[] largest = values.to(ScalarType.Float32).data<float>().ToArray();
            long[] at = places.data<long>().ToArray();
            peaks.AddRange(
                largest.Select((value, i) => (first + i, value, (int)(at[i] / maps.shape[3]), (int)(at[i] % maps.shape[3]))));
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

    private static void ForEachBatch(
        nn.Module<Tensor, Tensor> model, string layer, Tensor x, Action<int, Tensor> take, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        LabeledDataset.CheckSamples(model, x, nameof(x));
        ModelTracer.Leaf(model, layer);
        using var callbacks = new CallbackList(null, verbose: false, cancellationToken);
        for (int first = 0; first < x.shape[0]; first += BatchSize)
        {
            callbacks.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            bool found = false;
            Run(model, x[first..(int)Math.Min(first + BatchSize, x.shape[0])], (name, _, _, output) =>
            {
                if (name == layer && !found)
                {
                    found = true;
                    take(first, output);
                }
            });
            if (!found)
            {
                throw new ArgumentException($"{layer} is not called when the model computes.", nameof(layer));
            }
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

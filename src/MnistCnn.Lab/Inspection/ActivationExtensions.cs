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
    /// <returns>The layers in order, activation functions with a place of their own.</returns>
    /// <exception cref="ArgumentException">The tensor is wrong; the message says what was expected.</exception>
    public static Activations Activations(this nn.Module<Tensor, Tensor> model, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(model);
        LabeledDataset.CheckSamples(model, x, nameof(x));
        var layers = new List<LayerActivation>();
        ImageDataFormat format = ModelLayout.Of(model).DataFormat;
        TorchSharp.DisposeScope? caller = CurrentDisposeScope;
        Run(model, ModelTracer.Leaves(model), x, (name, module, output) => layers.Add(
            new LayerActivation(name, LayerType.NameOf(module), output.clone().MoveToOtherDisposeScope(caller), format)));
        return new Activations(layers);
    }

    /// <summary>What one layer gives for many samples.</summary>
    /// <param name="model">The model; its weights, its mode and its hooks stay as they are.</param>
    /// <param name="layer">The name of the layer: <c>relu_6</c>.</param>
    /// <param name="x">Samples, float32 (n, …) in the model's data format.</param>
    /// <param name="cancellationToken">Stops the pass, as a notebook's stop button does.</param>
    /// <returns>float tensor in the model's data format: (n, rows, columns, channels) of an image layer or (n, units).</returns>
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
        (string, nn.Module<Tensor, Tensor>) watched = ModelTracer.Leaf(model, layer);
        using var callbacks = new CallbackList(null, verbose: false, cancellationToken);
        for (int first = 0; first < x.shape[0]; first += BatchSize)
        {
            callbacks.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            Run(model, [watched], x[first..(int)Math.Min(first + BatchSize, x.shape[0])], (_, _, output) => take(first, output));
        }
    }

    /// <summary>Calls the model once and hands over what the given layers give, in the model's data format.</summary>
    private static void Run(
        nn.Module<Tensor, Tensor> model,
        IReadOnlyList<(string Name, nn.Module<Tensor, Tensor> Module)> watched,
        Tensor x,
        Action<string, nn.Module, Tensor> take)
    {
        ModelLayout layout = ModelLayout.Of(model);
        var removers = new List<Action>();
        bool wasTraining = model.training;
        using var scope = NewDisposeScope();
        using var off = no_grad();
        try
        {
            foreach ((string name, nn.Module<Tensor, Tensor> module) in watched)
            {
                var hook = module.register_forward_hook((_, _, output) =>
                {
                    take(name, module, layout.FromChannelsFirst(output));
                    return null!;
                });
                removers.Add(hook.remove);
            }

            model.eval();
            model.call(x);
        }
        finally
        {
            removers.ForEach(remove => remove());
            model.train(wasTraining);
        }
    }
}

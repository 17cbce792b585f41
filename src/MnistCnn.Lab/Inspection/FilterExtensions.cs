using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>Looks at what convolutions have learnt and at what poolings keep.</summary>
public static class FilterExtensions
{
    /// <summary>The filters of a convolution.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The name of the convolution: <c>conv2d_3</c>.</param>
    /// <exception cref="ArgumentException">There is no such layer, or it is no convolution.</exception>
    public static ConvolutionFilters Filters(this nn.Module<Tensor, Tensor> model, string layer)
    {
        ArgumentNullException.ThrowIfNull(model);
        (string name, nn.Module<Tensor, Tensor> module) = ModelTracer.Leaf(model, layer);
        return module is Conv2d { weight: { } weight }
            ? new ConvolutionFilters(name, weight)
            : throw new ArgumentException($"{layer} is a {LayerType.NameOf(module)}; only a Conv2D has filters.", nameof(layer));
    }

    /// <summary>What a max-pooling makes of some feature maps of one image, and which numbers it keeps.</summary>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="layer">The name of the pooling: <c>max_pooling2d_1</c>.</param>
    /// <param name="image">One image, float32 (rows, columns, channels) or as the model's data format has it.</param>
    /// <param name="channels">The feature maps, from 0; none: all.</param>
    /// <exception cref="ArgumentException">There is no such layer, it is no max-pooling, or the tensor is wrong.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public static IReadOnlyList<PooledMap> PooledMaps(
        this nn.Module<Tensor, Tensor> model, string layer, Tensor image, params int[] channels)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(channels);
        (string _, nn.Module<Tensor, Tensor> module) = ModelTracer.Leaf(model, layer);
        if (module is not MaxPool2d pool)
        {
            throw new ArgumentException($"{layer} is a {LayerType.NameOf(module)}; expected a MaxPooling2D.", nameof(layer));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        Tensor batch = SingleImage.AsBatch(model, image, nameof(image));
        LayerActivation? before = null, after = null;
        ActivationExtensions.Run(model, batch, (name, _, input, output) =>
        {
            if (name == layer && after is null)
            {
                (before, after) = (Copy(input), Copy(output));
            }
        });
        if (before is null || after is null)
        {
            throw new ArgumentException($"{layer} is not called when the model computes.", nameof(layer));
        }

        return [.. (channels.Length > 0 ? channels : Enumerable.Range(0, after.Channels)).Select(channel =>
        {
            FeatureMap input = before.Map(channel);
            return new PooledMap(channel, input, after.Map(channel), Kept(pool, input));
        })];

        LayerActivation Copy(Tensor values) => new(
            layer, LayerType.NameOf(pool), values.clone().MoveToOtherDisposeScope(scope), ModelLayout.Of(model).DataFormat);
    }

    /// <summary>The places that a max-pooling takes its numbers from.</summary>
    private static List<(int Row, int Column)> Kept(MaxPool2d pool, FeatureMap map)
    {
        using Tensor input = tensor([.. map.Values]).reshape(1, 1, map.Rows, map.Columns);
        (Tensor _, Tensor places) = nn.functional.max_pool2d_with_indices(
            input, pool.kernel_size, pool.stride, pool.padding, pool.dilation, pool.ceil_mode);
        return [.. places.data<long>().Select(place => ((int)place / map.Columns, (int)place % map.Columns))];
    }
}

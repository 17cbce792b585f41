using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>What one layer gave for some samples.</summary>
public sealed class LayerActivation
{
    private readonly bool _channelsFirst;

    internal LayerActivation(string name, string type, Tensor values, ImageDataFormat format) =>
        (Name, Type, Values, _channelsFirst) = (name, type, values, format == ImageDataFormat.ChannelsFirst);

    /// <summary>The name the layer was given: <c>conv2d_3</c>.</summary>
    public string Name { get; }

    /// <summary>Keras's name of its kind: <c>Conv2D</c>.</summary>
    public string Type { get; }

    /// <summary>float tensor in the model's data format: (n, rows, columns, channels) of an image layer or (n, units).</summary>
    public Tensor Values { get; }

    /// <summary>Whether the layer gives images.</summary>
    public bool HasMaps => Values.dim() == 4;

    /// <summary>The number of its feature maps; of its units, if it gives no images.</summary>
    public int Channels => (int)(HasMaps && !_channelsFirst ? Values.shape[3] : Values.shape[1]);

    /// <summary>One feature map.</summary>
    /// <param name="channel">Which, from 0.</param>
    /// <param name="sample">Of which sample, from 0.</param>
    /// <exception cref="InvalidOperationException">The layer gives no images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such map or sample.</exception>
    public FeatureMap Map(int channel, int sample = 0)
    {
        if (!HasMaps)
        {
            throw new InvalidOperationException(
                $"{Name} gives {Values.Shape()}: numbers without a place in the image, no feature maps. Look at its Values.");
        }

        ArgumentOutOfRange.ThrowIfNegative(channel);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(channel, Channels);
        ArgumentOutOfRange.ThrowIfNegative(sample);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(sample, Values.shape[0]);
        using var scope = NewDisposeScope();
        Tensor map = Values[sample].select(_channelsFirst ? 0 : 2, channel).to(ScalarType.Float32).contiguous();
        return new FeatureMap((int)map.shape[0], (int)map.shape[1], map.data<float>().ToArray());
    }

    /// <summary>Name, kind and shape: <c>conv2d_3 (Conv2D): (1, 26, 26, 32)</c>.</summary>
    public override string ToString() => $"{Name} ({Type}): {Values.Shape()}";
}

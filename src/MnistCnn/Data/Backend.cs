namespace MnistCnn;

/// <summary>The switch that Keras keeps in its backend: one setting for all that is built after it.</summary>
public static class Backend
{
    private static ImageDataFormat s_imageDataFormat = ImageDataFormat.ChannelsLast;

    /// <summary>
    /// The order of the axes in image tensors, printed shapes and weights. A model keeps the order that holds when it is
    /// compiled, or first used; changing the switch later does not change that model.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the two.</exception>
    public static ImageDataFormat ImageDataFormat
    {
        get => s_imageDataFormat;
        set => s_imageDataFormat = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "It must be ChannelsLast or ChannelsFirst.");
    }
}

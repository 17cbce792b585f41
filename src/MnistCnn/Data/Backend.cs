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
            : throw ArgumentOutOfRange.Exception(nameof(value), value, "It must be ChannelsLast or ChannelsFirst.");
    }
}

/// <summary>
/// Where an image tensor keeps its channel axis (Keras: <c>image_data_format</c>).
/// </summary>
public enum ImageDataFormat
{
    /// <summary><c>channels_last</c>: (images, rows, columns, channels). Keras's default, and the exercise's.</summary>
    ChannelsLast,

    /// <summary><c>channels_first</c>: (images, channels, rows, columns). What TorchSharp computes in.</summary>
    ChannelsFirst,
}

/// <summary>The names that Keras gives to the two orders.</summary>
public static class ImageDataFormatExtensions
{
    /// <summary><c>channels_last</c> or <c>channels_first</c>.</summary>
    /// <param name="format">The order of the axes.</param>
    public static string KerasName(this ImageDataFormat format) =>
        format == ImageDataFormat.ChannelsFirst ? "channels_first" : "channels_last";
}

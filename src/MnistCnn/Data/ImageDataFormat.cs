namespace MnistCnn;

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

namespace MnistCnn;

/// <summary>The names that Keras gives to the two orders.</summary>
public static class ImageDataFormatExtensions
{
    /// <summary><c>channels_last</c> or <c>channels_first</c>.</summary>
    /// <param name="format">The order of the axes.</param>
    public static string KerasName(this ImageDataFormat format) =>
        format == ImageDataFormat.ChannelsFirst ? "channels_first" : "channels_last";
}

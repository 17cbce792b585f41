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

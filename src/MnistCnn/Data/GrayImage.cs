using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>One grey-scale image, detached from any tensor.</summary>
/// <param name="Rows">Height in pixels.</param>
/// <param name="Columns">Width in pixels.</param>
/// <param name="Pixels">
/// <c>Rows × Columns</c> values between 0 (paper) and 1 (ink), row by row from the top left.
/// </param>
public sealed record GrayImage(int Rows, int Columns, IReadOnlyList<float> Pixels) : InvariantRecord
{
    /// <summary>The image as a PNG file: dark ink on white paper, as matplotlib's colour map <c>Greys</c> shows it.</summary>
    /// <param name="scale">How many pixels of the file each pixel of the image takes, in both directions.</param>
    internal byte[] ToPng(int scale = 1) => PngFile.EncodeGrey(
        Rows,
        Columns,
        (row, column) => (byte)(255 - MathF.Round(Math.Clamp(Pixels[(row * Columns) + column], 0f, 1f) * 255)),
        scale);

    /// <summary>The image as an address that a page can show.</summary>
    /// <inheritdoc cref="ToPng" path="/param"/>
    internal string ToDataUri(int scale = 1) => PngFile.ToDataUri(ToPng(scale));
}

/// <summary>Takes single images out of a tensor of many.</summary>
/// <param name="images">float tensor (n, rows, columns, channels), (n, channels, rows, columns) or (n, rows, columns).</param>
/// <param name="format">Which of the first two it is.</param>
internal sealed class ImageSource(Tensor images, ImageDataFormat format)
{
    /// <summary>One image; several channels are averaged to grey.</summary>
    /// <param name="index">Its position, from 0.</param>
    /// <exception cref="InvalidOperationException">The samples are no images.</exception>
    public GrayImage Get(int index)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Tensor image = images[index];
        image = image.dim() == 3 ? image.mean([format == ImageDataFormat.ChannelsLast ? 2 : 0]) : image;
        return image.dim() == 2
            ? new GrayImage((int)image.shape[0], (int)image.shape[1], Expect.Floats(image))
            : throw new InvalidOperationException($"The samples have the shape {images.Shape()}: they are no images.");
    }
}

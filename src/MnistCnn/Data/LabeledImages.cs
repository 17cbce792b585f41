using static System.FormattableString;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>A set of grey-scale images and the class of each.</summary>
/// <param name="Images">uint8 tensor (n, rows, columns), 0 (paper) to 255 (ink).</param>
/// <param name="Labels">uint8 tensor (n), the class of each image.</param>
public sealed record LabeledImages(Tensor Images, Tensor Labels)
{
    /// <summary>The number of images.</summary>
    public long Count => Images.shape[0];

    /// <summary>What the set is, in one line: <c>60,000 images of 28 × 28 pixels in 10 classes</c>.</summary>
    public override string ToString()
    {
        using Tensor largest = Labels.max();
        return Invariant(
            $"{Count:N0} images of {Images.shape[1]} × {Images.shape[2]} pixels in {largest.item<byte>() + 1} classes");
    }
}

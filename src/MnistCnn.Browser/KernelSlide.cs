using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// A convolution to touch: one kernel of 3 × 3 that slides over one image, its products term by term, and the feature map that
/// grows from the sums. The nine weights can be changed. It runs in the browser.
/// </summary>
public sealed class KernelSlide : IHtmlOutput
{
    private static readonly string[] s_styles = ["page-part.css", "kernel-slide.css"];
    private readonly GrayImage _image;
    private readonly float[] _kernel;

    internal KernelSlide(GrayImage image, float[] kernel) => (_image, _kernel) = (image, kernel);

    /// <summary>An HTML fragment that stands alone; the same image and kernel give the same one.</summary>
    public string ToHtml()
    {
        string image = PageFragment.Json([_image]), kernel = JsonSerializer.Serialize(_kernel);
        string id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(image + kernel)).AsSpan(0, 6));
        const string Sentence = "A kernel of 3 × 3 weights slides over this image: at each place the nine pixels under it, each "
            + "times its weight, add up to one number of a feature map. Where scripts run, one moves it here oneself.";
        string shape = JsonSerializer.Serialize(new[] { _image.Rows, _image.Columns });
        return PageFragment.Write(
            "kernel-slide", id, "A kernel slides over an image", PageFragment.Still(_image, Sentence),
            "kernel-slide.js", "startKernelSlide", s_styles, image, shape, kernel);
    }

    /// <summary>Its kernel: <c>Kernel -1 0 1, -1 0 1, -1 0 1 over an image of 28 × 28</c>.</summary>
    public override string ToString() =>
        $"Kernel {string.Join(", ", _kernel.Chunk(3).Select(row => string.Join(' ', row.Select(Text))))} over an image of "
        + Invariant($"{_image.Rows} × {_image.Columns}");

    private static string Text(float weight) => weight.ToString("0.###", CultureInfo.InvariantCulture);
}

/// <summary>Lets a reader slide a kernel over an image.</summary>
public static class KernelSlideExtensions
{
    /// <summary>Shows what a kernel of 3 × 3 makes of an image, place by place: a convolution without padding.</summary>
    /// <param name="image">
    /// One image, (rows, columns), (rows, columns, 1) or (1, rows, columns): whole numbers from 0 to 255, or ink from 0 to 1.
    /// </param>
    /// <param name="kernel">
    /// The nine weights to begin with, row by row; null: a vertical edge, paper on the left and ink on the right.
    /// </param>
    /// <exception cref="ArgumentException">It is no image of one channel, or the kernel has not nine weights.</exception>
    public static KernelSlide SlideKernel(this Tensor image, float[]? kernel = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var scope = NewDisposeScope();
        Tensor flat = image.squeeze();
        if (flat.dim() != 2 || flat.shape.Min() < 3)
        {
            throw new ArgumentException(
                $"Expected one image of one channel, (rows, columns), given {image.Shape()}; x[0] takes the first of many.",
                nameof(image));
        }

        kernel ??= [-1, 0, 1, -1, 0, 1, -1, 0, 1];
        if (kernel.Length != 9)
        {
            throw new ArgumentException(
                Invariant($"Expected 3 × 3 = 9 weights, row by row, given {kernel.Length}."), nameof(kernel));
        }

        float[] pixels = Expect.Floats(flat);
        float white = pixels.Max() > 1 ? 255 : 1;
        return new KernelSlide(
            new GrayImage((int)flat.shape[0], (int)flat.shape[1], [.. pixels.Select(pixel => pixel / white)]),
            [.. kernel]);
    }
}

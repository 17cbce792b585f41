using TorchSharp;
using TorchSharp.Modules;

namespace MnistCnn.Acceleration;

/// <summary>A border of zeros around an image: what a convolution with padding does first.</summary>
internal sealed unsafe class PaddingLayer : SampleLayer
{
    private readonly ImageSize _image;
    private readonly ImageSize _output;
    private readonly int _top;
    private readonly int _left;

    public PaddingLayer(Conv2d module, ImageSize image)
        : base(image.Count, OutputOf(module, image).Count)
    {
        (_image, _output) = (image, OutputOf(module, image));
        (_top, _, _left, _) = BorderOf(module);
    }

    /// <summary>Whether a convolution has any border.</summary>
    public static bool IsNeeded(Conv2d module) => BorderOf(module) != default;

    /// <summary>The image with the border around it.</summary>
    public static ImageSize OutputOf(Conv2d module, ImageSize image)
    {
        (int top, int bottom, int left, int right) = BorderOf(module);
        return new ImageSize(top + image.Rows + bottom, left + image.Columns + right, image.Channels);
    }

    public override void Forward(float* input, float* output, int sample)
    {
        int row = _image.Columns * _image.Channels, paddedRow = _output.Columns * _output.Channels;
        int left = _left * _image.Channels;
        for (int i = 0; i < _output.Rows; i++, output += paddedRow)
        {
            var padded = new Span<float>(output, paddedRow);
            if (i < _top || i >= _top + _image.Rows)
            {
                padded.Clear();
                continue;
            }

            padded[..left].Clear();
            new Span<float>(input, row).CopyTo(padded[left..]);
            padded[(left + row)..].Clear();
            input += row;
        }
    }

    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient)
    {
        if (inputGradient == null)
        {
            return;
        }

        int row = _image.Columns * _image.Channels, paddedRow = _output.Columns * _output.Channels;
        float* inside = outputGradient + (_top * paddedRow) + (_left * _image.Channels);
        for (int i = 0; i < _image.Rows; i++, inside += paddedRow, inputGradient += row)
        {
            new Span<float>(inside, row).CopyTo(new Span<float>(inputGradient, row));
        }
    }

    /// <summary>
    /// The rows and columns of zeros on each side; with <c>Padding.Same</c> an even window has the odd one at the bottom
    /// and on the right, as in PyTorch.
    /// </summary>
    private static (int Top, int Bottom, int Left, int Right) BorderOf(Conv2d module)
    {
        if (module.padding_type == Padding.Same)
        {
            int rows = (int)module.kernel_size[0] - 1, columns = (int)module.kernel_size[^1] - 1;
            return (rows / 2, rows - (rows / 2), columns / 2, columns - (columns / 2));
        }

        return module.padding is { Length: > 0 } padding
            ? ((int)padding[0], (int)padding[0], (int)padding[^1], (int)padding[^1])
            : default;
    }
}

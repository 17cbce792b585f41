
namespace MnistCnn.Kernels;

/// <summary>The rows and columns of zeros on each side of an image.</summary>
internal readonly record struct Border(int Top, int Bottom, int Left, int Right)
{
    /// <summary>The image with the border around it.</summary>
    public ImageShape Around(ImageShape image) => new(Top + image.Rows + Bottom, Left + image.Columns + Right, image.Channels);
}

/// <summary>A border of zeros around an image: what a convolution with padding does first.</summary>
internal sealed unsafe class PaddingLayer : PerSampleLayer
{
    private readonly ImageShape _image;
    private readonly ImageShape _output;
    private readonly int _top;
    private readonly int _left;

    /// <summary>Describes the layer.</summary>
    /// <param name="image">What comes in.</param>
    /// <param name="border">The zeros around it.</param>
    public PaddingLayer(ImageShape image, Border border)
        : base(image.Count, border.Around(image).Count)
    {
        (_image, _output) = (image, border.Around(image));
        (_top, _left) = (border.Top, border.Left);
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
}

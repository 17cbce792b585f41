using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>The largest number of each window, for windows side by side.</summary>
/// <remarks>The place of the largest is found again in the backward pass: that is cheaper than to keep it.</remarks>
internal sealed unsafe class MaxPoolLayer : PerSampleLayer
{
    private readonly ImageShape _image;
    private readonly ImageShape _output;
    private readonly int _windowRows;
    private readonly int _windowColumns;

    /// <summary>Describes the layer.</summary>
    /// <param name="image">What comes in.</param>
    /// <param name="windowRows">Rows of a window, and from window to window.</param>
    /// <param name="windowColumns">Columns of a window, and from window to window.</param>
    public MaxPoolLayer(ImageShape image, int windowRows, int windowColumns)
        : base(image.Count, OutputOf(image, windowRows, windowColumns).Count)
    {
        (_image, _output) = (image, OutputOf(image, windowRows, windowColumns));
        (_windowRows, _windowColumns) = (windowRows, windowColumns);
    }

    /// <summary>The image that goes out.</summary>
    public static ImageShape OutputOf(ImageShape image, int windowRows, int windowColumns) =>
        new(image.Rows / windowRows, image.Columns / windowColumns, image.Channels);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(float* input, float* output, int sample)
    {
        for (int row = 0; row < _output.Rows; row++)
        {
            for (int column = 0; column < _output.Columns; column++, output += _image.Channels)
            {
                float* window = input + WindowAt(row, column);
                int channel = 0;
                for (; channel + Vector<float>.Count <= _image.Channels; channel += Vector<float>.Count)
                {
                    Largest(window + channel).Store(output + channel);
                }

                for (; channel < _image.Channels; channel++)
                {
                    output[channel] = LargestOne(window + channel);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient)
    {
        if (inputGradient == null)
        {
            return;
        }

        if (_output.Rows * _windowRows < _image.Rows || _output.Columns * _windowColumns < _image.Columns)
        {
            new Span<float>(inputGradient, InputSize).Clear();
        }

        for (int row = 0; row < _output.Rows; row++)
        {
            for (int column = 0; column < _output.Columns; column++, outputGradient += _image.Channels)
            {
                int at = WindowAt(row, column);
                int channel = 0;
                for (; channel + Vector<float>.Count <= _image.Channels; channel += Vector<float>.Count)
                {
                    ToLargest(input + at + channel, inputGradient + at + channel, Vector.Load(outputGradient + channel));
                }

                for (; channel < _image.Channels; channel++)
                {
                    ToLargestOne(input + at + channel, inputGradient + at + channel, outputGradient[channel]);
                }
            }
        }
    }

    private int WindowAt(int row, int column) =>
        ((row * _windowRows * _image.Columns) + (column * _windowColumns)) * _image.Channels;

    private int PixelAt(int i, int j) => ((i * _image.Columns) + j) * _image.Channels;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<float> Largest(float* window)
    {
        Vector<float> largest = Vector.Load(window);
        for (int i = 0; i < _windowRows; i++)
        {
            for (int j = 0; j < _windowColumns; j++)
            {
                // NaN wins, as in PyTorch: it is neither above nor equal to itself.
                Vector<float> value = Vector.Load(window + PixelAt(i, j));
                Vector<int> keep = Vector.GreaterThanOrEqual(largest, value) | ~Vector.Equals(largest, largest);
                largest = Vector.ConditionalSelect(keep, largest, value);
            }
        }

        return largest;
    }

    private float LargestOne(float* window)
    {
        float largest = *window;
        for (int i = 0; i < _windowRows; i++)
        {
            for (int j = 0; j < _windowColumns; j++)
            {
                float value = window[PixelAt(i, j)];
                largest = largest >= value || float.IsNaN(largest) ? largest : value;
            }
        }

        return largest;
    }

    /// <summary>The first of equal numbers takes the gradient, as in PyTorch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ToLargest(float* window, float* windowGradient, Vector<float> gradient)
    {
        Vector<float> largest = Largest(window);
        Vector<int> open = Vector<int>.AllBitsSet;
        for (int i = 0; i < _windowRows; i++)
        {
            for (int j = 0; j < _windowColumns; j++)
            {
                Vector<int> takes = open & Vector.Equals(Vector.Load(window + PixelAt(i, j)), largest);
                Vector.ConditionalSelect(takes, gradient, Vector<float>.Zero).Store(windowGradient + PixelAt(i, j));
                open &= ~takes;
            }
        }
    }

    private void ToLargestOne(float* window, float* windowGradient, float gradient)
    {
        float largest = LargestOne(window);
        bool open = true;
        for (int i = 0; i < _windowRows; i++)
        {
            for (int j = 0; j < _windowColumns; j++)
            {
                bool takes = open && window[PixelAt(i, j)] == largest;
                windowGradient[PixelAt(i, j)] = takes ? gradient : 0;
                open &= !takes;
            }
        }
    }
}

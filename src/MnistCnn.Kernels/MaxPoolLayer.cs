using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>The largest number of each window, for windows side by side.</summary>
/// <remarks>
/// A training keeps the place of the largest, so that the backward pass needs neither what came in nor what went out: four
/// times as many numbers, which would come from memory.
/// </remarks>
internal sealed unsafe class MaxPoolLayer : PerSampleLayer
{
    private readonly ImageShape _image;
    private readonly ImageShape _output;
    private readonly int _windowRows;
    private readonly int _windowColumns;
    private readonly bool _positiveOnly;
    private readonly NativeBuffer _places;

    /// <summary>Describes the layer.</summary>
    /// <param name="image">What comes in.</param>
    /// <param name="windowRows">Rows of a window, and from window to window.</param>
    /// <param name="windowColumns">Columns of a window, and from window to window.</param>
    /// <param name="capacity">The largest batch of a training; 0: no backward passes follow.</param>
    /// <param name="positiveOnly">Whether numbers that are not above 0 pass no gradient back, as those of a ReLU.</param>
    public MaxPoolLayer(ImageShape image, int windowRows, int windowColumns, int capacity, bool positiveOnly)
        : base(image.Count, OutputOf(image, windowRows, windowColumns).Count)
    {
        (_image, _output) = (image, OutputOf(image, windowRows, windowColumns));
        (_windowRows, _windowColumns, _positiveOnly) = (windowRows, windowColumns, positiveOnly);
        _places = new NativeBuffer((long)capacity * OutputSize);
    }

    public override bool NeedsNoInput => true;

    /// <summary>The image that goes out.</summary>
    public static ImageShape OutputOf(ImageShape image, int windowRows, int windowColumns) =>
        new(image.Rows / windowRows, image.Columns / windowColumns, image.Channels);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(float* input, float* output, int sample)
    {
        int* place = _places.Count > 0 ? PlacesOf(sample) : null;
        int step = place == null ? 0 : 1;
        for (int row = 0; row < _output.Rows; row++)
        {
            for (int column = 0; column < _output.Columns; column++, output += _image.Channels, place += step * _image.Channels)
            {
                float* window = input + WindowAt(row, column);
                int channel = 0;
                for (; channel + Vector<float>.Count <= _image.Channels; channel += Vector<float>.Count)
                {
                    Vector<float> largest = Largest(window + channel, out Vector<int> at);
                    largest.Store(output + channel);
                    if (place != null)
                    {
                        at.Store(place + channel);
                    }
                }

                for (; channel < _image.Channels; channel++)
                {
                    output[channel] = LargestOne(window + channel, out int at);
                    if (place != null)
                    {
                        place[channel] = at;
                    }
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

        int* place = PlacesOf(sample);
        for (int row = 0; row < _output.Rows; row++)
        {
            for (int column = 0; column < _output.Columns; column++, outputGradient += _image.Channels, place += _image.Channels)
            {
                float* window = inputGradient + WindowAt(row, column);
                for (int i = 0, pixel = 0; i < _windowRows; i++)
                {
                    for (int j = 0; j < _windowColumns; j++, pixel++)
                    {
                        PassBack(place, pixel, outputGradient, window + PixelAt(i, j));
                    }
                }
            }
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _places.Dispose();
    }

    private int* PlacesOf(int sample) => (int*)_places.Start + ((long)sample * OutputSize);

    /// <summary>The gradient where the largest number stood at a pixel of the window, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PassBack(int* place, int pixel, float* gradient, float* to)
    {
        int channel = 0;
        var wanted = new Vector<int>(pixel);
        for (; channel + Vector<float>.Count <= _image.Channels; channel += Vector<float>.Count)
        {
            Vector<int> takes = Vector.Equals(Vector.Load(place + channel), wanted);
            Vector.ConditionalSelect(takes, Vector.Load(gradient + channel), Vector<float>.Zero).Store(to + channel);
        }

        for (; channel < _image.Channels; channel++)
        {
            to[channel] = place[channel] == pixel ? gradient[channel] : 0;
        }
    }

    private int WindowAt(int row, int column) =>
        ((row * _windowRows * _image.Columns) + (column * _windowColumns)) * _image.Channels;

    private int PixelAt(int i, int j) => ((i * _image.Columns) + j) * _image.Channels;

    /// <summary>The largest number of a window, and the first place of it; −1 if it passes no gradient back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<float> Largest(float* window, out Vector<int> place)
    {
        Vector<float> largest = Vector.Load(window);
        place = Vector<int>.Zero;
        for (int i = 0, pixel = 0; i < _windowRows; i++)
        {
            for (int j = 0; j < _windowColumns; j++, pixel++)
            {
                // NaN wins, as in PyTorch: it is neither above nor equal to itself.
                Vector<float> value = Vector.Load(window + PixelAt(i, j));
                Vector<int> keep = Vector.GreaterThanOrEqual(largest, value) | ~Vector.Equals(largest, largest);
                largest = Vector.ConditionalSelect(keep, largest, value);
                place = Vector.ConditionalSelect(keep, place, new Vector<int>(pixel));
            }
        }

        place |= _positiveOnly ? ~Vector.GreaterThan(largest, Vector<float>.Zero) : Vector<int>.Zero;
        return largest;
    }

    private float LargestOne(float* window, out int place)
    {
        float largest = *window;
        place = 0;
        for (int i = 0, pixel = 0; i < _windowRows; i++)
        {
            for (int j = 0; j < _windowColumns; j++, pixel++)
            {
                float value = window[PixelAt(i, j)];
                if (!(largest >= value || float.IsNaN(largest)))
                {
                    (largest, place) = (value, pixel);
                }
            }
        }

        place = _positiveOnly && !(largest > 0) ? -1 : place;
        return largest;
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MnistCnn.Acceleration;

namespace MnistCnn.Training;

/// <summary>Warps one image: for every pixel of the result, the place that it comes from, and what is there.</summary>
/// <remarks>The numbers are the same to the bit whatever instructions the processor has.</remarks>
internal sealed unsafe class ImageWarp : IDisposable
{
    /// <summary>The image is enclosed by this many pixels of paper on the left and above, so that no read needs a test.</summary>
    private const int Border = 1;

    /// <summary>And by this many on the right and below: a place is read with its neighbour.</summary>
    private const int FarBorder = 2;

    private readonly ImageAugmentation _settings;
    private readonly ImageSize _image;
    private readonly bool _channelsFirst;
    private readonly int _pixels;
    private readonly int _places;
    private readonly int _columns;
    private readonly ScratchPool _scratch;

    /// <summary>Gets ready for images of a size.</summary>
    /// <param name="settings">What to change.</param>
    /// <param name="image">The size.</param>
    /// <param name="channelsFirst">Whether an image lies channel by channel instead of pixel by pixel.</param>
    public ImageWarp(ImageAugmentation settings, ImageSize image, bool channelsFirst)
    {
        (_settings, _image, _channelsFirst) = (settings, image, channelsFirst);
        _pixels = image.Rows * image.Columns;
        _places = _pixels + Vector<float>.Count;
        _columns = image.Columns + Border + FarBorder;
        long plane = (image.Rows + Border + FarBorder) * (long)_columns;
        _scratch = new ScratchPool((2L * _places) + plane);
    }

    /// <summary>Makes the changed image.</summary>
    /// <param name="source">The image.</param>
    /// <param name="target">Takes the changed one.</param>
    /// <param name="key">What the changes follow from.</param>
    public void Apply(float* source, float* target, ulong key)
    {
        var random = new CounterRandom(key);
        if (_settings.Warps)
        {
            AffineChange change = AffineChange.Draw(ref random, _settings);
            Apply(source, target, change.PlacesIn(_image.Rows, _image.Columns));
        }
        else
        {
            new Span<float>(source, _image.Count).CopyTo(new Span<float>(target, _image.Count));
        }

        if (_settings.Erasing > 0)
        {
            Erase(ref random, target);
        }
    }

    /// <summary>Warps an image.</summary>
    /// <param name="source">The image.</param>
    /// <param name="target">Takes the warped one.</param>
    /// <param name="places">Where its pixels come from.</param>
    public void Apply(float* source, float* target, AffinePlaces places)
    {
        NativeBuffer scratch = _scratch.Take();
        float* x = scratch.Start, y = x + _places, plane = y + _places;
        FindPlaces(places, x, y);
        int step = _channelsFirst ? 1 : _image.Channels;
        for (int channel = 0; channel < _image.Channels; channel++)
        {
            int first = _channelsFirst ? channel * _pixels : channel;
            Enclose(source + first, step, plane);
            Read(plane, x, y, target + first, step);
        }

        _scratch.GiveBack(scratch);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _scratch.Dispose();

    /// <summary>Where each pixel comes from, counted in the enclosed plane.</summary>
    private void FindPlaces(AffinePlaces places, float* x, float* y)
    {
        Vector<float> first = Numbers();
        for (int row = 0; row < _image.Rows; row++, x += _image.Columns, y += _image.Columns)
        {
            var x0 = new Vector<float>(places.X0 + Border + (places.XY * row));
            var y0 = new Vector<float>(places.Y0 + Border + (places.YY * row));

            // What is written beyond the end of a row is written over by the next; after the last there is room.
            for (int column = 0; column < _image.Columns; column += Vector<float>.Count)
            {
                Vector<float> columns = first + new Vector<float>(column);
                (x0 + (places.XX * columns)).Store(x + column);
                (y0 + (places.YX * columns)).Store(y + column);
            }
        }
    }

    private static Vector<float> Numbers()
    {
        Span<float> numbers = stackalloc float[Vector<float>.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = i;
        }

        return new Vector<float>(numbers);
    }

    private void Enclose(float* source, int step, float* plane)
    {
        new Span<float>(plane, (_image.Rows + Border + FarBorder) * _columns).Fill(_settings.Fill);
        for (int row = 0; row < _image.Rows; row++)
        {
            float* from = source + ((long)row * _image.Columns * step);
            float* to = plane + ((row + Border) * _columns) + Border;
            for (int column = 0; column < _image.Columns; column++)
            {
                to[column] = from[column * step];
            }
        }
    }

    /// <summary>Bilinear interpolation; places outside are moved to the border, where there is only paper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read(float* plane, float* x, float* y, float* target, int step)
    {
        float lastX = _image.Columns + Border, lastY = _image.Rows + Border;
        int i = 0;
        if (Avx2.IsSupported && step == 1)
        {
            var width = Vector256.Create(_columns);
            for (; i + Vector256<float>.Count <= _pixels; i += Vector256<float>.Count)
            {
                Vector256<float> atX = Vector256.Min(Vector256.Max(Vector256.Load(x + i), Vector256<float>.Zero), Vector256.Create(lastX));
                Vector256<float> atY = Vector256.Min(Vector256.Max(Vector256.Load(y + i), Vector256<float>.Zero), Vector256.Create(lastY));
                Vector256<int> column = Vector256.ConvertToInt32(atX), row = Vector256.ConvertToInt32(atY);
                Vector256<float> partX = atX - Vector256.ConvertToSingle(column), partY = atY - Vector256.ConvertToSingle(row);
                Vector256<int> place = (row * width) + column;
                Vector256<float> a = Avx2.GatherVector256(plane, place, sizeof(float));
                Vector256<float> b = Avx2.GatherVector256(plane + 1, place, sizeof(float));
                Vector256<float> c = Avx2.GatherVector256(plane + _columns, place, sizeof(float));
                Vector256<float> d = Avx2.GatherVector256(plane + _columns + 1, place, sizeof(float));
                Vector256<float> above = a + (partX * (b - a)), below = c + (partX * (d - c));
                (above + (partY * (below - above))).Store(target + i);
            }
        }

        for (; i < _pixels; i++)
        {
            float atX = MathF.Min(MathF.Max(x[i], 0), lastX), atY = MathF.Min(MathF.Max(y[i], 0), lastY);
            int column = (int)atX, row = (int)atY;
            float partX = atX - column, partY = atY - row;
            float* place = plane + (row * _columns) + column;
            float above = place[0] + (partX * (place[1] - place[0]));
            float below = place[_columns] + (partX * (place[_columns + 1] - place[_columns]));
            target[i * step] = above + (partY * (below - above));
        }
    }

    private void Erase(ref CounterRandom random, float* target)
    {
        if (random.NextDouble() >= _settings.Erasing)
        {
            return;
        }

        double area = random.Between(0.02, 0.33) * _pixels;
        double ratio = Math.Exp(random.Between(Math.Log(0.3), Math.Log(3.3)));
        int rows = Math.Clamp((int)Math.Round(Math.Sqrt(area * ratio)), 1, _image.Rows);
        int columns = Math.Clamp((int)Math.Round(Math.Sqrt(area / ratio)), 1, _image.Columns);
        int top = (int)(random.NextDouble() * (_image.Rows - rows + 1));
        int left = (int)(random.NextDouble() * (_image.Columns - columns + 1));
        (int planes, int width) = _channelsFirst ? (_image.Channels, 1) : (1, _image.Channels);
        for (int plane = 0; plane < planes; plane++)
        {
            for (int row = top; row < top + rows; row++)
            {
                long first = ((((long)plane * _image.Rows) + row) * _image.Columns) + left;
                new Span<float>(target + (first * width), columns * width).Fill(_settings.Fill);
            }
        }
    }
}

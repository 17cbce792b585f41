using MnistCnn.Acceleration;

namespace MnistCnn.Training;

/// <summary>Warps one image: for every pixel of the result, the place that it comes from, and what is there.</summary>
internal sealed unsafe class ImageWarp : IDisposable
{
    /// <summary>The image with this many pixels of paper on the left and above, so that no read needs a test.</summary>
    private const int Border = 1;

    /// <summary>And with this many on the right and below: a place is read with its neighbour.</summary>
    private const int FarBorder = 2;

    private readonly ImageAugmentation _settings;
    private readonly ImageSize _image;
    private readonly bool _channelsFirst;
    private readonly int _columns;
    private readonly ElasticField? _elastic;
    private readonly ScratchPool _scratch;

    /// <summary>Gets ready for images of a size.</summary>
    /// <param name="settings">What to change.</param>
    /// <param name="image">The size.</param>
    /// <param name="channelsFirst">Whether an image lies channel by channel instead of pixel by pixel.</param>
    public ImageWarp(ImageAugmentation settings, ImageSize image, bool channelsFirst)
    {
        (_settings, _image, _channelsFirst) = (settings, image, channelsFirst);
        _columns = image.Columns + Border + FarBorder;
        _elastic = settings.Elastic > 0
            ? new ElasticField(image.Rows, image.Columns, settings.Elastic, settings.ElasticSmoothness)
            : null;
        long plane = (image.Rows + Border + FarBorder) * (long)_columns;
        _scratch = new ScratchPool((2L * image.Rows * image.Columns) + Math.Max(plane, _elastic?.WorkSize ?? 0));
    }

    /// <summary>Makes the changed _image.</summary>
    /// <param name="source">The _image.</param>
    /// <param name="target">Takes the changed one.</param>
    /// <param name="key">What the changes follow from.</param>
    public void Apply(float* source, float* target, ulong key)
    {
        var random = new CounterRandom(key);
        int pixels = _image.Rows * _image.Columns;
        if (_settings.Warps)
        {
            NativeBuffer scratch = _scratch.Take();
            float* x = scratch.Start, y = x + pixels, plane = y + pixels;
            FindPlaces(ref random, x, y, plane);
            int step = _channelsFirst ? 1 : _image.Channels;
            for (int channel = 0; channel < _image.Channels; channel++)
            {
                int first = _channelsFirst ? channel * pixels : channel;
                Enclose(source + first, step, plane);
                Read(plane, x, y, target + first, step);
            }

            _scratch.GiveBack(scratch);
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

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _scratch.Dispose();

    /// <summary>Where each pixel comes from, counted in the enclosed plane.</summary>
    private void FindPlaces(ref CounterRandom random, float* x, float* y, float* work)
    {
        double angle = random.Between(-_settings.Rotation, _settings.Rotation) * Math.PI / 180;
        double slant = Math.Tan(random.Between(-_settings.Shear, _settings.Shear) * Math.PI / 180);
        double scale = random.Between(1 - _settings.Scale, 1 + _settings.Scale);
        double right = random.Between(-_settings.Shift, _settings.Shift);
        double down = random.Between(-_settings.Shift, _settings.Shift);

        // A pixel of the result at p, from the middle, comes from S⁻¹ R⁻¹ (p − shift) / scale, where R turns and S slants.
        double cos = Math.Cos(angle) / scale, sin = Math.Sin(angle) / scale;
        double middleX = (_image.Columns - 1) / 2.0, middleY = (_image.Rows - 1) / 2.0;
        float xx = (float)(cos + (slant * sin)), xy = (float)(sin - (slant * cos));
        float yx = (float)-sin, yy = (float)cos;
        float x0 = (float)(middleX + Border - (xx * (middleX + right)) - (xy * (middleY + down)));
        float y0 = (float)(middleY + Border - (yx * (middleX + right)) - (yy * (middleY + down)));
        for (int row = 0, i = 0; row < _image.Rows; row++)
        {
            for (int column = 0; column < _image.Columns; column++, i++)
            {
                x[i] = x0 + (xx * column) + (xy * row);
                y[i] = y0 + (yx * column) + (yy * row);
            }
        }

        _elastic?.Add(ref random, x, y, work);
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
    private void Read(float* plane, float* x, float* y, float* target, int step)
    {
        float lastX = _image.Columns + Border, lastY = _image.Rows + Border;
        for (int i = 0; i < _image.Rows * _image.Columns; i++)
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

        double area = random.Between(0.02, 0.33) * _image.Rows * _image.Columns;
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

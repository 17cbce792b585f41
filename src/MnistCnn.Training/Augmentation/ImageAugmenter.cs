using System.Drawing;
using System.Numerics;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Makes batches of changed images: rows of a training set, each warped in its own way.</summary>
internal sealed class ImageAugmenter : IDisposable
{
    private readonly ImageAugmentation _settings;
    private readonly ImageDataFormat _format;
    private readonly Tensor _source;
    private readonly Tensor _batch;
    private readonly int _rows;
    private readonly int _columns;

    /// <summary>Takes the memory for batches.</summary>
    /// <param name="settings">What to change.</param>
    /// <param name="x">float32 (n, rows, columns, channels) or (n, channels, rows, columns).</param>
    /// <param name="format">Which of the two.</param>
    /// <param name="capacity">The largest batch.</param>
    public ImageAugmenter(ImageAugmentation settings, Tensor x, ImageDataFormat format, int capacity)
    {
        (_settings, _format) = (settings, format);
        long[] shape = x.shape;
        int rowAxis = format == ImageDataFormat.ChannelsFirst ? 2 : 1;
        (_rows, _columns) = ((int)shape[rowAxis], (int)shape[rowAxis + 1]);
        using var off = no_grad();
        _source = x.detach().cpu().contiguous().DetachFromDisposeScope();
        _batch = empty([capacity, shape[1], shape[2], shape[3]]).DetachFromDisposeScope();
    }

    /// <summary>
    /// The batch that was made last: float32 (capacity, …), of which the first images are those that were asked for.
    /// </summary>
    public Tensor Batch => _batch;

    /// <summary>Fills <see cref="Batch"/>.</summary>
    /// <param name="rows">Which images of the training set.</param>
    /// <param name="epochKey">What the changes of this epoch follow from, together with the place of each image.</param>
    public void Fill(ReadOnlySpan<int> rows, ulong epochKey)
    {
        var maps = new Matrix3x2[rows.Length];
        var erased = new Rectangle[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            var random = new SplitMix64(SplitMix64.At(epochKey, rows[i]));
            maps[i] = _settings.Warps
                ? AffineChange.Draw(ref random, _settings).InverseMap(_rows, _columns)
                : Matrix3x2.Identity;
            erased[i] = random.NextDouble() < _settings.Erasing ? DrawRectangle(ref random) : Rectangle.Empty;
        }

        Fill(rows.ToArray(), maps, erased);
    }

    /// <summary>Fills <see cref="Batch"/> with changes that are known.</summary>
    /// <param name="rows">Which images of the training set.</param>
    /// <param name="maps">For each of them where the pixel at (x, y) of the result comes from.</param>
    /// <param name="erased">For each of them the pixels that are filled then.</param>
    public void Fill(int[] rows, Matrix3x2[] maps, Rectangle[] erased)
    {
        if (CpuAcceleration.Backend is { } backend)
        {
            backend.WarpImages(_source, rows, maps, erased, _settings.Fill, _format, _batch);
        }
        else
        {
            FillWithLibtorch(rows, maps, erased);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _batch.Dispose();
    }

    private Rectangle DrawRectangle(ref SplitMix64 random)
    {
        double area = random.Between(0.02, 0.33) * (_rows * _columns);
        double ratio = Math.Exp(random.Between(Math.Log(0.3), Math.Log(3.3)));
        int height = Math.Clamp((int)Math.Round(Math.Sqrt(area * ratio)), 1, _rows);
        int width = Math.Clamp((int)Math.Round(Math.Sqrt(area / ratio)), 1, _columns);
        int top = (int)(random.NextDouble() * (_rows - height + 1));
        int left = (int)(random.NextDouble() * (_columns - width + 1));
        return new Rectangle(left, top, width, height);
    }

    private void FillWithLibtorch(int[] rows, Matrix3x2[] maps, Rectangle[] erased)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        bool channelsFirst = _format == ImageDataFormat.ChannelsFirst;
        Tensor images = _source.index_select(0, tensor(rows, dtype: int64));
        images = channelsFirst ? images : images.permute(0, 3, 1, 2);
        if (_settings.Warps)
        {
            // libtorch's coordinates go from −1 to 1 between the outer edges of the image.
            float[] theta = [.. maps.SelectMany(map => new[]
            {
                map.M11, map.M21 * _rows / _columns,
                (((map.M11 * (_columns - 1)) + (map.M21 * (_rows - 1)) + (2 * map.M31) + 1) / _columns) - 1,
                map.M12 * _columns / _rows, map.M22,
                (((map.M12 * (_columns - 1)) + (map.M22 * (_rows - 1)) + (2 * map.M32) + 1) / _rows) - 1,
            })];
            Tensor grid = nn.functional.affine_grid(tensor(theta).reshape(rows.Length, 2, 3), images.shape, align_corners: false);
            images = _settings.Fill + nn.functional.grid_sample(
                images - _settings.Fill, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            images[i, .., erased[i].Top..erased[i].Bottom, erased[i].Left..erased[i].Right].fill_(_settings.Fill);
        }

        _batch[..rows.Length].copy_(channelsFirst ? images : images.permute(0, 2, 3, 1));
    }
}

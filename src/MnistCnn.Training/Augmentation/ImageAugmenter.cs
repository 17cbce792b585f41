using MnistCnn.Acceleration;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Makes batches of changed images: rows of a training set, each warped in its own way.</summary>
internal sealed unsafe class ImageAugmenter : IDisposable
{
    private readonly Tensor _source;
    private readonly Tensor _batch;
    private readonly ImageWarp _warp;
    private readonly int _imageSize;

    /// <summary>Takes the memory for batches.</summary>
    /// <param name="settings">What to change.</param>
    /// <param name="x">float32 (n, rows, columns, channels) or (n, channels, rows, columns).</param>
    /// <param name="format">Which of the two.</param>
    /// <param name="capacity">The largest batch.</param>
    public ImageAugmenter(ImageAugmentation settings, Tensor x, ImageDataFormat format, int capacity)
    {
        long[] shape = x.shape;
        bool channelsFirst = format == ImageDataFormat.ChannelsFirst;
        ImageSize image = channelsFirst
            ? new((int)shape[2], (int)shape[3], (int)shape[1])
            : new((int)shape[1], (int)shape[2], (int)shape[3]);
        _imageSize = image.Count;
        _warp = new ImageWarp(settings, image, channelsFirst);
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
        int[] images = rows.ToArray();
        float* source = WeightTensor.Address(_source);
        float* batch = WeightTensor.Address(_batch);
        Workers.Run(images.Length, i => _warp.Apply(
            source + ((long)images[i] * _imageSize), batch + ((long)i * _imageSize), CounterKey.Of(epochKey, images[i])));
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _batch.Dispose();
        _warp.Dispose();
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MnistCnn.Kernels;

/// <summary>Layers that a whole batch passes before the next ones begin.</summary>
internal abstract unsafe class Block : IDisposable
{
    /// <summary>The numbers of a sample that go out.</summary>
    public abstract int OutputSize { get; }

    /// <summary>The output of the batch: (samples, <see cref="OutputSize"/>).</summary>
    public abstract float* Output { get; }

    /// <summary>The gradient of the loss by the output, laid out as it: written by the block after, read by this one.</summary>
    public abstract float* OutputGradient { get; }

    /// <summary>Whether what comes in is changed in its place.</summary>
    public virtual bool OverwritesInput => false;

    /// <summary>Computes the output of a batch.</summary>
    /// <param name="samples">The size of the batch.</param>
    /// <param name="sameWeights">Whether the weights are still those of the last forward pass.</param>
    /// <param name="threads">The most threads to use; the result does not depend on them.</param>
    public abstract void Forward(int samples, bool sameWeights, int threads);

    /// <summary>Computes the gradients of the weights and of the input.</summary>
    /// <param name="samples">The size of the batch.</param>
    /// <param name="threads">The most threads to use; the result does not depend on them.</param>
    public abstract void Backward(int samples, int threads);

    public abstract void Dispose();

    /// <summary>The output of a batch: (samples, <see cref="OutputSize"/>).</summary>
    public Span<float> OutputOf(int samples) => new(Output, samples * OutputSize);

    /// <summary>Where its gradient is put before <see cref="Backward"/>.</summary>
    public Span<float> OutputGradientOf(int samples) => new(OutputGradient, samples * OutputSize);
}

/// <summary>The batch that comes in. Nothing is computed here.</summary>
/// <param name="capacity">The largest batch.</param>
/// <param name="size">The numbers of a sample.</param>
/// <param name="hasGradient">Whether its gradient is wanted.</param>
internal sealed unsafe class InputBlock(int capacity, int size, bool hasGradient) : Block
{
    private readonly NativeBuffer _batch = new((long)capacity * size);
    private readonly NativeBuffer _gradient = new(hasGradient ? (long)capacity * size : 0);
    private float* _output;

    public override int OutputSize => size;

    public override float* Output => _output;

    public override float* OutputGradient => hasGradient ? _gradient.Start : null;

    /// <summary>Copies rows of a data set into the batch.</summary>
    /// <param name="source">(n, <see cref="OutputSize"/>).</param>
    /// <param name="rows">Which of the n, in the order of the batch.</param>
    public void Load(ReadOnlySpan<float> source, ReadOnlySpan<int> rows)
    {
        _output = _batch.Start;
        Span<float> batch = OutputOf(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            source.Slice(rows[i] * size, size).CopyTo(batch[(i * size)..]);
        }
    }

    /// <summary>Takes rows that follow each other.</summary>
    /// <param name="source">(n, <see cref="OutputSize"/>), in native memory.</param>
    /// <param name="from">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="copy">Whether they must stay as they are; otherwise they are used where they lie.</param>
    public void Load(ReadOnlySpan<float> source, int from, int count, bool copy)
    {
        ReadOnlySpan<float> batch = source.Slice(from * size, count * size);
        _output = copy ? _batch.Start : (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(batch));
        if (copy)
        {
            batch.CopyTo(OutputOf(count));
        }
    }

    public override void Forward(int samples, bool sameWeights, int threads)
    {
    }

    public override void Backward(int samples, int threads)
    {
    }

    public override void Dispose()
    {
        _batch.Dispose();
        _gradient.Dispose();
    }
}

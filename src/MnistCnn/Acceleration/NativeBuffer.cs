using System.Runtime.InteropServices;

namespace MnistCnn.Acceleration;

/// <summary>
/// float32 numbers outside the garbage collector's reach, used again step after step: fresh memory costs a fault of the
/// operating system for every 4 KB, which is more than many layers need to compute.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>The size of a cache line, and of the largest register.</summary>
    private const int Alignment = 64;

    /// <summary>Takes memory, filled with zeros.</summary>
    public NativeBuffer(long count)
    {
        Count = count;
        Start = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(count, 1) * sizeof(float), Alignment);
        NativeMemory.Clear(Start, (nuint)count * sizeof(float));
    }

    public long Count { get; }

    public float* Start { get; private set; }

    public void Dispose()
    {
        NativeMemory.AlignedFree(Start);
        Start = null;
    }
}

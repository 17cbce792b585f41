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

    private static long s_liveBytes;

    /// <summary>Takes memory, filled with zeros.</summary>
    public NativeBuffer(long count)
    {
        Count = count;
        Start = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(count, 1) * sizeof(float), Alignment);
        NativeMemory.Clear(Start, (nuint)count * sizeof(float));
        Interlocked.Add(ref s_liveBytes, count * sizeof(float));
    }

    /// <summary>The bytes that all buffers together hold now: what does not come back to 0 between runs is a leak.</summary>
    public static long LiveBytes => Interlocked.Read(ref s_liveBytes);

    public long Count { get; }

    public float* Start { get; private set; }

    public void Dispose()
    {
        if (Start is null)
        {
            return;
        }

        NativeMemory.AlignedFree(Start);
        Start = null;
        Interlocked.Add(ref s_liveBytes, -Count * sizeof(float));
    }
}

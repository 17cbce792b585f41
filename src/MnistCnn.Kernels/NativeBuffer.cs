using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace MnistCnn.Kernels;

/// <summary>
/// float32 numbers outside the garbage collector's reach, used again step after step: fresh memory costs a fault of the
/// operating system for every 4 KB, which is more than many layers need to compute.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>The size of a cache line, and of the largest register.</summary>
    private const int Alignment = 64;

    private static long s_liveBytes;

    private void* _memory;

    /// <summary>Takes memory, filled with zeros; what is never touched costs nothing.</summary>
    public NativeBuffer(long count)
    {
        Count = count;
        _memory = NativeMemory.AllocZeroed(((nuint)count * sizeof(float)) + Alignment);
        Start = (float*)(((nuint)_memory + Alignment - 1) / Alignment * Alignment);
        Interlocked.Add(ref s_liveBytes, count * sizeof(float));
    }

    /// <summary>The bytes that all buffers together hold now.</summary>
    public static long LiveBytes => Interlocked.Read(ref s_liveBytes);

    /// <summary>The float32 numbers that fit.</summary>
    public long Count { get; }

    /// <summary>The first number.</summary>
    public float* Start { get; private set; }

    /// <summary>All the numbers.</summary>
    public Span<float> Span => new(Start, checked((int)Count));

    public void Dispose()
    {
        if (_memory is null)
        {
            return;
        }

        NativeMemory.Free(_memory);
        _memory = null;
        Start = null;
        Interlocked.Add(ref s_liveBytes, -Count * sizeof(float));
    }
}

/// <summary>Working memory for as many threads as happen to work at once.</summary>
/// <param name="count">The float32 numbers that each needs.</param>
internal sealed class ScratchPool(long count) : IDisposable
{
    private readonly ConcurrentBag<NativeBuffer> _free = [];

    /// <summary>Memory that nobody else uses until it is given back; what the one before wrote is still in it.</summary>
    public NativeBuffer Take() => _free.TryTake(out NativeBuffer? buffer) ? buffer : new NativeBuffer(count);

    public void GiveBack(NativeBuffer buffer) => _free.Add(buffer);

    public void Dispose()
    {
        while (_free.TryTake(out NativeBuffer? buffer))
        {
            buffer.Dispose();
        }
    }
}

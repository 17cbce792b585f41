using System.Collections.Concurrent;

namespace MnistCnn.Acceleration;

/// <summary>Working memory for as many threads as happen to work at once.</summary>
/// <param name="count">The numbers that each needs.</param>
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

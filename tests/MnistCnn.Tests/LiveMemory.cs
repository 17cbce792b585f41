using MnistCnn;
using static TorchSharp.torch;

namespace MnistCnn.Tests;

/// <summary>What is held outside the garbage collector's reach: tensors, and the memory of the library's own loops.</summary>
/// <param name="Tensors">Tensors that were neither disposed of nor finalized.</param>
/// <param name="LoopBytes">Bytes that the loops hold.</param>
internal readonly record struct LiveMemory(long Tensors, long LoopBytes)
{
    /// <summary>What is held now, garbage included: what was left to the collector still counts.</summary>
    public static LiveMemory Now => new(Tensor.TotalCount, CpuAcceleration.Backend?.LiveBytes ?? 0);

    /// <summary>What is held once the collector has taken everything that nobody refers to.</summary>
    public static LiveMemory Settled()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Now;
    }

    /// <summary>What an action leaves behind.</summary>
    public static LiveMemory LeftBy(Action action)
    {
        LiveMemory before = Settled();
        action();
        return new LiveMemory(Now.Tensors - before.Tensors, Now.LoopBytes - before.LoopBytes);
    }
}

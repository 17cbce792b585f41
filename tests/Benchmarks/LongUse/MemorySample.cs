using System.Diagnostics;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>The memory of a process at one moment.</summary>
/// <param name="ResidentMegabytes">All of it that lies in RAM, native memory included (Linux: VmRSS).</param>
/// <param name="ManagedMegabytes">
/// What the garbage collector holds, garbage that it has not yet taken included; null: not known from outside.
/// </param>
/// <param name="Tensors">
/// Tensors that were neither disposed of nor finalized, as TorchSharp counts them; null: not known from outside. It never counts
/// out the tensor whose memory a new <see cref="TorchSharp.Modules.Parameter"/> takes over, so each network of kind 3 that is
/// made leaves 8 in this figure and none in memory.
/// </param>
internal sealed record MemorySample(double ResidentMegabytes, double? ManagedMegabytes, long? Tensors)
{
    /// <summary>Looks at this process as it is: nothing is collected before.</summary>
    public static MemorySample Take() => new(
        Resident(Process.GetCurrentProcess()),
        Math.Round(GC.GetTotalMemory(forceFullCollection: false) / 1e6, 1), Tensor.TotalCount);

    /// <summary>Looks at another process.</summary>
    /// <returns>null if it has ended.</returns>
    public static MemorySample? Of(Process process)
    {
        process.Refresh();
        try
        {
            // A process that is ending has given its memory back already.
            return Resident(process) is > 0 and var resident ? new MemorySample(resident, null, null) : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static double Resident(Process process) => Math.Round(process.WorkingSet64 / 1e6, 1);
}

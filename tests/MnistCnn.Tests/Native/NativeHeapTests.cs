using System.Diagnostics;
using System.Runtime.InteropServices;
using MnistCnn;
using MnistCnn.Native;
using Xunit;

namespace MnistCnn.Tests.Native;

public sealed unsafe class NativeHeapTests
{
    private const int Blocks = 4096;

    /// <summary>Small enough that the C library takes it from its heap, not from the system.</summary>
    private const int BytesOfBlock = 100_000;

    [Fact]
    public void Freed_blocks_below_one_in_use_go_back_to_the_system()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal),
            "It is glibc that keeps them.");
        var blocks = new nint[Blocks];
        for (int i = 0; i < Blocks; i++)
        {
            blocks[i] = (nint)NativeMemory.Alloc(BytesOfBlock);
            new Span<byte>((void*)blocks[i], BytesOfBlock).Fill(1);
        }

        // The last one stays, so that the heap cannot shrink from its end.
        foreach (nint block in blocks[..^1])
        {
            NativeMemory.Free((void*)block);
        }

        long kept = Resident();
        NativeHeap.Trim();
        long given = kept - Resident();
        NativeMemory.Free((void*)blocks[^1]);
        Assert.True(given > (long)Blocks * BytesOfBlock / 2, $"{given:N0} bytes of {(long)Blocks * BytesOfBlock:N0} went back.");
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

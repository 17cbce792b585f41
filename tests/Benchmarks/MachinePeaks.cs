using System.Diagnostics;
using MnistCnn;
using MnistCnn.Kernels;
using MnistCnn.Lab;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>What this machine reaches, on all its threads together.</summary>
/// <param name="Libtorch">libtorch's matrix product of float32 numbers, in 10⁹ operations a second.</param>
/// <param name="Own">The same of the library's own loops.</param>
/// <param name="Memory">Memory read and written, in 10⁹ bytes a second, by the sum of two arrays that no cache holds.</param>
internal sealed unsafe record MachinePeaks(double Libtorch, double Own, double Memory)
{
    /// <summary>Measures for a moment.</summary>
    public static MachinePeaks Measure()
    {
        const int size = 1024;
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Tensor a = rand(size, size), b = rand(size, size);
        double libtorch = Best(2.0 * size * size * size, () => a.matmul(b).Dispose());

        // Tiles that stay in the first cache: what the loops reach when nothing else holds them up.
        const int rows = 240, columns = 32, steps = 256, tasks = 256;
        using NativeBuffer left = new(rows * steps), right = new(steps * columns), result = new(64 * rows * columns);
        left.Span.Fill(0.5f);
        right.Span.Fill(0.5f);
        double own = Best(2.0 * rows * columns * steps * tasks, () => Workers.Run(tasks, get_num_threads(), task =>
        {
            CpuKernels.Best.Multiply(new Gemm
            {
                A = left.Start, ARowStride = steps, AColumnStride = 1, B = right.Start, LdB = columns,
                C = result.Start + (task % 64 * rows * columns), LdC = columns, M = rows, N = columns, K = steps, Segments = 1,
            });
        }));
        return new(libtorch, own, MeasureMemory());
    }

    private static double MeasureMemory()
    {
        const long count = 32 * 1024 * 1024;
        using NativeBuffer sum = new(count), addend = new(count);
        return Best(3.0 * sizeof(float) * count, () => Workers.RunParts(
            count, get_num_threads(), (first, part) => Elementwise.Add(sum.Start + first, addend.Start + first, part)));
    }

    /// <summary>
    /// The best of some runs, in 10⁹ units of work a second; of five at least, since the first may wait for fresh memory longer
    /// than all others take.
    /// </summary>
    private static double Best(double work, Action run)
    {
        double best = double.MaxValue;
        var total = Stopwatch.StartNew();
        for (int runs = 0; runs < 5 || total.ElapsedMilliseconds < 700; runs++)
        {
            var clock = Stopwatch.StartNew();
            run();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return work / best / 1e9;
    }
}

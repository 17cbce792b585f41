using System.Diagnostics;
using MnistCnn;
using MnistCnn.Kernels;
using MnistCnn.Lab;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>What this processor reaches in a matrix product of float32 numbers: the larger of libtorch's and ours.</summary>
internal static unsafe class MatrixPeak
{
    /// <summary>Measures for a moment.</summary>
    /// <returns>10⁹ operations a second of libtorch, and of the library's own loops.</returns>
    public static (double Libtorch, double Own) Measure()
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
        return (libtorch, own);
    }

    private static double Best(double operations, Action run)
    {
        double best = double.MaxValue;
        var total = Stopwatch.StartNew();
        while (total.ElapsedMilliseconds < 700)
        {
            var clock = Stopwatch.StartNew();
            run();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return operations / best / 1e9;
    }
}

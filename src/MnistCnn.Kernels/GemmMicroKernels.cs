using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>
/// The micro-kernels of a matrix product: a tile of C stays in registers while the sums over K run. Six rows by two registers
/// fill the 16 registers of AVX2 and keep both multipliers of a core busy; the smaller tiles do the edges.
/// </summary>
/// <remarks>
/// The bodies are alike on purpose: the compiler keeps sums in registers only if each is a variable. Loops that take the
/// time are compiled in full at once here and elsewhere; found out step by step, that would take the first second.
/// </remarks>
/// <typeparam name="TSimd">The instructions.</typeparam>
/// <typeparam name="TVector">Their register.</typeparam>
internal static unsafe class GemmMicroKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Computes the columns of C that full registers cover.</summary>
    /// <param name="gemm">The product.</param>
    /// <param name="fromColumn">The first column of C to compute.</param>
    /// <returns>The first column that is left over.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Multiply(in Gemm gemm, int fromColumn)
    {
        int width = TSimd.Count, column = fromColumn;
        for (; column + (2 * width) <= gemm.N; column += 2 * width)
        {
            int row = 0;
            for (; row + 6 <= gemm.M; row += 6)
            {
                MicroKernel6x2(gemm, row, column);
            }

            if (row + 3 <= gemm.M && row + 4 != gemm.M)
            {
                MicroKernel3x2(gemm, row, column);
                row += 3;
            }

            for (; row + 2 <= gemm.M; row += 2)
            {
                MicroKernel2x2(gemm, row, column);
            }

            if (row < gemm.M)
            {
                MicroKernel1x2(gemm, row, column);
            }
        }

        for (; column + width <= gemm.N; column += width)
        {
            int row = 0;
            for (; row + 6 <= gemm.M; row += 6)
            {
                MicroKernel6x1(gemm, row, column);
            }

            for (; row < gemm.M; row++)
            {
                MicroKernel1x1(gemm, row, column);
            }
        }

        return column;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MicroKernel6x2(in Gemm gemm, int row, int column)
    {
        float* a = gemm.A + (row * gemm.ARowStride), b = gemm.B + column;
        float* c = gemm.C + (row * gemm.LdC) + column, d = gemm.DAt(row, column);
        nint width = TSimd.Count, depth = gemm.K, aStride = gemm.AColumnStride, ldb = gemm.LdB;
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero;
        TVector c10 = TSimd.Zero, c11 = TSimd.Zero;
        TVector c20 = TSimd.Zero, c21 = TSimd.Zero;
        TVector c30 = TSimd.Zero, c31 = TSimd.Zero;
        TVector c40 = TSimd.Zero, c41 = TSimd.Zero;
        TVector c50 = TSimd.Zero, c51 = TSimd.Zero;
        if (d != null)
        {
            nint ldd = gemm.LdD;
            c00 = TSimd.Load(d + (0 * ldd) + (0 * width)); c01 = TSimd.Load(d + (0 * ldd) + (1 * width));
            c10 = TSimd.Load(d + (1 * ldd) + (0 * width)); c11 = TSimd.Load(d + (1 * ldd) + (1 * width));
            c20 = TSimd.Load(d + (2 * ldd) + (0 * width)); c21 = TSimd.Load(d + (2 * ldd) + (1 * width));
            c30 = TSimd.Load(d + (3 * ldd) + (0 * width)); c31 = TSimd.Load(d + (3 * ldd) + (1 * width));
            c40 = TSimd.Load(d + (4 * ldd) + (0 * width)); c41 = TSimd.Load(d + (4 * ldd) + (1 * width));
            c50 = TSimd.Load(d + (5 * ldd) + (0 * width)); c51 = TSimd.Load(d + (5 * ldd) + (1 * width));
        }

        for (nint segment = gemm.Segments; segment > 0; segment--, a += gemm.ASegmentStride, b += gemm.BSegmentStride)
        {
            float* next = b;
            float* a1 = a + (1 * gemm.ARowStride);
            float* a2 = a + (2 * gemm.ARowStride);
            float* a3 = a + (3 * gemm.ARowStride);
            float* a4 = a + (4 * gemm.ARowStride);
            float* a5 = a + (5 * gemm.ARowStride);
            nint at = 0;
            for (nint k = depth; k > 0; k--, next += ldb, at += aStride)
            {
                TVector b0 = TSimd.Load(next + (0 * width)), b1 = TSimd.Load(next + (1 * width));
                TVector x = TSimd.Create(a[at]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
                c01 = TSimd.MultiplyAdd(x, b1, c01);
                x = TSimd.Create(a1[at]);
                c10 = TSimd.MultiplyAdd(x, b0, c10);
                c11 = TSimd.MultiplyAdd(x, b1, c11);
                x = TSimd.Create(a2[at]);
                c20 = TSimd.MultiplyAdd(x, b0, c20);
                c21 = TSimd.MultiplyAdd(x, b1, c21);
                x = TSimd.Create(a3[at]);
                c30 = TSimd.MultiplyAdd(x, b0, c30);
                c31 = TSimd.MultiplyAdd(x, b1, c31);
                x = TSimd.Create(a4[at]);
                c40 = TSimd.MultiplyAdd(x, b0, c40);
                c41 = TSimd.MultiplyAdd(x, b1, c41);
                x = TSimd.Create(a5[at]);
                c50 = TSimd.MultiplyAdd(x, b0, c50);
                c51 = TSimd.MultiplyAdd(x, b1, c51);
            }
        }

        nint ldc = gemm.LdC;
        if (gemm.Relu)
        {
            c00 = TSimd.Relu(c00); c01 = TSimd.Relu(c01);
            c10 = TSimd.Relu(c10); c11 = TSimd.Relu(c11);
            c20 = TSimd.Relu(c20); c21 = TSimd.Relu(c21);
            c30 = TSimd.Relu(c30); c31 = TSimd.Relu(c31);
            c40 = TSimd.Relu(c40); c41 = TSimd.Relu(c41);
            c50 = TSimd.Relu(c50); c51 = TSimd.Relu(c51);
        }

        TSimd.Store(c00, c + (0 * ldc) + (0 * width)); TSimd.Store(c01, c + (0 * ldc) + (1 * width));
        TSimd.Store(c10, c + (1 * ldc) + (0 * width)); TSimd.Store(c11, c + (1 * ldc) + (1 * width));
        TSimd.Store(c20, c + (2 * ldc) + (0 * width)); TSimd.Store(c21, c + (2 * ldc) + (1 * width));
        TSimd.Store(c30, c + (3 * ldc) + (0 * width)); TSimd.Store(c31, c + (3 * ldc) + (1 * width));
        TSimd.Store(c40, c + (4 * ldc) + (0 * width)); TSimd.Store(c41, c + (4 * ldc) + (1 * width));
        TSimd.Store(c50, c + (5 * ldc) + (0 * width)); TSimd.Store(c51, c + (5 * ldc) + (1 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MicroKernel3x2(in Gemm gemm, int row, int column)
    {
        float* a = gemm.A + (row * gemm.ARowStride), b = gemm.B + column;
        float* c = gemm.C + (row * gemm.LdC) + column, d = gemm.DAt(row, column);
        nint width = TSimd.Count, depth = gemm.K, aStride = gemm.AColumnStride, ldb = gemm.LdB;
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero;
        TVector c10 = TSimd.Zero, c11 = TSimd.Zero;
        TVector c20 = TSimd.Zero, c21 = TSimd.Zero;
        if (d != null)
        {
            nint ldd = gemm.LdD;
            c00 = TSimd.Load(d + (0 * ldd) + (0 * width)); c01 = TSimd.Load(d + (0 * ldd) + (1 * width));
            c10 = TSimd.Load(d + (1 * ldd) + (0 * width)); c11 = TSimd.Load(d + (1 * ldd) + (1 * width));
            c20 = TSimd.Load(d + (2 * ldd) + (0 * width)); c21 = TSimd.Load(d + (2 * ldd) + (1 * width));
        }

        for (nint segment = gemm.Segments; segment > 0; segment--, a += gemm.ASegmentStride, b += gemm.BSegmentStride)
        {
            float* next = b;
            float* a1 = a + (1 * gemm.ARowStride);
            float* a2 = a + (2 * gemm.ARowStride);
            nint at = 0;
            for (nint k = depth; k > 0; k--, next += ldb, at += aStride)
            {
                TVector b0 = TSimd.Load(next + (0 * width)), b1 = TSimd.Load(next + (1 * width));
                TVector x = TSimd.Create(a[at]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
                c01 = TSimd.MultiplyAdd(x, b1, c01);
                x = TSimd.Create(a1[at]);
                c10 = TSimd.MultiplyAdd(x, b0, c10);
                c11 = TSimd.MultiplyAdd(x, b1, c11);
                x = TSimd.Create(a2[at]);
                c20 = TSimd.MultiplyAdd(x, b0, c20);
                c21 = TSimd.MultiplyAdd(x, b1, c21);
            }
        }

        nint ldc = gemm.LdC;
        if (gemm.Relu)
        {
            c00 = TSimd.Relu(c00); c01 = TSimd.Relu(c01);
            c10 = TSimd.Relu(c10); c11 = TSimd.Relu(c11);
            c20 = TSimd.Relu(c20); c21 = TSimd.Relu(c21);
        }

        TSimd.Store(c00, c + (0 * ldc) + (0 * width)); TSimd.Store(c01, c + (0 * ldc) + (1 * width));
        TSimd.Store(c10, c + (1 * ldc) + (0 * width)); TSimd.Store(c11, c + (1 * ldc) + (1 * width));
        TSimd.Store(c20, c + (2 * ldc) + (0 * width)); TSimd.Store(c21, c + (2 * ldc) + (1 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MicroKernel2x2(in Gemm gemm, int row, int column)
    {
        float* a = gemm.A + (row * gemm.ARowStride), b = gemm.B + column;
        float* c = gemm.C + (row * gemm.LdC) + column, d = gemm.DAt(row, column);
        nint width = TSimd.Count, depth = gemm.K, aStride = gemm.AColumnStride, ldb = gemm.LdB;
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero;
        TVector c10 = TSimd.Zero, c11 = TSimd.Zero;
        if (d != null)
        {
            nint ldd = gemm.LdD;
            c00 = TSimd.Load(d + (0 * ldd) + (0 * width)); c01 = TSimd.Load(d + (0 * ldd) + (1 * width));
            c10 = TSimd.Load(d + (1 * ldd) + (0 * width)); c11 = TSimd.Load(d + (1 * ldd) + (1 * width));
        }

        for (nint segment = gemm.Segments; segment > 0; segment--, a += gemm.ASegmentStride, b += gemm.BSegmentStride)
        {
            float* next = b;
            float* a1 = a + (1 * gemm.ARowStride);
            nint at = 0;
            for (nint k = depth; k > 0; k--, next += ldb, at += aStride)
            {
                TVector b0 = TSimd.Load(next + (0 * width)), b1 = TSimd.Load(next + (1 * width));
                TVector x = TSimd.Create(a[at]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
                c01 = TSimd.MultiplyAdd(x, b1, c01);
                x = TSimd.Create(a1[at]);
                c10 = TSimd.MultiplyAdd(x, b0, c10);
                c11 = TSimd.MultiplyAdd(x, b1, c11);
            }
        }

        nint ldc = gemm.LdC;
        if (gemm.Relu)
        {
            c00 = TSimd.Relu(c00); c01 = TSimd.Relu(c01);
            c10 = TSimd.Relu(c10); c11 = TSimd.Relu(c11);
        }

        TSimd.Store(c00, c + (0 * ldc) + (0 * width)); TSimd.Store(c01, c + (0 * ldc) + (1 * width));
        TSimd.Store(c10, c + (1 * ldc) + (0 * width)); TSimd.Store(c11, c + (1 * ldc) + (1 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MicroKernel1x2(in Gemm gemm, int row, int column)
    {
        float* a = gemm.A + (row * gemm.ARowStride), b = gemm.B + column;
        float* c = gemm.C + (row * gemm.LdC) + column, d = gemm.DAt(row, column);
        nint width = TSimd.Count, depth = gemm.K, aStride = gemm.AColumnStride, ldb = gemm.LdB;
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero;
        if (d != null)
        {
            nint ldd = gemm.LdD;
            c00 = TSimd.Load(d + (0 * ldd) + (0 * width)); c01 = TSimd.Load(d + (0 * ldd) + (1 * width));
        }

        for (nint segment = gemm.Segments; segment > 0; segment--, a += gemm.ASegmentStride, b += gemm.BSegmentStride)
        {
            float* next = b;
            nint at = 0;
            for (nint k = depth; k > 0; k--, next += ldb, at += aStride)
            {
                TVector b0 = TSimd.Load(next + (0 * width)), b1 = TSimd.Load(next + (1 * width));
                TVector x = TSimd.Create(a[at]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
                c01 = TSimd.MultiplyAdd(x, b1, c01);
            }
        }

        nint ldc = gemm.LdC;
        if (gemm.Relu)
        {
            c00 = TSimd.Relu(c00); c01 = TSimd.Relu(c01);
        }

        TSimd.Store(c00, c + (0 * ldc) + (0 * width)); TSimd.Store(c01, c + (0 * ldc) + (1 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MicroKernel6x1(in Gemm gemm, int row, int column)
    {
        float* a = gemm.A + (row * gemm.ARowStride), b = gemm.B + column;
        float* c = gemm.C + (row * gemm.LdC) + column, d = gemm.DAt(row, column);
        nint width = TSimd.Count, depth = gemm.K, aStride = gemm.AColumnStride, ldb = gemm.LdB;
        TVector c00 = TSimd.Zero;
        TVector c10 = TSimd.Zero;
        TVector c20 = TSimd.Zero;
        TVector c30 = TSimd.Zero;
        TVector c40 = TSimd.Zero;
        TVector c50 = TSimd.Zero;
        if (d != null)
        {
            nint ldd = gemm.LdD;
            c00 = TSimd.Load(d + (0 * ldd) + (0 * width));
            c10 = TSimd.Load(d + (1 * ldd) + (0 * width));
            c20 = TSimd.Load(d + (2 * ldd) + (0 * width));
            c30 = TSimd.Load(d + (3 * ldd) + (0 * width));
            c40 = TSimd.Load(d + (4 * ldd) + (0 * width));
            c50 = TSimd.Load(d + (5 * ldd) + (0 * width));
        }

        for (nint segment = gemm.Segments; segment > 0; segment--, a += gemm.ASegmentStride, b += gemm.BSegmentStride)
        {
            float* next = b;
            float* a1 = a + (1 * gemm.ARowStride);
            float* a2 = a + (2 * gemm.ARowStride);
            float* a3 = a + (3 * gemm.ARowStride);
            float* a4 = a + (4 * gemm.ARowStride);
            float* a5 = a + (5 * gemm.ARowStride);
            nint at = 0;
            for (nint k = depth; k > 0; k--, next += ldb, at += aStride)
            {
                TVector b0 = TSimd.Load(next + (0 * width));
                TVector x = TSimd.Create(a[at]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
                x = TSimd.Create(a1[at]);
                c10 = TSimd.MultiplyAdd(x, b0, c10);
                x = TSimd.Create(a2[at]);
                c20 = TSimd.MultiplyAdd(x, b0, c20);
                x = TSimd.Create(a3[at]);
                c30 = TSimd.MultiplyAdd(x, b0, c30);
                x = TSimd.Create(a4[at]);
                c40 = TSimd.MultiplyAdd(x, b0, c40);
                x = TSimd.Create(a5[at]);
                c50 = TSimd.MultiplyAdd(x, b0, c50);
            }
        }

        nint ldc = gemm.LdC;
        if (gemm.Relu)
        {
            c00 = TSimd.Relu(c00);
            c10 = TSimd.Relu(c10);
            c20 = TSimd.Relu(c20);
            c30 = TSimd.Relu(c30);
            c40 = TSimd.Relu(c40);
            c50 = TSimd.Relu(c50);
        }

        TSimd.Store(c00, c + (0 * ldc) + (0 * width));
        TSimd.Store(c10, c + (1 * ldc) + (0 * width));
        TSimd.Store(c20, c + (2 * ldc) + (0 * width));
        TSimd.Store(c30, c + (3 * ldc) + (0 * width));
        TSimd.Store(c40, c + (4 * ldc) + (0 * width));
        TSimd.Store(c50, c + (5 * ldc) + (0 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MicroKernel1x1(in Gemm gemm, int row, int column)
    {
        float* a = gemm.A + (row * gemm.ARowStride), b = gemm.B + column;
        float* c = gemm.C + (row * gemm.LdC) + column, d = gemm.DAt(row, column);
        nint width = TSimd.Count, depth = gemm.K, aStride = gemm.AColumnStride, ldb = gemm.LdB;
        TVector c00 = TSimd.Zero;
        if (d != null)
        {
            nint ldd = gemm.LdD;
            c00 = TSimd.Load(d + (0 * ldd) + (0 * width));
        }

        for (nint segment = gemm.Segments; segment > 0; segment--, a += gemm.ASegmentStride, b += gemm.BSegmentStride)
        {
            float* next = b;
            nint at = 0;
            for (nint k = depth; k > 0; k--, next += ldb, at += aStride)
            {
                TVector b0 = TSimd.Load(next + (0 * width));
                TVector x = TSimd.Create(a[at]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
            }
        }

        nint ldc = gemm.LdC;
        if (gemm.Relu)
        {
            c00 = TSimd.Relu(c00);
        }

        TSimd.Store(c00, c + (0 * ldc) + (0 * width));
    }
}

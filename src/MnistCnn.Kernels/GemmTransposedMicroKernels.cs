using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>
/// The micro-kernels of C += A · Bᵀ, where the numbers that are summed lie side by side in A and in B: the weights of a fully
/// connected layer, (outputs, inputs), are used as they lie, with nothing transposed.
/// </summary>
/// <typeparam name="TSimd">The instructions.</typeparam>
/// <typeparam name="TVector">Their register.</typeparam>
internal static unsafe class GemmTransposedMicroKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>C += A · Bᵀ; the parameters are those of <see cref="CpuKernels.MultiplyTransposed"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int m, int n, nint k, float* a, nint lda, float* b, nint ldb, float* c, nint ldc)
    {
        // The few rows of B stay in the first cache while all rows of A pass by; the ten classes of the digits are twice five.
        int column = 0;
        for (; column + 5 <= n; column += 5)
        {
            int row = 0;
            for (; row + 2 <= m; row += 2)
            {
                MicroKernel2x5(k, a + (row * lda), lda, b + (column * ldb), ldb, c + (row * ldc) + column, ldc);
            }

            for (int last = column; row < m && last < column + 5; last++)
            {
                MicroKernel1x1(k, a + (row * lda), lda, b + (last * ldb), ldb, c + (row * ldc) + last, ldc);
            }
        }

        for (; column < n; column++)
        {
            int row = 0;
            for (; row + 3 <= m; row += 3)
            {
                MicroKernel3x1(k, a + (row * lda), lda, b + (column * ldb), ldb, c + (row * ldc) + column, ldc);
            }

            for (; row < m; row++)
            {
                MicroKernel1x1(k, a + (row * lda), lda, b + (column * ldb), ldb, c + (row * ldc) + column, ldc);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MicroKernel2x5(nint k, float* a, nint lda, float* b, nint ldb, float* c, nint ldc)
    {
        nint width = TSimd.Count, i = 0;
        float* a1 = a + (1 * lda);
        float* b1 = b + (1 * ldb);
        float* b2 = b + (2 * ldb);
        float* b3 = b + (3 * ldb);
        float* b4 = b + (4 * ldb);
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero, c02 = TSimd.Zero, c03 = TSimd.Zero, c04 = TSimd.Zero;
        TVector c10 = TSimd.Zero, c11 = TSimd.Zero, c12 = TSimd.Zero, c13 = TSimd.Zero, c14 = TSimd.Zero;
        for (; i + width <= k; i += width)
        {
            TVector x0 = TSimd.Load(a + i);
            TVector x1 = TSimd.Load(a1 + i);
            TVector y = TSimd.Load(b + i);
            c00 = TSimd.MultiplyAdd(x0, y, c00);
            c10 = TSimd.MultiplyAdd(x1, y, c10);
            y = TSimd.Load(b1 + i);
            c01 = TSimd.MultiplyAdd(x0, y, c01);
            c11 = TSimd.MultiplyAdd(x1, y, c11);
            y = TSimd.Load(b2 + i);
            c02 = TSimd.MultiplyAdd(x0, y, c02);
            c12 = TSimd.MultiplyAdd(x1, y, c12);
            y = TSimd.Load(b3 + i);
            c03 = TSimd.MultiplyAdd(x0, y, c03);
            c13 = TSimd.MultiplyAdd(x1, y, c13);
            y = TSimd.Load(b4 + i);
            c04 = TSimd.MultiplyAdd(x0, y, c04);
            c14 = TSimd.MultiplyAdd(x1, y, c14);
        }

        c[(0 * ldc) + 0] += TSimd.Sum(c00);
        c[(0 * ldc) + 1] += TSimd.Sum(c01);
        c[(0 * ldc) + 2] += TSimd.Sum(c02);
        c[(0 * ldc) + 3] += TSimd.Sum(c03);
        c[(0 * ldc) + 4] += TSimd.Sum(c04);
        c[(1 * ldc) + 0] += TSimd.Sum(c10);
        c[(1 * ldc) + 1] += TSimd.Sum(c11);
        c[(1 * ldc) + 2] += TSimd.Sum(c12);
        c[(1 * ldc) + 3] += TSimd.Sum(c13);
        c[(1 * ldc) + 4] += TSimd.Sum(c14);
        for (; i < k; i++)
        {
            c[(0 * ldc) + 0] += a[i] * b[i];
            c[(0 * ldc) + 1] += a[i] * b1[i];
            c[(0 * ldc) + 2] += a[i] * b2[i];
            c[(0 * ldc) + 3] += a[i] * b3[i];
            c[(0 * ldc) + 4] += a[i] * b4[i];
            c[(1 * ldc) + 0] += a1[i] * b[i];
            c[(1 * ldc) + 1] += a1[i] * b1[i];
            c[(1 * ldc) + 2] += a1[i] * b2[i];
            c[(1 * ldc) + 3] += a1[i] * b3[i];
            c[(1 * ldc) + 4] += a1[i] * b4[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MicroKernel3x1(nint k, float* a, nint lda, float* b, nint ldb, float* c, nint ldc)
    {
        nint width = TSimd.Count, i = 0;
        float* a1 = a + (1 * lda);
        float* a2 = a + (2 * lda);
        TVector c00 = TSimd.Zero;
        TVector c10 = TSimd.Zero;
        TVector c20 = TSimd.Zero;
        for (; i + width <= k; i += width)
        {
            TVector x0 = TSimd.Load(a + i);
            TVector x1 = TSimd.Load(a1 + i);
            TVector x2 = TSimd.Load(a2 + i);
            TVector y = TSimd.Load(b + i);
            c00 = TSimd.MultiplyAdd(x0, y, c00);
            c10 = TSimd.MultiplyAdd(x1, y, c10);
            c20 = TSimd.MultiplyAdd(x2, y, c20);
        }

        c[(0 * ldc) + 0] += TSimd.Sum(c00);
        c[(1 * ldc) + 0] += TSimd.Sum(c10);
        c[(2 * ldc) + 0] += TSimd.Sum(c20);
        for (; i < k; i++)
        {
            c[(0 * ldc) + 0] += a[i] * b[i];
            c[(1 * ldc) + 0] += a1[i] * b[i];
            c[(2 * ldc) + 0] += a2[i] * b[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MicroKernel1x1(nint k, float* a, nint lda, float* b, nint ldb, float* c, nint ldc)
    {
        nint width = TSimd.Count, i = 0;
        TVector c00 = TSimd.Zero;
        for (; i + width <= k; i += width)
        {
            TVector x0 = TSimd.Load(a + i);
            TVector y = TSimd.Load(b + i);
            c00 = TSimd.MultiplyAdd(x0, y, c00);
        }

        c[(0 * ldc) + 0] += TSimd.Sum(c00);
        for (; i < k; i++)
        {
            c[(0 * ldc) + 0] += a[i] * b[i];
        }
    }
}

using System.Runtime.CompilerServices;

namespace MnistCnn.Acceleration;

/// <summary>
/// Products of rows with rows, C += A · Bᵀ, where the numbers that are summed lie side by side in both: a dense layer's
/// weights are used as PyTorch keeps them, with nothing transposed.
/// </summary>
/// <typeparam name="TSimd">The instructions.</typeparam>
/// <typeparam name="TVector">Their register.</typeparam>
internal static unsafe class DotTiles<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        float* a, nint aRow, int rows, float* b, nint bRow, int columns, nint steps, float* c, nint cRow)
    {
        // The few rows of B stay in the first cache while all rows of A pass by.
        int column = 0;
        for (; column + 4 <= columns; column += 4)
        {
            int row = 0;
            for (; row + 3 <= rows; row += 3)
            {
                Dot3x4(a + (row * aRow), aRow, b + (column * bRow), bRow, steps, c + (row * cRow) + column, cRow);
            }

            for (; row < rows; row++)
            {
                Dot1x4(a + (row * aRow), aRow, b + (column * bRow), bRow, steps, c + (row * cRow) + column, cRow);
            }
        }

        for (; column < columns; column++)
        {
            int row = 0;
            for (; row + 3 <= rows; row += 3)
            {
                Dot3x1(a + (row * aRow), aRow, b + (column * bRow), bRow, steps, c + (row * cRow) + column, cRow);
            }

            for (; row < rows; row++)
            {
                Dot1x1(a + (row * aRow), aRow, b + (column * bRow), bRow, steps, c + (row * cRow) + column, cRow);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot3x4(float* a, nint aRow, float* b, nint bRow, nint steps, float* c, nint cRow)
    {
        nint width = TSimd.Count, k = 0;
        float* a1 = a + (1 * aRow);
        float* a2 = a + (2 * aRow);
        float* b1 = b + (1 * bRow);
        float* b2 = b + (2 * bRow);
        float* b3 = b + (3 * bRow);
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero, c02 = TSimd.Zero, c03 = TSimd.Zero;
        TVector c10 = TSimd.Zero, c11 = TSimd.Zero, c12 = TSimd.Zero, c13 = TSimd.Zero;
        TVector c20 = TSimd.Zero, c21 = TSimd.Zero, c22 = TSimd.Zero, c23 = TSimd.Zero;
        for (; k + width <= steps; k += width)
        {
            TVector x0 = TSimd.Load(a + k);
            TVector x1 = TSimd.Load(a1 + k);
            TVector x2 = TSimd.Load(a2 + k);
            TVector y = TSimd.Load(b + k);
            c00 = TSimd.MultiplyAdd(x0, y, c00);
            c10 = TSimd.MultiplyAdd(x1, y, c10);
            c20 = TSimd.MultiplyAdd(x2, y, c20);
            y = TSimd.Load(b1 + k);
            c01 = TSimd.MultiplyAdd(x0, y, c01);
            c11 = TSimd.MultiplyAdd(x1, y, c11);
            c21 = TSimd.MultiplyAdd(x2, y, c21);
            y = TSimd.Load(b2 + k);
            c02 = TSimd.MultiplyAdd(x0, y, c02);
            c12 = TSimd.MultiplyAdd(x1, y, c12);
            c22 = TSimd.MultiplyAdd(x2, y, c22);
            y = TSimd.Load(b3 + k);
            c03 = TSimd.MultiplyAdd(x0, y, c03);
            c13 = TSimd.MultiplyAdd(x1, y, c13);
            c23 = TSimd.MultiplyAdd(x2, y, c23);
        }

        c[(0 * cRow) + 0] += TSimd.Sum(c00);
        c[(0 * cRow) + 1] += TSimd.Sum(c01);
        c[(0 * cRow) + 2] += TSimd.Sum(c02);
        c[(0 * cRow) + 3] += TSimd.Sum(c03);
        c[(1 * cRow) + 0] += TSimd.Sum(c10);
        c[(1 * cRow) + 1] += TSimd.Sum(c11);
        c[(1 * cRow) + 2] += TSimd.Sum(c12);
        c[(1 * cRow) + 3] += TSimd.Sum(c13);
        c[(2 * cRow) + 0] += TSimd.Sum(c20);
        c[(2 * cRow) + 1] += TSimd.Sum(c21);
        c[(2 * cRow) + 2] += TSimd.Sum(c22);
        c[(2 * cRow) + 3] += TSimd.Sum(c23);
        for (; k < steps; k++)
        {
            c[(0 * cRow) + 0] += a[k] * b[k];
            c[(0 * cRow) + 1] += a[k] * b1[k];
            c[(0 * cRow) + 2] += a[k] * b2[k];
            c[(0 * cRow) + 3] += a[k] * b3[k];
            c[(1 * cRow) + 0] += a1[k] * b[k];
            c[(1 * cRow) + 1] += a1[k] * b1[k];
            c[(1 * cRow) + 2] += a1[k] * b2[k];
            c[(1 * cRow) + 3] += a1[k] * b3[k];
            c[(2 * cRow) + 0] += a2[k] * b[k];
            c[(2 * cRow) + 1] += a2[k] * b1[k];
            c[(2 * cRow) + 2] += a2[k] * b2[k];
            c[(2 * cRow) + 3] += a2[k] * b3[k];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot3x1(float* a, nint aRow, float* b, nint bRow, nint steps, float* c, nint cRow)
    {
        nint width = TSimd.Count, k = 0;
        float* a1 = a + (1 * aRow);
        float* a2 = a + (2 * aRow);
        TVector c00 = TSimd.Zero;
        TVector c10 = TSimd.Zero;
        TVector c20 = TSimd.Zero;
        for (; k + width <= steps; k += width)
        {
            TVector x0 = TSimd.Load(a + k);
            TVector x1 = TSimd.Load(a1 + k);
            TVector x2 = TSimd.Load(a2 + k);
            TVector y = TSimd.Load(b + k);
            c00 = TSimd.MultiplyAdd(x0, y, c00);
            c10 = TSimd.MultiplyAdd(x1, y, c10);
            c20 = TSimd.MultiplyAdd(x2, y, c20);
        }

        c[(0 * cRow) + 0] += TSimd.Sum(c00);
        c[(1 * cRow) + 0] += TSimd.Sum(c10);
        c[(2 * cRow) + 0] += TSimd.Sum(c20);
        for (; k < steps; k++)
        {
            c[(0 * cRow) + 0] += a[k] * b[k];
            c[(1 * cRow) + 0] += a1[k] * b[k];
            c[(2 * cRow) + 0] += a2[k] * b[k];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot1x4(float* a, nint aRow, float* b, nint bRow, nint steps, float* c, nint cRow)
    {
        nint width = TSimd.Count, k = 0;
        float* b1 = b + (1 * bRow);
        float* b2 = b + (2 * bRow);
        float* b3 = b + (3 * bRow);
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero, c02 = TSimd.Zero, c03 = TSimd.Zero;
        for (; k + width <= steps; k += width)
        {
            TVector x0 = TSimd.Load(a + k);
            TVector y = TSimd.Load(b + k);
            c00 = TSimd.MultiplyAdd(x0, y, c00);
            y = TSimd.Load(b1 + k);
            c01 = TSimd.MultiplyAdd(x0, y, c01);
            y = TSimd.Load(b2 + k);
            c02 = TSimd.MultiplyAdd(x0, y, c02);
            y = TSimd.Load(b3 + k);
            c03 = TSimd.MultiplyAdd(x0, y, c03);
        }

        c[(0 * cRow) + 0] += TSimd.Sum(c00);
        c[(0 * cRow) + 1] += TSimd.Sum(c01);
        c[(0 * cRow) + 2] += TSimd.Sum(c02);
        c[(0 * cRow) + 3] += TSimd.Sum(c03);
        for (; k < steps; k++)
        {
            c[(0 * cRow) + 0] += a[k] * b[k];
            c[(0 * cRow) + 1] += a[k] * b1[k];
            c[(0 * cRow) + 2] += a[k] * b2[k];
            c[(0 * cRow) + 3] += a[k] * b3[k];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot1x1(float* a, nint aRow, float* b, nint bRow, nint steps, float* c, nint cRow)
    {
        nint width = TSimd.Count, k = 0;
        TVector c00 = TSimd.Zero;
        for (; k + width <= steps; k += width)
        {
            TVector x0 = TSimd.Load(a + k);
            TVector y = TSimd.Load(b + k);
            c00 = TSimd.MultiplyAdd(x0, y, c00);
        }

        c[(0 * cRow) + 0] += TSimd.Sum(c00);
        for (; k < steps; k++)
        {
            c[(0 * cRow) + 0] += a[k] * b[k];
        }
    }
}

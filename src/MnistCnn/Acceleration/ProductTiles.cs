using System.Runtime.CompilerServices;

namespace MnistCnn.Acceleration;

/// <summary>
/// The innermost loops of a matrix product: a tile of the result stays in registers while the sums run. Six rows by two
/// registers fill the 16 registers of AVX2 and keep both multipliers of a core busy; the smaller tiles do the edges.
/// </summary>
/// <remarks>
/// The bodies are alike on purpose: the compiler keeps sums in registers only if each is a variable. Loops that take the
/// time are compiled in full at once here and elsewhere; found out step by step, that would take the first second.
/// </remarks>
/// <typeparam name="TSimd">The instructions.</typeparam>
/// <typeparam name="TVector">Their register.</typeparam>
internal static unsafe class ProductTiles<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Computes the columns that full registers cover.</summary>
    /// <returns>The first column that is left over.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Run(in MatrixProduct p, int fromColumn)
    {
        int width = TSimd.Count, column = fromColumn;
        for (; column + (2 * width) <= p.Columns; column += 2 * width)
        {
            int row = 0;
            for (; row + 6 <= p.Rows; row += 6)
            {
                Tile6x2(p, p.A + (row * p.ARow), p.B + column, p.C + (row * p.CRow) + column, p.StartAt(row, column));
            }

            for (; row + 2 <= p.Rows; row += 2)
            {
                Tile2x2(p, p.A + (row * p.ARow), p.B + column, p.C + (row * p.CRow) + column, p.StartAt(row, column));
            }

            if (row < p.Rows)
            {
                Tile1x2(p, p.A + (row * p.ARow), p.B + column, p.C + (row * p.CRow) + column, p.StartAt(row, column));
            }
        }

        for (; column + width <= p.Columns; column += width)
        {
            int row = 0;
            for (; row + 6 <= p.Rows; row += 6)
            {
                Tile6x1(p, p.A + (row * p.ARow), p.B + column, p.C + (row * p.CRow) + column, p.StartAt(row, column));
            }

            for (; row < p.Rows; row++)
            {
                Tile1x1(p, p.A + (row * p.ARow), p.B + column, p.C + (row * p.CRow) + column, p.StartAt(row, column));
            }
        }

        return column;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2(in MatrixProduct p, float* a, float* b, float* c, float* start)
    {
        nint width = TSimd.Count, steps = p.Steps, aStep = p.AStep, bStep = p.BStep;
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero;
        TVector c10 = TSimd.Zero, c11 = TSimd.Zero;
        TVector c20 = TSimd.Zero, c21 = TSimd.Zero;
        TVector c30 = TSimd.Zero, c31 = TSimd.Zero;
        TVector c40 = TSimd.Zero, c41 = TSimd.Zero;
        TVector c50 = TSimd.Zero, c51 = TSimd.Zero;
        if (start != null)
        {
            nint row = p.StartRow;
            c00 = TSimd.Load(start + (0 * row) + (0 * width)); c01 = TSimd.Load(start + (0 * row) + (1 * width));
            c10 = TSimd.Load(start + (1 * row) + (0 * width)); c11 = TSimd.Load(start + (1 * row) + (1 * width));
            c20 = TSimd.Load(start + (2 * row) + (0 * width)); c21 = TSimd.Load(start + (2 * row) + (1 * width));
            c30 = TSimd.Load(start + (3 * row) + (0 * width)); c31 = TSimd.Load(start + (3 * row) + (1 * width));
            c40 = TSimd.Load(start + (4 * row) + (0 * width)); c41 = TSimd.Load(start + (4 * row) + (1 * width));
            c50 = TSimd.Load(start + (5 * row) + (0 * width)); c51 = TSimd.Load(start + (5 * row) + (1 * width));
        }

        for (nint segment = p.Segments; segment > 0; segment--, a += p.ASegment, b += p.BSegment)
        {
            float* next = b;
            float* a1 = a + (1 * p.ARow);
            float* a2 = a + (2 * p.ARow);
            float* a3 = a + (3 * p.ARow);
            float* a4 = a + (4 * p.ARow);
            float* a5 = a + (5 * p.ARow);
            nint at = 0;
            for (nint step = steps; step > 0; step--, next += bStep, at += aStep)
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

        nint to = p.CRow;
        if (p.Relu)
        {
            c00 = TSimd.Relu(c00); c01 = TSimd.Relu(c01);
            c10 = TSimd.Relu(c10); c11 = TSimd.Relu(c11);
            c20 = TSimd.Relu(c20); c21 = TSimd.Relu(c21);
            c30 = TSimd.Relu(c30); c31 = TSimd.Relu(c31);
            c40 = TSimd.Relu(c40); c41 = TSimd.Relu(c41);
            c50 = TSimd.Relu(c50); c51 = TSimd.Relu(c51);
        }

        TSimd.Store(c00, c + (0 * to) + (0 * width)); TSimd.Store(c01, c + (0 * to) + (1 * width));
        TSimd.Store(c10, c + (1 * to) + (0 * width)); TSimd.Store(c11, c + (1 * to) + (1 * width));
        TSimd.Store(c20, c + (2 * to) + (0 * width)); TSimd.Store(c21, c + (2 * to) + (1 * width));
        TSimd.Store(c30, c + (3 * to) + (0 * width)); TSimd.Store(c31, c + (3 * to) + (1 * width));
        TSimd.Store(c40, c + (4 * to) + (0 * width)); TSimd.Store(c41, c + (4 * to) + (1 * width));
        TSimd.Store(c50, c + (5 * to) + (0 * width)); TSimd.Store(c51, c + (5 * to) + (1 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x2(in MatrixProduct p, float* a, float* b, float* c, float* start)
    {
        nint width = TSimd.Count, steps = p.Steps, aStep = p.AStep, bStep = p.BStep;
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero;
        TVector c10 = TSimd.Zero, c11 = TSimd.Zero;
        if (start != null)
        {
            nint row = p.StartRow;
            c00 = TSimd.Load(start + (0 * row) + (0 * width)); c01 = TSimd.Load(start + (0 * row) + (1 * width));
            c10 = TSimd.Load(start + (1 * row) + (0 * width)); c11 = TSimd.Load(start + (1 * row) + (1 * width));
        }

        for (nint segment = p.Segments; segment > 0; segment--, a += p.ASegment, b += p.BSegment)
        {
            float* next = b;
            float* a1 = a + (1 * p.ARow);
            nint at = 0;
            for (nint step = steps; step > 0; step--, next += bStep, at += aStep)
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

        nint to = p.CRow;
        if (p.Relu)
        {
            c00 = TSimd.Relu(c00); c01 = TSimd.Relu(c01);
            c10 = TSimd.Relu(c10); c11 = TSimd.Relu(c11);
        }

        TSimd.Store(c00, c + (0 * to) + (0 * width)); TSimd.Store(c01, c + (0 * to) + (1 * width));
        TSimd.Store(c10, c + (1 * to) + (0 * width)); TSimd.Store(c11, c + (1 * to) + (1 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x2(in MatrixProduct p, float* a, float* b, float* c, float* start)
    {
        nint width = TSimd.Count, steps = p.Steps, aStep = p.AStep, bStep = p.BStep;
        TVector c00 = TSimd.Zero, c01 = TSimd.Zero;
        if (start != null)
        {
            nint row = p.StartRow;
            c00 = TSimd.Load(start + (0 * row) + (0 * width)); c01 = TSimd.Load(start + (0 * row) + (1 * width));
        }

        for (nint segment = p.Segments; segment > 0; segment--, a += p.ASegment, b += p.BSegment)
        {
            float* next = b;
            nint at = 0;
            for (nint step = steps; step > 0; step--, next += bStep, at += aStep)
            {
                TVector b0 = TSimd.Load(next + (0 * width)), b1 = TSimd.Load(next + (1 * width));
                TVector x = TSimd.Create(a[at]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
                c01 = TSimd.MultiplyAdd(x, b1, c01);
            }
        }

        nint to = p.CRow;
        if (p.Relu)
        {
            c00 = TSimd.Relu(c00); c01 = TSimd.Relu(c01);
        }

        TSimd.Store(c00, c + (0 * to) + (0 * width)); TSimd.Store(c01, c + (0 * to) + (1 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x1(in MatrixProduct p, float* a, float* b, float* c, float* start)
    {
        nint width = TSimd.Count, steps = p.Steps, aStep = p.AStep, bStep = p.BStep;
        TVector c00 = TSimd.Zero;
        TVector c10 = TSimd.Zero;
        TVector c20 = TSimd.Zero;
        TVector c30 = TSimd.Zero;
        TVector c40 = TSimd.Zero;
        TVector c50 = TSimd.Zero;
        if (start != null)
        {
            nint row = p.StartRow;
            c00 = TSimd.Load(start + (0 * row) + (0 * width));
            c10 = TSimd.Load(start + (1 * row) + (0 * width));
            c20 = TSimd.Load(start + (2 * row) + (0 * width));
            c30 = TSimd.Load(start + (3 * row) + (0 * width));
            c40 = TSimd.Load(start + (4 * row) + (0 * width));
            c50 = TSimd.Load(start + (5 * row) + (0 * width));
        }

        for (nint segment = p.Segments; segment > 0; segment--, a += p.ASegment, b += p.BSegment)
        {
            float* next = b;
            float* a1 = a + (1 * p.ARow);
            float* a2 = a + (2 * p.ARow);
            float* a3 = a + (3 * p.ARow);
            float* a4 = a + (4 * p.ARow);
            float* a5 = a + (5 * p.ARow);
            nint at = 0;
            for (nint step = steps; step > 0; step--, next += bStep, at += aStep)
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

        nint to = p.CRow;
        if (p.Relu)
        {
            c00 = TSimd.Relu(c00);
            c10 = TSimd.Relu(c10);
            c20 = TSimd.Relu(c20);
            c30 = TSimd.Relu(c30);
            c40 = TSimd.Relu(c40);
            c50 = TSimd.Relu(c50);
        }

        TSimd.Store(c00, c + (0 * to) + (0 * width));
        TSimd.Store(c10, c + (1 * to) + (0 * width));
        TSimd.Store(c20, c + (2 * to) + (0 * width));
        TSimd.Store(c30, c + (3 * to) + (0 * width));
        TSimd.Store(c40, c + (4 * to) + (0 * width));
        TSimd.Store(c50, c + (5 * to) + (0 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1(in MatrixProduct p, float* a, float* b, float* c, float* start)
    {
        nint width = TSimd.Count, steps = p.Steps, aStep = p.AStep, bStep = p.BStep;
        TVector c00 = TSimd.Zero;
        if (start != null)
        {
            nint row = p.StartRow;
            c00 = TSimd.Load(start + (0 * row) + (0 * width));
        }

        for (nint segment = p.Segments; segment > 0; segment--, a += p.ASegment, b += p.BSegment)
        {
            float* next = b;
            nint at = 0;
            for (nint step = steps; step > 0; step--, next += bStep, at += aStep)
            {
                TVector b0 = TSimd.Load(next + (0 * width));
                TVector x = TSimd.Create(a[at]);
                c00 = TSimd.MultiplyAdd(x, b0, c00);
            }
        }

        nint to = p.CRow;
        if (p.Relu)
        {
            c00 = TSimd.Relu(c00);
        }

        TSimd.Store(c00, c + (0 * to) + (0 * width));
    }
}

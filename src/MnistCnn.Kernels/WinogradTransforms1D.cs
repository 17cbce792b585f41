using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>
/// The matrices of <see cref="WinogradTransforms"/> and their transposes, multiplied with one row or column of a tile, for as
/// many channels as a register holds.
/// </summary>
/// <remarks>
/// Strides count float32 numbers from one number of the row or column to the next. Where from and to are the same memory, all is
/// read before it is written. With these interpolation points, whose powers and products are exact in binary, a layer's largest
/// error is less than three times that of sums in float32 as they stand; with the usual 1 and 2 it was four to five times.
/// </remarks>
/// <typeparam name="TSimd">The instructions.</typeparam>
/// <typeparam name="TVector">Their register.</typeparam>
internal static unsafe class WinogradTransforms1D<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The interpolation points besides 0 and ∞ are ±A and ±B.</summary>
    private const float A = 5 / 8f, A2 = A * A, B = 3 / 2f, B2 = B * B;

    /// <summary>1 / the product of a point's differences from the others: the denominators of Lagrange's polynomials.</summary>
    private const float L0 = 1 / (A2 * B2), LA = 1 / (2 * A2 * (A2 - B2)), LB = 1 / (2 * B2 * (B2 - A2));

    /// <summary>Bᵀ · x: 6 numbers to 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyBT(float* from, nint stride, float* to, nint toStride)
    {
        TVector x0 = TSimd.Load(from), x1 = TSimd.Load(from + stride), x2 = TSimd.Load(from + (2 * stride));
        TVector x3 = TSimd.Load(from + (3 * stride)), x4 = TSimd.Load(from + (4 * stride)), x5 = TSimd.Load(from + (5 * stride));
        TVector sum = TSimd.Create(-(A2 + B2)), product = TSimd.Create(A2 * B2);
        TSimd.Store(TSimd.MultiplyAdd(product, x0, TSimd.MultiplyAdd(sum, x2, x4)), to);
        TVector even = TSimd.MultiplyAdd(TSimd.Create(-B2), x2, x4), odd = TSimd.MultiplyAdd(TSimd.Create(-B2), x1, x3);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(A), odd, even), to + toStride);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-A), odd, even), to + (2 * toStride));
        even = TSimd.MultiplyAdd(TSimd.Create(-A2), x2, x4);
        odd = TSimd.MultiplyAdd(TSimd.Create(-A2), x1, x3);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(B), odd, even), to + (3 * toStride));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-B), odd, even), to + (4 * toStride));
        TSimd.Store(TSimd.MultiplyAdd(product, x1, TSimd.MultiplyAdd(sum, x3, x5)), to + (5 * toStride));
    }

    /// <summary>B · m: 6 numbers to 6, added to what is there if wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyB(float* from, nint stride, float* to, nint toStride, bool add)
    {
        TVector m0 = TSimd.Load(from), m1 = TSimd.Load(from + stride), m2 = TSimd.Load(from + (2 * stride));
        TVector m3 = TSimd.Load(from + (3 * stride)), m4 = TSimd.Load(from + (4 * stride)), m5 = TSimd.Load(from + (5 * stride));
        TVector evenA = TSimd.Add(m1, m2), oddA = TSimd.Subtract(m1, m2);
        TVector evenB = TSimd.Add(m3, m4), oddB = TSimd.Subtract(m3, m4);
        TVector sum = TSimd.Create(-(A2 + B2)), product = TSimd.Create(A2 * B2);
        TVector x0 = TSimd.Multiply(product, m0);
        TVector x1 = TSimd.MultiplyAdd(
            TSimd.Create(-A * B2), oddA, TSimd.MultiplyAdd(TSimd.Create(-B * A2), oddB, TSimd.Multiply(product, m5)));
        TVector x2 = TSimd.MultiplyAdd(
            TSimd.Create(-B2), evenA, TSimd.MultiplyAdd(TSimd.Create(-A2), evenB, TSimd.Multiply(sum, m0)));
        TVector x3 = TSimd.MultiplyAdd(
            TSimd.Create(A), oddA, TSimd.MultiplyAdd(TSimd.Create(B), oddB, TSimd.Multiply(sum, m5)));
        TVector x4 = TSimd.Add(TSimd.Add(evenA, evenB), m0);
        if (add)
        {
            x0 = TSimd.Add(x0, TSimd.Load(to));
            x1 = TSimd.Add(x1, TSimd.Load(to + toStride));
            x2 = TSimd.Add(x2, TSimd.Load(to + (2 * toStride)));
            x3 = TSimd.Add(x3, TSimd.Load(to + (3 * toStride)));
            x4 = TSimd.Add(x4, TSimd.Load(to + (4 * toStride)));
            m5 = TSimd.Add(m5, TSimd.Load(to + (5 * toStride)));
        }

        TSimd.Store(x0, to);
        TSimd.Store(x1, to + toStride);
        TSimd.Store(x2, to + (2 * toStride));
        TSimd.Store(x3, to + (3 * toStride));
        TSimd.Store(x4, to + (4 * toStride));
        TSimd.Store(m5, to + (5 * toStride));
    }

    /// <summary>Aᵀ · m: 6 numbers to 4, plus a bias; then ReLU if wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAT(float* from, nint stride, float* to, nint toStride, TVector bias, bool relu)
    {
        TVector m0 = TSimd.Load(from), m1 = TSimd.Load(from + stride), m2 = TSimd.Load(from + (2 * stride));
        TVector m3 = TSimd.Load(from + (3 * stride)), m4 = TSimd.Load(from + (4 * stride)), m5 = TSimd.Load(from + (5 * stride));
        TVector evenA = TSimd.Add(m1, m2), oddA = TSimd.Subtract(m1, m2);
        TVector evenB = TSimd.Add(m3, m4), oddB = TSimd.Subtract(m3, m4);
        TVector y0 = TSimd.Add(TSimd.Add(evenA, evenB), TSimd.Add(m0, bias));
        TVector y1 = TSimd.MultiplyAdd(TSimd.Create(A), oddA, TSimd.MultiplyAdd(TSimd.Create(B), oddB, bias));
        TVector y2 = TSimd.MultiplyAdd(TSimd.Create(A2), evenA, TSimd.MultiplyAdd(TSimd.Create(B2), evenB, bias));
        TVector y3 = TSimd.MultiplyAdd(
            TSimd.Create(A * A2), oddA, TSimd.MultiplyAdd(TSimd.Create(B * B2), oddB, TSimd.Add(m5, bias)));
        TSimd.Store(relu ? TSimd.Relu(y0) : y0, to);
        TSimd.Store(relu ? TSimd.Relu(y1) : y1, to + toStride);
        TSimd.Store(relu ? TSimd.Relu(y2) : y2, to + (2 * toStride));
        TSimd.Store(relu ? TSimd.Relu(y3) : y3, to + (3 * toStride));
    }

    /// <summary>A · y: 4 numbers to 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyA(TVector y0, TVector y1, TVector y2, TVector y3, float* to, nint toStride)
    {
        TSimd.Store(y0, to);
        TVector even = TSimd.MultiplyAdd(TSimd.Create(A2), y2, y0), odd = TSimd.MultiplyAdd(TSimd.Create(A2), y3, y1);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(A), odd, even), to + toStride);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-A), odd, even), to + (2 * toStride));
        even = TSimd.MultiplyAdd(TSimd.Create(B2), y2, y0);
        odd = TSimd.MultiplyAdd(TSimd.Create(B2), y3, y1);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(B), odd, even), to + (3 * toStride));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-B), odd, even), to + (4 * toStride));
        TSimd.Store(y3, to + (5 * toStride));
    }

    /// <summary>G · g: 3 numbers to 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyG(float* from, nint stride, float* to, nint toStride)
    {
        TVector g0 = TSimd.Load(from), g1 = TSimd.Load(from + stride), g2 = TSimd.Load(from + (2 * stride));
        TSimd.Store(TSimd.Multiply(TSimd.Create(L0), g0), to);
        TVector even = TSimd.MultiplyAdd(TSimd.Create(A2 * LA), g2, TSimd.Multiply(TSimd.Create(LA), g0));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(A * LA), g1, even), to + toStride);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-A * LA), g1, even), to + (2 * toStride));
        even = TSimd.MultiplyAdd(TSimd.Create(B2 * LB), g2, TSimd.Multiply(TSimd.Create(LB), g0));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(B * LB), g1, even), to + (3 * toStride));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-B * LB), g1, even), to + (4 * toStride));
        TSimd.Store(g2, to + (5 * toStride));
    }

    /// <summary>Gᵀ · m: 6 numbers to 3, added to what is there if wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyGT(float* from, nint stride, float* to, nint toStride, bool add)
    {
        TVector m0 = TSimd.Load(from), m1 = TSimd.Load(from + stride), m2 = TSimd.Load(from + (2 * stride));
        TVector m3 = TSimd.Load(from + (3 * stride)), m4 = TSimd.Load(from + (4 * stride)), m5 = TSimd.Load(from + (5 * stride));
        TVector evenA = TSimd.Add(m1, m2), oddA = TSimd.Subtract(m1, m2);
        TVector evenB = TSimd.Add(m3, m4), oddB = TSimd.Subtract(m3, m4);
        TVector g0 = TSimd.MultiplyAdd(
            TSimd.Create(LA), evenA, TSimd.MultiplyAdd(TSimd.Create(LB), evenB, TSimd.Multiply(TSimd.Create(L0), m0)));
        TVector g1 = TSimd.MultiplyAdd(TSimd.Create(A * LA), oddA, TSimd.Multiply(TSimd.Create(B * LB), oddB));
        TVector g2 = TSimd.MultiplyAdd(TSimd.Create(A2 * LA), evenA, TSimd.MultiplyAdd(TSimd.Create(B2 * LB), evenB, m5));
        TSimd.Store(add ? TSimd.Add(g0, TSimd.Load(to)) : g0, to);
        TSimd.Store(add ? TSimd.Add(g1, TSimd.Load(to + toStride)) : g1, to + toStride);
        TSimd.Store(add ? TSimd.Add(g2, TSimd.Load(to + (2 * toStride))) : g2, to + (2 * toStride));
    }
}

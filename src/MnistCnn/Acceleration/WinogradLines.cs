using System.Runtime.CompilerServices;

namespace MnistCnn.Acceleration;

/// <summary>The transforms of <see cref="WinogradTransforms"/> along one axis, for as many channels as a register holds.</summary>
/// <remarks>A number and the one after it lie a step apart; where from and to are the same, all is read before it is written.</remarks>
/// <typeparam name="TSimd">The instructions.</typeparam>
/// <typeparam name="TVector">Their register.</typeparam>
internal static unsafe class WinogradLines<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const float A = WinogradPoints.A, A2 = A * A, B = WinogradPoints.B, B2 = B * B;

    /// <summary>The products of differences of points that G divides by.</summary>
    private const float Of0 = 1 / (A2 * B2), OfA = 1 / (2 * A2 * (A2 - B2)), OfB = 1 / (2 * B2 * (B2 - A2));

    /// <summary>Bᵀ: 6 numbers to 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        TVector x0 = TSimd.Load(from), x1 = TSimd.Load(from + step), x2 = TSimd.Load(from + (2 * step));
        TVector x3 = TSimd.Load(from + (3 * step)), x4 = TSimd.Load(from + (4 * step)), x5 = TSimd.Load(from + (5 * step));
        TVector sum = TSimd.Create(-(A2 + B2)), product = TSimd.Create(A2 * B2);
        TSimd.Store(TSimd.MultiplyAdd(product, x0, TSimd.MultiplyAdd(sum, x2, x4)), to);
        TVector even = TSimd.MultiplyAdd(TSimd.Create(-B2), x2, x4), odd = TSimd.MultiplyAdd(TSimd.Create(-B2), x1, x3);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(A), odd, even), to + toStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-A), odd, even), to + (2 * toStep));
        even = TSimd.MultiplyAdd(TSimd.Create(-A2), x2, x4);
        odd = TSimd.MultiplyAdd(TSimd.Create(-A2), x1, x3);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(B), odd, even), to + (3 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-B), odd, even), to + (4 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(product, x1, TSimd.MultiplyAdd(sum, x3, x5)), to + (5 * toStep));
    }

    /// <summary>B: 6 numbers to 6, added to what is there if wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InputGradient(float* from, nint step, float* to, nint toStep, bool add)
    {
        TVector m0 = TSimd.Load(from), m1 = TSimd.Load(from + step), m2 = TSimd.Load(from + (2 * step));
        TVector m3 = TSimd.Load(from + (3 * step)), m4 = TSimd.Load(from + (4 * step)), m5 = TSimd.Load(from + (5 * step));
        TVector evenA = TSimd.Add(m1, m2), oddA = TSimd.Subtract(m1, m2), evenB = TSimd.Add(m3, m4), oddB = TSimd.Subtract(m3, m4);
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
            x1 = TSimd.Add(x1, TSimd.Load(to + toStep));
            x2 = TSimd.Add(x2, TSimd.Load(to + (2 * toStep)));
            x3 = TSimd.Add(x3, TSimd.Load(to + (3 * toStep)));
            x4 = TSimd.Add(x4, TSimd.Load(to + (4 * toStep)));
            m5 = TSimd.Add(m5, TSimd.Load(to + (5 * toStep)));
        }

        TSimd.Store(x0, to);
        TSimd.Store(x1, to + toStep);
        TSimd.Store(x2, to + (2 * toStep));
        TSimd.Store(x3, to + (3 * toStep));
        TSimd.Store(x4, to + (4 * toStep));
        TSimd.Store(m5, to + (5 * toStep));
    }

    /// <summary>Aᵀ: 6 numbers to 4, with what to add to each; then ReLU if wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* from, nint step, float* to, nint toStep, TVector bias, bool relu)
    {
        TVector m0 = TSimd.Load(from), m1 = TSimd.Load(from + step), m2 = TSimd.Load(from + (2 * step));
        TVector m3 = TSimd.Load(from + (3 * step)), m4 = TSimd.Load(from + (4 * step)), m5 = TSimd.Load(from + (5 * step));
        TVector evenA = TSimd.Add(m1, m2), oddA = TSimd.Subtract(m1, m2), evenB = TSimd.Add(m3, m4), oddB = TSimd.Subtract(m3, m4);
        TVector y0 = TSimd.Add(TSimd.Add(evenA, evenB), TSimd.Add(m0, bias));
        TVector y1 = TSimd.MultiplyAdd(TSimd.Create(A), oddA, TSimd.MultiplyAdd(TSimd.Create(B), oddB, bias));
        TVector y2 = TSimd.MultiplyAdd(TSimd.Create(A2), evenA, TSimd.MultiplyAdd(TSimd.Create(B2), evenB, bias));
        TVector y3 = TSimd.MultiplyAdd(
            TSimd.Create(A * A2), oddA, TSimd.MultiplyAdd(TSimd.Create(B * B2), oddB, TSimd.Add(m5, bias)));
        TSimd.Store(relu ? TSimd.Relu(y0) : y0, to);
        TSimd.Store(relu ? TSimd.Relu(y1) : y1, to + toStep);
        TSimd.Store(relu ? TSimd.Relu(y2) : y2, to + (2 * toStep));
        TSimd.Store(relu ? TSimd.Relu(y3) : y3, to + (3 * toStep));
    }

    /// <summary>A: 4 numbers to 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient(TVector y0, TVector y1, TVector y2, TVector y3, float* to, nint toStep)
    {
        TSimd.Store(y0, to);
        TVector even = TSimd.MultiplyAdd(TSimd.Create(A2), y2, y0), odd = TSimd.MultiplyAdd(TSimd.Create(A2), y3, y1);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(A), odd, even), to + toStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-A), odd, even), to + (2 * toStep));
        even = TSimd.MultiplyAdd(TSimd.Create(B2), y2, y0);
        odd = TSimd.MultiplyAdd(TSimd.Create(B2), y3, y1);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(B), odd, even), to + (3 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-B), odd, even), to + (4 * toStep));
        TSimd.Store(y3, to + (5 * toStep));
    }

    /// <summary>G: 3 numbers to 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights(float* from, nint step, float* to, nint toStep)
    {
        TVector g0 = TSimd.Load(from), g1 = TSimd.Load(from + step), g2 = TSimd.Load(from + (2 * step));
        TSimd.Store(TSimd.Multiply(TSimd.Create(Of0), g0), to);
        TVector even = TSimd.MultiplyAdd(TSimd.Create(A2 * OfA), g2, TSimd.Multiply(TSimd.Create(OfA), g0));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(A * OfA), g1, even), to + toStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-A * OfA), g1, even), to + (2 * toStep));
        even = TSimd.MultiplyAdd(TSimd.Create(B2 * OfB), g2, TSimd.Multiply(TSimd.Create(OfB), g0));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(B * OfB), g1, even), to + (3 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Create(-B * OfB), g1, even), to + (4 * toStep));
        TSimd.Store(g2, to + (5 * toStep));
    }

    /// <summary>Gᵀ: 6 numbers to 3, added to what is there if wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WeightGradient(float* from, nint step, float* to, nint toStep, bool add)
    {
        TVector m0 = TSimd.Load(from), m1 = TSimd.Load(from + step), m2 = TSimd.Load(from + (2 * step));
        TVector m3 = TSimd.Load(from + (3 * step)), m4 = TSimd.Load(from + (4 * step)), m5 = TSimd.Load(from + (5 * step));
        TVector evenA = TSimd.Add(m1, m2), oddA = TSimd.Subtract(m1, m2), evenB = TSimd.Add(m3, m4), oddB = TSimd.Subtract(m3, m4);
        TVector g0 = TSimd.MultiplyAdd(
            TSimd.Create(OfA), evenA, TSimd.MultiplyAdd(TSimd.Create(OfB), evenB, TSimd.Multiply(TSimd.Create(Of0), m0)));
        TVector g1 = TSimd.MultiplyAdd(TSimd.Create(A * OfA), oddA, TSimd.Multiply(TSimd.Create(B * OfB), oddB));
        TVector g2 = TSimd.MultiplyAdd(TSimd.Create(A2 * OfA), evenA, TSimd.MultiplyAdd(TSimd.Create(B2 * OfB), evenB, m5));
        TSimd.Store(add ? TSimd.Add(g0, TSimd.Load(to)) : g0, to);
        TSimd.Store(add ? TSimd.Add(g1, TSimd.Load(to + toStep)) : g1, to + toStep);
        TSimd.Store(add ? TSimd.Add(g2, TSimd.Load(to + (2 * toStep))) : g2, to + (2 * toStep));
    }
}

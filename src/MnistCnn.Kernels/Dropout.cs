using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>
/// Dropout whose choices follow from a key and the place of a number alone. Nothing is drawn in sequence, so any part
/// can be computed by any thread, and again in the backward pass instead of being kept.
/// </summary>
/// <remarks>
/// The place is scrambled by the 32-bit mixer "lowbias32" of C. Wellons (Hash Function Prospector, 2018), with one half of
/// the key added before it; then the other half is added and scrambled in too.
/// </remarks>
internal static unsafe class DropoutMask
{
    /// <summary>Sets each number to 0 with probability <paramref name="rate"/> and divides the others by 1 − rate.</summary>
    /// <param name="values">The numbers; changed in place.</param>
    /// <param name="count">How many.</param>
    /// <param name="first">The place of the first one.</param>
    /// <param name="rate">The probability, 0 to below 1.</param>
    /// <param name="key">What the choices depend on.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* values, long count, uint first, double rate, ulong key)
    {
        // A number is kept if its hash is at least the threshold; as hashes are compared as signed numbers, all are shifted.
        int threshold = unchecked((int)((uint)Math.Min(uint.MaxValue, Math.Round(rate * 4294967296.0)) ^ 0x80000000));
        float scale = (float)(1 / (1 - rate));
        uint before = (uint)key, after = (uint)(key >> 32);
        long i = 0;
        Vector<uint> place = Places() + new Vector<uint>(unchecked(first + before));
        var step = new Vector<uint>((uint)Vector<uint>.Count);
        var least = new Vector<int>(threshold);
        var scales = new Vector<float>(scale);
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count, place += step)
        {
            Vector<int> hash = Vector.AsVectorInt32(Mix(place, after) ^ new Vector<uint>(0x80000000));
            Vector<int> kept = Vector.GreaterThanOrEqual(hash, least);
            Vector<float> scaled = Vector.Load(values + i) * scales;
            Vector.ConditionalSelect(kept, scaled, Vector<float>.Zero).Store(values + i);
        }

        for (; i < count; i++)
        {
            uint hash = Mix(unchecked(first + before + (uint)i), after);
            values[i] = unchecked((int)(hash ^ 0x80000000)) >= threshold ? values[i] * scale : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Mix(Vector<uint> x, uint after)
    {
        x ^= Vector.ShiftRightLogical(x, 16);
        x *= new Vector<uint>(0x7feb352d);
        x ^= Vector.ShiftRightLogical(x, 15);
        x *= new Vector<uint>(0x846ca68b);
        x ^= Vector.ShiftRightLogical(x, 16);
        x += new Vector<uint>(after);
        x *= new Vector<uint>(0x7feb352d);
        x ^= Vector.ShiftRightLogical(x, 15);
        return x * new Vector<uint>(0x846ca68b);
    }

    private static uint Mix(uint x, uint after)
    {
        unchecked
        {
            x ^= x >> 16;
            x *= 0x7feb352d;
            x ^= x >> 15;
            x *= 0x846ca68b;
            x ^= x >> 16;
            x += after;
            x *= 0x7feb352d;
            x ^= x >> 15;
            return x * 0x846ca68b;
        }
    }

    private static Vector<uint> Places()
    {
        Span<uint> places = stackalloc uint[Vector<uint>.Count];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = (uint)i;
        }

        return new Vector<uint>(places);
    }
}

/// <summary>Dropout in place.</summary>
internal sealed unsafe class DropoutLayer(int size) : PerSampleLayer(size, size)
{
    private double _rate;
    private ulong _key;

    public override bool InPlace => true;

    /// <summary>Chooses the masks of the passes from now on.</summary>
    /// <param name="rate">The probability that a number is dropped, 0 to below 1; 0: all pass.</param>
    /// <param name="key">What the choices follow from; another one for every batch.</param>
    public void SetMask(double rate, ulong key) => (_rate, _key) = (rate, key);

    /// <summary>What the numbers that are kept are multiplied by.</summary>
    public float Scale => (float)(1 / (1 - _rate));

    public override void Forward(float* input, float* output, int sample) => Apply(output, sample, new Strip(0, OutputSize));

    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient) =>
        Apply(outputGradient, sample, new Strip(0, OutputSize));

    /// <summary>Drops some of the numbers of a sample.</summary>
    /// <param name="values">(numbers of the strip); changed in place.</param>
    /// <param name="sample">The number of the sample in its batch.</param>
    /// <param name="strip">Which numbers of the sample they are.</param>
    public void Apply(float* values, int sample, Strip strip)
    {
        if (_rate > 0)
        {
            uint first = unchecked(((uint)sample * (uint)OutputSize) + (uint)strip.First);
            DropoutMask.Apply(values, strip.Count, first, _rate, _key);
        }
    }
}

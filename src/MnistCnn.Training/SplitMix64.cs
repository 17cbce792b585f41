namespace MnistCnn;

/// <summary>
/// The generator SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): its n-th number
/// follows from the seed and n alone, whoever asks, and when.
/// </summary>
/// <param name="seed">The seed.</param>
internal struct SplitMix64(ulong seed)
{
    private int _drawn;

    /// <summary>The n-th number of a seed; also a seed of its own, for one of many independent sequences.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="n">Which number, from 0; −1 is one more, for what is not counted.</param>
    public static ulong At(ulong seed, long n)
    {
        unchecked
        {
            ulong z = seed + ((ulong)(n + 1) * 0x9e3779b97f4a7c15UL);
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
            return z ^ (z >> 31);
        }
    }

    /// <summary>The next number, uniform from 0 to below 1.</summary>
    public double NextDouble() => (At(seed, _drawn++) >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next number, uniform between two.</summary>
    public double Between(double low, double high) => low + ((high - low) * NextDouble());
}

namespace MnistCnn.Acceleration;

/// <summary>
/// Keys that follow from other keys: the finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom
/// number generators", 2014).
/// </summary>
internal static class CounterKey
{
    /// <summary>One of many independent keys.</summary>
    /// <param name="key">The key that they follow from.</param>
    /// <param name="index">Which of them.</param>
    public static ulong Of(ulong key, long index)
    {
        unchecked
        {
            ulong z = key + ((ulong)(index + 1) * 0x9e3779b97f4a7c15UL);
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
            return z ^ (z >> 31);
        }
    }
}

namespace MnistCnn;

/// <summary>Random orders that depend on a seed alone: not on the machine, its threads, or what was drawn before.</summary>
internal static class Permutation
{
    /// <summary>A random order of the numbers 0 to <paramref name="count"/> − 1.</summary>
    public static int[] Of(int count, int seed)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
        }

#pragma warning disable CA5394 // Not for secrets: the seeded generator is what makes a run repeatable.
        new Random(seed).Shuffle(order);
#pragma warning restore CA5394
        return order;
    }

    /// <summary>
    /// One of many independent seeds that follow from a single one: the finaliser of SplitMix64 (Steele, Lea, Flood:
    /// "Fast splittable pseudorandom number generators", 2014), cut to 31 bits.
    /// </summary>
    /// <param name="seed">The seed that the user gave.</param>
    /// <param name="stream">Which of the seeds: the number of the epoch, for one.</param>
    public static int Seed(long seed, long stream)
    {
        ulong z = unchecked((ulong)seed + ((ulong)stream * 0x9e3779b97f4a7c15UL));
        z = unchecked((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94d049bb133111ebUL);
        return (int)((z ^ (z >> 31)) >> 33);
    }
}

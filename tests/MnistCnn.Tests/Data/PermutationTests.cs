using CsCheck;
using MnistCnn;
using Xunit;

namespace MnistCnn.Tests.Data;

public class PermutationTests
{
    [Fact]
    public void Every_number_comes_once() => Gen.Select(Gen.Int[0, 200], Gen.Int[0, int.MaxValue]).Sample((count, seed) =>
        Assert.Equal(Enumerable.Range(0, count), Permutation.Of(count, seed).Order()));

    [Fact]
    public void Every_order_is_as_likely_as_any_other()
    {
        const int perOrder = 1000;
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int seed = 0; seed < 24 * perOrder; seed++)
        {
            string order = string.Join(' ', Permutation.Of(4, Permutation.Seed(seed, stream: 0)));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        // Pearson's χ² with 23 degrees of freedom is above 49.7 once in 1,000 times (NIST/SEMATECH e-Handbook of Statistical
        // Methods, 1.3.6.7.4); the seeds are fixed, so it is the same in every run.
        double chiSquared = counts.Values.Sum(count => Math.Pow(count - perOrder, 2) / perOrder);
        Assert.Equal(24, counts.Count);
        Assert.InRange(chiSquared, 0, 49.7);
    }

    [Fact]
    public void A_seed_gives_the_same_order_in_every_version_of_NET() =>
        Assert.Equal([11, 2, 5, 6, 8, 3, 1, 0, 10, 7, 9, 4], Permutation.Of(12, Permutation.Seed(1338, stream: 1)));

    [Fact]
    public void Every_epoch_of_every_seed_draws_something_else()
    {
        // Side by side as people choose them, and far apart: all 64 bits of a seed count.
        long[] seeds = [.. Enumerable.Range(0, 50).Select(i => (long)i), 1L << 32, 1L << 62, -1, long.MinValue];
        int[] derived = [.. from seed in seeds from epoch in Enumerable.Range(0, 50) select Permutation.Seed(seed, epoch)];
        Assert.Equal(derived.Length, derived.Distinct().Count());
    }

    [Fact]
    public void Seeds_are_not_negative_so_that_a_generator_takes_each_for_another() =>
        Gen.Select(Gen.Long, Gen.Long).Sample((seed, stream) => Assert.InRange(Permutation.Seed(seed, stream), 0, int.MaxValue));
}

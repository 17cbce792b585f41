using CsCheck;
using Xunit;

namespace MnistCnn.Kernels.Tests;

public sealed unsafe class DropoutMaskTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Drops_its_share_and_scales_the_rest_so_that_the_mean_stays(double rate)
    {
        const int count = 1 << 20;
        float[] mask = Mask(count, 0, rate, key: 42);
        int dropped = mask.Count(value => value == 0);
        double deviation = Math.Sqrt(rate * (1 - rate) * count);
        Assert.InRange(dropped, (rate * count) - (5 * deviation), (rate * count) + (5 * deviation));
        Assert.All(mask.Where(value => value != 0).Distinct(), value => Assert.Equal(1 / (1 - rate), value, 1e-5));
    }

    [Fact]
    public void Neighbours_and_other_keys_are_independent()
    {
        const int count = 1 << 20;
        bool[] mask = [.. Mask(count, 0, 0.5, key: 42).Select(value => value == 0)];
        for (int seed = 0; seed < 20; seed++)
        {
            ulong key = (ulong)new Random(seed).NextInt64();
            AssertIndependent(mask, [.. Mask(count, 0, 0.5, key).Select(value => value == 0)]);
        }

        foreach (int distance in (int[])[1, 2, 3, 8, 16, 32, 64, 128, 784, 9216, 21632])
        {
            AssertIndependent(mask[..^distance], mask[distance..]);
        }
    }

    [Fact]
    public void A_choice_depends_on_its_place_and_not_on_where_the_work_was_cut() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[0, 299], Gen.ULong, Gen.UInt).Sample((count, cut, key, first) =>
        {
            cut = Math.Min(cut, count);
            float[] whole = Mask(count, first, 0.4, key);
            float[] parts = [.. Mask(cut, first, 0.4, key), .. Mask(count - cut, unchecked(first + (uint)cut), 0.4, key)];
            Assert.Equal(whole, parts);
        }, iter: 300, threads: 1);

    private static float[] Mask(int count, uint first, double rate, ulong key)
    {
        float[] mask = new float[count];
        Array.Fill(mask, 1);
        fixed (float* values = mask)
        {
            DropoutMask.Apply(values, count, first, rate, key);
        }

        return mask;
    }

    private static void AssertIndependent(bool[] a, bool[] b)
    {
        double same = a.Zip(b).Count(pair => pair.First == pair.Second);
        Assert.InRange((same / a.Length) - 0.5, -0.003, 0.003);
    }
}

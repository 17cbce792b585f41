using CsCheck;
using Xunit;

namespace MnistCnn.Kernels.Tests;

public sealed unsafe class CpuKernelsTests
{
    public static TheoryData<string> Instructions => [.. CpuKernels.Available.Select(kernels => kernels.Name)];

    [Fact]
    public void The_instructions_that_every_processor_has_come_last() =>
        Assert.Equal("128 bit", CpuKernels.Available[^1].Name);

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_product_of_any_size_is_that_of_double_precision(string instructions) =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 70], Gen.Int[1, 50], Gen.Bool, Gen.Bool, Gen.Int)
        .Sample((m, n, k, bias, relu, seed) =>
        {
            var random = new Random(seed);
            float[] a = Draw(random, m * k), b = Draw(random, k * n), d = Draw(random, n), c = new float[m * n];
            fixed (float* pa = a, pb = b, pc = c, pd = d)
            {
                Named(instructions).Multiply(new Gemm
                {
                    A = pa,
                    ARowStride = k,
                    AColumnStride = 1,
                    B = pb,
                    LdB = n,
                    C = pc,
                    LdC = n,
                    D = bias ? pd : null,
                    M = m,
                    N = n,
                    K = k,
                    Segments = 1,
                    Relu = relu,
                });
            }

            AssertProduct(m, n, k, c, (i, p) => a[(i * k) + p], (p, j) => b[(p * n) + j], (_, j) => bias ? d[j] : 0, relu);
        }, iter: 200, threads: 1);

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_transposed_product_may_be_added_in_segments(string instructions) =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 70], Gen.Int[1, 20], Gen.Int[1, 4], Gen.Int).Sample((m, n, k, segments, seed) =>
        {
            var random = new Random(seed);
            float[] a = Draw(random, segments * k * m), b = Draw(random, segments * k * n), before = Draw(random, m * n);
            float[] c = [.. before];
            fixed (float* pa = a, pb = b, pc = c)
            {
                Named(instructions).Multiply(new Gemm
                {
                    A = pa,
                    ARowStride = 1,
                    AColumnStride = m,
                    ASegmentStride = k * m,
                    B = pb,
                    LdB = n,
                    BSegmentStride = k * n,
                    C = pc,
                    LdC = n,
                    D = pc,
                    LdD = n,
                    M = m,
                    N = n,
                    K = k,
                    Segments = segments,
                });
            }

            AssertProduct(
                m, n, segments * k, c, (i, p) => a[(p * m) + i], (p, j) => b[(p * n) + j], (i, j) => before[(i * n) + j]);
        }, iter: 200, threads: 1);

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_product_with_B_transposed_is_added_to_C(string instructions) =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int[1, 80], Gen.Int).Sample((m, n, k, seed) =>
        {
            var random = new Random(seed);
            float[] a = Draw(random, m * k), b = Draw(random, n * k), before = Draw(random, m * n);
            float[] c = [.. before];
            fixed (float* pa = a, pb = b, pc = c)
            {
                Named(instructions).MultiplyTransposed(m, n, k, pa, k, pb, k, pc, n);
            }

            AssertProduct(m, n, k, c, (i, p) => a[(i * k) + p], (p, j) => b[(j * k) + p], (i, j) => before[(i * n) + j]);
        }, iter: 200, threads: 1);

    private static CpuKernels Named(string instructions) => CpuKernels.Available.Single(kernels => kernels.Name == instructions);

    private static float[] Draw(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];

    private static void AssertProduct(
        int m, int n, int k, float[] c, Func<int, int, float> a, Func<int, int, float> b, Func<int, int, float> d,
        bool relu = false)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = d(i, j) + Enumerable.Range(0, k).Sum(p => (double)a(i, p) * b(p, j));
                Assert.InRange(c[(i * n) + j] - (relu ? Math.Max(sum, 0) : sum), -1e-5, 1e-5);
            }
        }
    }
}

using CsCheck;
using MnistCnn;
using MnistCnn.Acceleration;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Acceleration;

public sealed unsafe class MatrixProductTests
{
    public static TheoryData<string> Instructions => [.. CpuKernels.Available.Select(kernels => kernels.Name)];

    [Fact]
    public void The_instructions_that_every_processor_has_come_last() =>
        Assert.Equal("128 bit", CpuKernels.Available[^1].Name);

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_product_is_libtorchs_for_every_size(string instructions)
    {
        CpuKernels kernels = Named(instructions);
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 70], Gen.Int[1, 50], Gen.Bool, Gen.Bool).Sample((rows, columns, steps, bias, relu) =>
        {
            using var scope = NewDisposeScope();
            Tensor a = randn(rows, steps), b = randn(steps, columns), start = randn(columns), c = empty(rows, columns);
            kernels.Multiply(new MatrixProduct
            {
                A = WeightTensor.Address(a),
                ARow = steps,
                AStep = 1,
                B = WeightTensor.Address(b),
                BStep = columns,
                C = WeightTensor.Address(c),
                CRow = columns,
                Start = bias ? WeightTensor.Address(start) : null,
                Rows = rows,
                Columns = columns,
                Steps = steps,
                Segments = 1,
                Relu = relu,
            });
            Tensor expected = a.matmul(b);
            expected = bias ? expected + start : expected;
            AssertClose(relu ? expected.relu() : expected, c);
        }, iter: 200, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_transposed_product_added_to_itself_in_segments_is_libtorchs(string instructions)
    {
        CpuKernels kernels = Named(instructions);
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 70], Gen.Int[1, 20], Gen.Int[1, 4]).Sample((rows, columns, steps, segments) =>
        {
            using var scope = NewDisposeScope();
            Tensor a = randn(segments * steps, rows), b = randn(segments * steps, columns), c = randn(rows, columns);
            Tensor expected = c + a.t().matmul(b);
            kernels.Multiply(new MatrixProduct
            {
                A = WeightTensor.Address(a),
                ARow = 1,
                AStep = rows,
                ASegment = steps * rows,
                B = WeightTensor.Address(b),
                BStep = columns,
                BSegment = steps * columns,
                C = WeightTensor.Address(c),
                CRow = columns,
                Start = WeightTensor.Address(c),
                StartRow = columns,
                Rows = rows,
                Columns = columns,
                Steps = steps,
                Segments = segments,
            });
            AssertClose(expected, c);
        }, iter: 200, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_product_of_rows_with_rows_is_libtorchs_for_every_size(string instructions)
    {
        CpuKernels kernels = Named(instructions);
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int[1, 80]).Sample((rows, columns, steps) =>
        {
            using var scope = NewDisposeScope();
            Tensor a = randn(rows, steps), b = randn(columns, steps), c = randn(rows, columns);
            Tensor expected = c + a.matmul(b.t());
            kernels.MultiplyRows(
                WeightTensor.Address(a), steps, rows, WeightTensor.Address(b), steps, columns, steps, WeightTensor.Address(c), columns);
            AssertClose(expected, c);
        }, iter: 200, threads: 1);
    }

    private static CpuKernels Named(string instructions) => CpuKernels.Available.Single(kernels => kernels.Name == instructions);

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-4f);
}

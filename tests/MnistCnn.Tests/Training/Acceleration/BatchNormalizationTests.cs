using CsCheck;
using MnistCnn;
using MnistCnn.Kernels;
using MnistCnn.Lab;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Training.Acceleration;

/// <summary>Batch normalisation against libtorch's: outputs, gradients and running statistics.</summary>
public sealed class BatchNormalizationTests
{
    public static TheoryData<string> Instructions => KernelNetworkTests.Instructions;

    [Theory]
    [MemberData(nameof(Instructions))]
    public void After_convolutions_and_dense_layers_of_any_size_it_is_libtorchs(string instructions) =>
        Gen.Select(
            Gen.Select(Gen.Int[6, 12], Gen.Int[6, 12], Gen.Int[1, 3]),
            Gen.Select(Gen.Int[1, 70], Gen.Int[1, 40], Gen.Int[2, 40]),
            Gen.Select(Gen.Int[8, 40], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int)).Sample((image, sizes, rest) =>
        {
            (int rows, int columns, int channels) = image;
            (int first, int second, int units) = sizes;
            (int batch, bool relu, bool dropout, bool channelsFirst, int seed) = rest;
            manual_seed(seed); // A failure can be repeated.
            Module<Tensor, Tensor>[] layers =
            [
                Conv2d(channels, first, 3, bias: relu), Drawn(BatchNorm2d(first)),
                .. relu ? [ReLU()] : Array.Empty<Module<Tensor, Tensor>>(),
                .. dropout ? [Dropout(0)] : Array.Empty<Module<Tensor, Tensor>>(),
                Conv2d(first, second, 3), ReLU(), Drawn(BatchNorm2d(second, momentum: 0.3, eps: 0.01)), MaxPool2d(2), Flatten(),
                Linear((rows - 4) / 2 * ((columns - 4) / 2) * second, units), Drawn(BatchNorm1d(units)),
                .. relu ? [ReLU()] : Array.Empty<Module<Tensor, Tensor>>(),
                Linear(units, 3),
            ];
            Tensor x = channelsFirst ? rand(batch, channels, rows, columns) : rand(batch, rows, columns, channels);

            // What is divided by a small deviation carries its rounding along, here and in libtorch; that of a convolution
            // in tiles is a few times that of plain sums. Where a number within that rounding of 0 meets a ReLU, its
            // gradient passes on one side and not on the other.
            KernelNetworkTests.AssertSame(layers, x, instructions, channelsFirst, tolerance: 2e-2f);
        }, iter: 30, threads: 1);

    [Fact]
    public void It_may_come_anywhere()
    {
        manual_seed(2);
        Tensor x = (rand(9, 10, 10, 2) * 3) + 4;
        KernelNetworkTests.AssertSame([Drawn(BatchNorm2d(2)), Conv2d(2, 5, 3), Flatten(), Linear(320, 3)], x);
        KernelNetworkTests.AssertSame(
            [MaxPool2d(2), Drawn(BatchNorm2d(2)), ReLU(), Drawn(BatchNorm2d(2)),
                Flatten(), Drawn(BatchNorm1d(50)), Linear(50, 3)],
            x);
        KernelNetworkTests.AssertSame(
            [Drawn(BatchNorm2d(2)), Conv2d(2, 5, 3), Flatten(), Linear(320, 3)], x.permute(0, 3, 1, 2), channelsFirst: true);
        KernelNetworkTests.AssertSame(
            [Drawn(BatchNorm1d(20)), Linear(20, 4), ReLU(), Drawn(BatchNorm1d(4)), Dropout(0), Linear(4, 3)], randn(30, 20));
    }

    [Fact]
    public void Numbers_far_from_zero_are_normalised_as_well()
    {
        // A mean a thousand times the deviation: a difference of squares would have lost the variance.
        manual_seed(3);
        BatchNorm2d norm = BatchNorm2d(3);
        Module<Tensor, Tensor>[] layers = [norm, Flatten(), Linear(300, 3)];
        Tensor x = rand(20, 10, 10, 3) + 1000;
        KernelNetworkTests.Run(layers, x, CpuKernels.Best, out float[] logits);
        Tensor exact = x.to(float64).permute(0, 3, 1, 2);
        Tensor variance = exact.var([0, 2, 3]);
        AssertNear((variance * 0.1) + 0.9, norm.running_var!, 1e-4);
        exact = (exact - exact.mean([0, 2, 3], keepdim: true))
            / (exact.var([0, 2, 3], unbiased: false, keepdim: true) + norm.eps).sqrt();
        var last = (Linear)layers[2];
        Tensor expected = exact.permute(0, 2, 3, 1).flatten(1).matmul(last.weight.to(float64).t()) + last.bias!;
        AssertNear(expected, tensor(logits).reshape(20, 3), 0.01);
    }

    [Fact]
    public void Without_a_momentum_the_running_statistics_are_those_of_all_batches()
    {
        var (ours, theirs) = (BatchNorm1d(4), BatchNorm1d(4));
        (ours.momentum, theirs.momentum) = (null, null);
        for (int i = 0; i < 3; i++)
        {
            Tensor x = randn(10, 4) + i;
            KernelNetworkTests.Run([ours, Linear(4, 2)], x, CpuKernels.Best, out _);
            theirs.call(x);
        }

        Assert.Equal(3, ours.num_batches_tracked!.item<long>());
        AssertNear(theirs.running_mean!, ours.running_mean!, 1e-5);
        AssertNear(theirs.running_var!, ours.running_var!, 1e-5);
    }

    [Fact]
    public void A_module_in_evaluation_mode_uses_its_running_statistics_also_in_training()
    {
        manual_seed(5);
        BatchNorm2d norm = Drawn(BatchNorm2d(4));
        using (no_grad())
        {
            norm.running_mean!.uniform_(-1, 1);
            norm.running_var!.uniform_(0.5, 2);
        }

        norm.eval();
        KernelNetworkTests.AssertSame([Conv2d(1, 4, 3), norm, ReLU(), Flatten(), Linear(256, 3)], rand(6, 10, 10, 1));
        Assert.Equal(0, norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void Without_a_backward_pass_it_uses_the_running_statistics()
    {
        manual_seed(6);
        Module<Tensor, Tensor>[] layers =
        [
            Conv2d(2, 5, 3, padding: 1), Drawn(BatchNorm2d(5)), ReLU(), Conv2d(5, 4, 3), ReLU(), Drawn(BatchNorm2d(4)),
            MaxPool2d(2), Flatten(), Linear(64, 7), Drawn(BatchNorm1d(7)), ReLU(), Linear(7, 3),
        ];
        Tensor x = rand(9, 10, 10, 2);
        KernelNetworkTests.Run(layers, x, CpuKernels.Best, out _);
        Assert.Null(KernelNetworkBuilder.Build(layers, new ImageShape(10, 10, 2), false, 9, false, CpuKernels.Best));
        foreach (Module<Tensor, Tensor> layer in layers)
        {
            layer.eval();
        }

        float[] before = KernelNetworkTests.Buffers(layers);
        Tensor expected = x.permute(0, 3, 1, 2);
        foreach (Module<Tensor, Tensor> layer in layers)
        {
            expected = layer.call(layer is Flatten ? expected.permute(0, 2, 3, 1) : expected);
        }

        using KernelNetwork network = KernelNetworkBuilder.Build(
            layers, new ImageShape(10, 10, 2), false, 9, false, CpuKernels.Best)!;
        network.Forward(x, [.. Enumerable.Range(0, 9)], dropoutKey: 0);
        AssertNear(expected, tensor(network.Last.OutputOf(9).ToArray()).reshape(9, 3), 1e-5);
        Assert.Equal(before, KernelNetworkTests.Buffers(layers));
    }

    [Fact]
    public void A_batch_of_one_number_leaves_the_running_variance()
    {
        BatchNorm1d norm = BatchNorm1d(3);
        KernelNetworkTests.Run([norm, Linear(3, 2)], randn(1, 3), CpuKernels.Best, out float[] logits);
        Assert.All(logits, logit => Assert.True(float.IsFinite(logit)));
        Assert.Equal([1f, 1f, 1f], norm.running_var!.data<float>().ToArray());
        Assert.Equal(1, norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void The_numbers_do_not_depend_on_the_number_of_threads()
    {
        Tensor x = rand(37, 12, 12, 1);
        Module<Tensor, Tensor>[] layers =
        [
            Conv2d(1, 33, 3, padding: 1), BatchNorm2d(33), ReLU(), MaxPool2d(2), Flatten(), Linear(1188, 70), BatchNorm1d(70),
            Linear(70, 3),
        ];
        int threads = get_num_threads();
        try
        {
            float[][] runs = [.. new[] { 1, 2, 5 }.Select(count =>
            {
                foreach (NormBase norm in layers.OfType<NormBase>())
                {
                    norm.reset_running_stats();
                }

                set_num_threads(count);
                KernelNetworkTests.Run(layers, x, CpuKernels.Best, out float[] logits);
                return logits.Concat(KernelNetworkTests.Gradients(layers)).Concat(KernelNetworkTests.Buffers(layers)).ToArray();
            })];
            Assert.Equal(runs[0], runs[1]);
            Assert.Equal(runs[0], runs[2]);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    public static TheoryData<string, Func<Module<Tensor, Tensor>[]>> NotKnown() => new()
    {
        { "no running statistics", () => [BatchNorm2d(2, track_running_stats: false), Flatten(), Linear(128, 3)] },
        { "double precision", () => [BatchNorm2d(2, dtype: float64), Flatten(), Linear(128, 3)] },
        { "another number of channels", () => [BatchNorm2d(3), Flatten(), Linear(128, 3)] },
        { "images after flattening", () => [Flatten(), BatchNorm2d(128), Linear(128, 3)] },
        { "vectors before flattening", () => [BatchNorm1d(2), Flatten(), Linear(128, 3)] },
    };

    [Theory]
    [MemberData(nameof(NotKnown), DisableDiscoveryEnumeration = true)]
    public void What_it_does_not_know_is_left_to_libtorch(string what, Func<Module<Tensor, Tensor>[]> layers) =>
        Assert.True(KernelNetworkBuilder.Build(layers(), new ImageShape(8, 8, 2), false, 4, true, CpuKernels.Best) is null, what);

    [Fact]
    public void It_may_have_no_weights() =>
        KernelNetworkTests.AssertSame(
            [Conv2d(2, 5, 3), BatchNorm2d(5, affine: false), Flatten(), Linear(320, 3)], rand(9, 10, 10, 2));

    /// <summary>Weights and biases as after some training.</summary>
    private static TNorm Drawn<TNorm>(TNorm norm)
        where TNorm : NormBase
    {
        using (no_grad())
        {
            norm.weight!.uniform_(0.5, 1.5);
            norm.bias!.uniform_(-0.5, 0.5);
        }

        return norm;
    }

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange((expected.to(float64) - actual.to(float64)).abs().max().item<double>(), 0, tolerance);
}

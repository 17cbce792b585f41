using MnistCnn.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Training.Acceleration;

/// <summary>
/// Every argument of every layer that the loops know: they compute what libtorch computes, or leave the network to it.
/// </summary>
public sealed class LayerArgumentsTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>[]>> s_images = new()
    {
        ["Conv2d kernel"] = () => [Conv2d(2, 3, (2, 3))],
        ["Conv2d stride"] = () => [Conv2d(2, 3, 3, stride: 2)],
        ["Conv2d strides"] = () => [Conv2d(2, 3, (3, 3), stride: (1, 2))],
        ["Conv2d padding"] = () => [Conv2d(2, 3, 3, padding: 2)],
        ["Conv2d paddings"] = () => [Conv2d(2, 3, (3, 3), padding: (0, 1))],
        ["Conv2d same"] = () => [Conv2d(2, 3, 4, padding: TorchSharp.Padding.Same)],
        ["Conv2d valid"] = () => [Conv2d(2, 3, 4, padding: TorchSharp.Padding.Valid)],
        ["Conv2d same and dilation"] = () => [Conv2d(2, 3, 3, padding: TorchSharp.Padding.Same, dilation: 2)],
        ["Conv2d dilation"] = () => [Conv2d(2, 3, 3, dilation: 2)],
        ["Conv2d groups"] = () => [Conv2d(2, 4, 3, groups: 2)],
        ["Conv2d no bias"] = () => [Conv2d(2, 3, 3, bias: false)],
        ["Conv2d reflect"] = () => [Conv2d(2, 3, 3, padding: 1, padding_mode: PaddingModes.Reflect)],
        ["Conv2d replicate"] = () => [Conv2d(2, 3, 3, padding: 1, padding_mode: PaddingModes.Replicate)],
        ["Conv2d circular"] = () => [Conv2d(2, 3, 3, padding: 1, padding_mode: PaddingModes.Circular)],
        ["Conv2d another weight"] = () => [With(Conv2d(2, 3, 3), conv => conv.weight = new Parameter(rand(3, 2, 2, 2)))],
        ["Conv2d fewer filters"] = () => [With(
            Conv2d(2, 3, 3, bias: false), conv => conv.weight = new Parameter(rand(2, 2, 3, 3)))],
        ["Conv2d bias taken away"] = () => [With(Conv2d(2, 3, 3), conv => conv.bias = null)],
        ["Conv2d channels last in memory"] = () => [With(
            Conv2d(2, 3, 3), conv => conv.weight = new Parameter(rand(3, 3, 3, 2).permute(0, 3, 1, 2)))],
        ["ConvTranspose2d"] = () => [ConvTranspose2d(2, 3, 3)],
        ["MaxPool2d"] = () => [MaxPool2d(3)],
        ["MaxPool2d window"] = () => [MaxPool2d((2, 3))],
        ["MaxPool2d stride"] = () => [MaxPool2d(2, stride: 1)],
        ["MaxPool2d same stride"] = () => [MaxPool2d(2, stride: 2)],
        ["MaxPool2d strides"] = () => [MaxPool2d((2, 2), stride: (2, 1))],
        ["MaxPool2d padding"] = () => [MaxPool2d(2, padding: 1)],
        ["MaxPool2d dilation"] = () => [MaxPool2d(2, dilation: 2)],
        ["MaxPool2d ceil mode"] = () => [MaxPool2d(3, ceil_mode: true)],
        ["AvgPool2d"] = () => [AvgPool2d(2)],
        ["BatchNorm2d"] = () => [BatchNorm2d(2)],
        ["BatchNorm2d eps"] = () => [BatchNorm2d(2, eps: 0.5)],
        ["BatchNorm2d momentum"] = () => [BatchNorm2d(2, momentum: 0.7)],
        ["BatchNorm2d momentum 0"] = () => [BatchNorm2d(2, momentum: 0)],
        ["BatchNorm2d no momentum"] = () => [With(BatchNorm2d(2), norm => norm.momentum = null)],
        ["BatchNorm2d not affine"] = () => [BatchNorm2d(2, affine: false)],
        ["BatchNorm2d no statistics"] = () => [BatchNorm2d(2, track_running_stats: false)],
        ["BatchNorm2d statistics taken away"] = () => [With(
            BatchNorm2d(2), norm => (norm.running_mean, norm.running_var) = (null, null))],
        ["BatchNorm2d bias taken away"] = () => [With(BatchNorm2d(2), norm => norm.bias = null)],
        ["InstanceNorm2d"] = () => [InstanceNorm2d(2)],
        ["Dropout 0"] = () => [Dropout(0)],
        ["Dropout in place"] = () => [Conv2d(2, 3, 3), Dropout(0, inplace: true)],
        ["Dropout2d"] = () => [Dropout2d(0)],
        ["AlphaDropout"] = () => [AlphaDropout(0)],
        ["ReLU in place"] = () => [Conv2d(2, 3, 3), ReLU(inplace: true)],
        ["ReLU6"] = () => [ReLU6()],
        ["LeakyReLU"] = () => [LeakyReLU(0.3)],
        ["PReLU"] = () => [PReLU(1)],
        ["ELU"] = () => [ELU(0.5)],
        ["Softmax in between"] = () => [Softmax(1)],
        ["Identity"] = () => [Identity()],
        ["ZeroPad2d"] = () => [ZeroPad2d(1)],
        ["Flatten twice"] = () => [Flatten(), Flatten()],
    };

    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>[]>> s_vectors = new()
    {
        ["Linear"] = () => [Linear(6, 5)],
        ["Linear no bias"] = () => [Linear(6, 5, hasBias: false)],
        ["Linear fewer units"] = () => [With(Linear(6, 5, hasBias: false), dense => dense.weight = new Parameter(rand(4, 6)))],
        ["Linear bias taken away"] = () => [With(Linear(6, 5), dense => dense.bias = null)],
        ["Linear one bias for all"] = () => [With(Linear(6, 5), dense => dense.bias = new Parameter(rand(1)))],
        ["Linear weight as a view"] = () => [With(Linear(6, 5), dense => dense.weight = new Parameter(rand(6, 5).t()))],
        ["BatchNorm1d"] = () => [BatchNorm1d(6)],
        ["BatchNorm1d no momentum"] = () => [With(BatchNorm1d(6), norm => norm.momentum = null)],
        ["BatchNorm1d not affine"] = () => [BatchNorm1d(6, affine: false)],
        ["BatchNorm1d no statistics"] = () => [BatchNorm1d(6, track_running_stats: false)],
        ["LayerNorm"] = () => [LayerNorm(6)],
        ["Flatten of vectors"] = () => [Flatten()],
        ["Flatten from the end"] = () => [Flatten(start_dim: -1)],
        ["Flatten from 1 to 1"] = () => [Flatten(1, 1)],
        ["Unflatten and back"] = () => [Unflatten(1, [2, 3]), Flatten(1, 2)],
        ["LogSoftmax in between"] = () => [LogSoftmax(1)],
        ["GELU"] = () => [GELU()],
    };

    public static TheoryData<string> Names => [.. s_images.Keys, .. s_vectors.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_loops_compute_what_libtorch_does_or_leave_it_to_that(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        bool images = s_images.ContainsKey(name);
        Tensor x = images ? rand(7, 8, 9, 2) - 0.3 : randn(7, 6);
        Module<Tensor, Tensor>[] tried = (images ? s_images : s_vectors)[name]();
        Tensor reached = tried.Aggregate(images ? x.permute(0, 3, 1, 2) : x, (input, layer) => layer.call(input));
        Module<Tensor, Tensor>[] layers = images && reached.dim() == 4
            ? [.. tried, Flatten(), Linear(reached[0].numel(), 3)]
            : [.. tried, Linear(reached.shape[1], 3)];
        ImageShape image = images ? new ImageShape(8, 9, 2) : new ImageShape(1, 1, 6);
        foreach (NormBase norm in layers.OfType<NormBase>().Where(norm => norm.running_mean is not null))
        {
            norm.reset_running_stats();
        }

        using KernelNetwork? network = KernelNetworkBuilder.Build(layers, image, false, 7, true, CpuKernels.Best);
        if (network is not null)
        {
            KernelNetworkTests.AssertSame(layers, x);
        }
    }

    [Fact]
    public void Weights_that_two_layers_share_are_left_to_libtorch()
    {
        // The gradient is the sum of both.
        (Linear a, Linear b) = (Linear(6, 6), Linear(6, 6));
        b.weight = a.weight;
        BatchNorm1d norm = BatchNorm1d(6, affine: false);
        ReLU relu = ReLU();
        foreach ((bool known, Module<Tensor, Tensor>[] layers) in ((bool, Module<Tensor, Tensor>[])[])
        [
            (false, [a, relu, b, Linear(6, 3)]), (false, [a, a, Linear(6, 3)]), (false, [norm, norm, Linear(6, 3)]),
            (true, [relu, a, relu, Linear(6, 5), relu, Linear(5, 3)]),
        ])
        {
            using KernelNetwork? network =
                KernelNetworkBuilder.Build(layers, new ImageShape(1, 1, 6), false, 7, true, CpuKernels.Best);
            Assert.Equal(known, network is not null);
            if (known)
            {
                KernelNetworkTests.AssertSame(layers, randn(7, 6));
            }
        }
    }

    private static TLayer With<TLayer>(TLayer layer, Action<TLayer> change)
    {
        change(layer);
        return layer;
    }
}

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

/// <summary>Every layer against libtorch's own: outputs and gradients.</summary>
public sealed class KernelNetworkTests
{
    public static TheoryData<string> Instructions => [.. CpuKernels.Available.Select(kernels => kernels.Name)];

    [Theory]
    [MemberData(nameof(Instructions))]
    public void Two_convolutions_and_a_pool_of_any_size_are_libtorchs(string instructions) =>
        Gen.Select(
            Gen.Select(Gen.Int[7, 14], Gen.Int[7, 14], Gen.Int[1, 3]),
            Gen.Select(Gen.Int[1, 40], Gen.Int[1, 20], Gen.Int[1, 3], Gen.Int[1, 3]),
            Gen.Select(Gen.Int[1, 9], Gen.Int[1, 40], Gen.Bool, Gen.Bool)).Sample((image, conv, rest) =>
        {
            (int rows, int columns, int channels) = image;
            (int first, int second, int window, int pool) = conv;
            (int batch, int units, bool relu, bool bias) = rest;
            int outRows = (rows - 2 - window + 1) / pool, outColumns = (columns - 2 - 3 + 1) / pool;
            Module<Tensor, Tensor>[] layers =
            [
                Conv2d(channels, first, 3, bias: bias),
                .. relu ? [ReLU()] : Array.Empty<Module<Tensor, Tensor>>(),
                Conv2d(first, second, (window, 3), bias: !bias),
                .. relu ? Array.Empty<Module<Tensor, Tensor>>() : [ReLU()],
                MaxPool2d(pool),
                ReLU(),
                Flatten(),
                Linear(second * outRows * outColumns, units, hasBias: bias),
                ReLU(),
                Linear(units, 3),
            ];
            AssertSame(layers, rand(batch, rows, columns, channels) - 0.3, instructions);
        }, iter: 60, threads: 1);

    [Theory]
    [MemberData(nameof(Instructions))]
    public void Dense_layers_of_any_size_are_libtorchs(string instructions) =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 60], Gen.Int[1, 40]).Sample((inputs, units, batch) =>
        {
            // CsCheck's seed then repeats the weights and the inputs too.
            manual_seed(inputs + (1000L * units) + (100_000L * batch));
            AssertSame([Linear(inputs, units), ReLU(), Linear(units, 10)], randn(batch, inputs), instructions);
        }, iter: 60, threads: 1);

    [Fact]
    public void The_models_of_the_exercise_are_libtorchs()
    {
        manual_seed(3);
        Tensor x = rand(40, 28, 28, 1);
        AssertSame([Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(21632, 10)], x);
        AssertSame([Conv2d(1, 32, 3), ReLU(), Dropout(0), Flatten(), Linear(21632, 128), ReLU(), Dropout(0), Linear(128, 10)], x);
        AssertSame(
            [
                Conv2d(1, 32, 3), ReLU(), Conv2d(32, 64, 3), ReLU(), MaxPool2d(2), Dropout(0), Flatten(), Linear(9216, 128),
                ReLU(), Dropout(0), Linear(128, 10),
            ], x);
    }

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_convolution_within_the_dense_layer_is_libtorchs(string instructions) =>
        Gen.Select(
            Gen.Select(Gen.Int[3, 12], Gen.Int[3, 40], Gen.Int[1, 2]), Gen.Select(Gen.Int[1, 40], Gen.Int[1, 3], Gen.Int[1, 3]),
            Gen.Select(Gen.Int[1, 150], Gen.Int[1, 70], Gen.Bool)).Sample((image, conv, rest) =>
        {
            (int rows, int columns, int channels) = image;
            (int filters, int windowRows, int windowColumns) = conv;
            (int batch, int units, bool bias) = rest;
            manual_seed(rows + (100L * columns) + (10_000L * batch));
            Conv2d convolution = Conv2d(channels, filters, (windowRows, windowColumns), bias: bias);

            // Whole sixty-fourths: the sums before the ReLU are exact, and with millions of them some would be near its kink.
            using (no_grad())
            {
                foreach (Parameter parameter in convolution.parameters())
                {
                    parameter.mul_(64).round_().div_(64);
                }
            }

            AssertSame(
                [
                    convolution, ReLU(), Dropout(0), Flatten(),
                    Linear((rows - windowRows + 1) * (columns - windowColumns + 1) * filters, units, hasBias: bias),
                ], ((rand(batch, rows, columns, channels) - 0.3) * 64).round() / 64, instructions);
        }, iter: 40, threads: 1);

    [Fact]
    public void Dropout_within_the_dense_layer_is_the_one_before_it()
    {
        manual_seed(5);
        Tensor x = rand(70, 9, 11, 1) - 0.2;
        Conv2d conv = Conv2d(1, 32, 3);
        Linear linear = Linear(7 * 9 * 32, 40);
        float[][] within = Gradients([conv, ReLU(), Dropout(0.3), Flatten(), linear]);

        // A second ReLU changes nothing, but that convolution and dropout are computed before the dense layer.
        float[][] before = Gradients([conv, ReLU(), ReLU(), Dropout(0.3), Flatten(), linear]);
        for (int i = 0; i < within.Length; i++)
        {
            float largest = before[i].Max(Math.Abs);
            Assert.All(within[i].Zip(before[i]), pair => Assert.Equal(pair.Second, pair.First, 1e-4 * largest));
        }

        float[][] Gradients(Module<Tensor, Tensor>[] layers)
        {
            using KernelNetwork network = KernelNetworkBuilder.Build(
                layers, new ImageShape(9, 11, 1), false, 70, true, CpuKernels.Best)!;
            network.Forward(x, [.. Enumerable.Range(0, 70)], dropoutKey: 11);
            Span<float> gradient = network.Last.OutputGradientOf(70);
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i] = (i % 7) - 3;
            }

            float[] output = network.Last.OutputOf(70).ToArray();
            network.Backward(70);
            return [output, .. new[] { conv.weight, conv.bias!, linear.weight, linear.bias! }
                .Select(weight => weight.grad!.data<float>().ToArray())];
        }
    }

    [Fact]
    public void Channels_may_come_first()
    {
        AssertSame(
            [Conv2d(2, 5, 3), ReLU(), Conv2d(5, 4, 3), MaxPool2d(2), Dropout(0), Flatten(), Linear(36, 7), ReLU(), Linear(7, 3)],
            rand(9, 2, 10, 10), channelsFirst: true);
        AssertSame(
            [ReLU(), MaxPool2d(2), Conv2d(3, 4, 2), Flatten(), Linear(24, 3)], rand(9, 3, 7, 8) - 0.2, channelsFirst: true);
        AssertSame([Flatten(), Linear(200, 3)], rand(9, 2, 10, 10), channelsFirst: true);
    }

    [Fact]
    public void Layers_that_work_in_place_may_come_anywhere()
    {
        Tensor x = rand(9, 10, 10, 2) - 0.2;
        AssertSame(
            [
                ReLU(), Dropout(0), Conv2d(2, 5, 3), Dropout(0), ReLU(), Conv2d(5, 4, 3), Dropout(0), MaxPool2d(2), ReLU(),
                Flatten(), Dropout(0), Linear(36, 7), Dropout(0), ReLU(), Linear(7, 3),
            ], x);
        AssertSame([Flatten(), ReLU(), Dropout(0), Linear(200, 3)], x);
        AssertSame([MaxPool2d(3), Conv2d(2, 3, 2), MaxPool2d(2), Conv2d(3, 4, 1), Flatten(), Linear(4, 3)], x);
    }

    [Fact]
    public void Without_a_backward_pass_the_outputs_are_the_same()
    {
        Tensor x = rand(9, 10, 10, 2);
        Module<Tensor, Tensor>[] layers =
        [
            Conv2d(2, 5, 3), Dropout(0), Conv2d(5, 4, 3), ReLU(), Dropout(0), MaxPool2d(2), Flatten(), Dropout(0), Linear(36, 3),
        ];
        Run(layers, x, CpuKernels.Best, out float[] expected);
        using KernelNetwork network = KernelNetworkBuilder.Build(
            layers, new ImageShape(10, 10, 2), false, 9, false, CpuKernels.Best)!;
        network.Forward(x, [.. Enumerable.Range(0, 9)], dropoutKey: 0);
        Assert.Equal(expected, network.Last.OutputOf(9).ToArray());
    }

    [Fact]
    public void An_evaluation_leaves_its_samples_as_they_are()
    {
        Tensor x = rand(9, 4, 4, 1) - 0.5, before = x.clone();
        foreach (Module<Tensor, Tensor>[] layers in new Module<Tensor, Tensor>[][]
        {
            [Flatten(), ReLU(), Linear(16, 3)], [ReLU(), Conv2d(1, 2, 3), Flatten(), Linear(8, 3)],
            [Conv2d(1, 2, 3), ReLU(), Flatten(), Linear(8, 3)],
        })
        {
            using KernelNetwork network = KernelNetworkBuilder.Build(
                layers, new ImageShape(4, 4, 1), false, 4, false, CpuKernels.Best)!;
            using var off = no_grad();
            using Tensor logits = network.Logits(x, sameWeights: false);
            Assert.True(x.equal(before).all().item<bool>());

            // Its channels, of which the last convolution alone has several, lie pixel by pixel.
            Tensor expected = layers.Aggregate(x.permute(0, 3, 1, 2), (input, layer) =>
                layer.call(layer is Flatten && input.shape[1] > 1 ? input.permute(0, 2, 3, 1) : input));
            Assert.True(logits.allclose(expected, rtol: 1e-4, atol: 1e-5));
        }
    }

    [Fact]
    public void Of_equal_numbers_the_first_takes_the_gradient()
    {
        // Whole pixels of the same value: ties everywhere.
        Tensor x = (rand(6, 9, 9, 1) * 2).round();
        Conv2d conv = Conv2d(1, 5, 2);
        using (no_grad())
        {
            conv.weight.round_();
            conv.bias!.zero_();
        }

        AssertSame([conv, MaxPool2d(2), Flatten(), Linear(80, 3)], x);
    }

    [Fact]
    public void Dropout_passes_back_exactly_what_it_let_through()
    {
        // The mask is seen from outside: with weights of 1 the gradient of a weight is the sum of what reached it.
        Linear layer = Linear(64, 1, hasBias: false);
        using (no_grad())
        {
            layer.weight.fill_(1);
        }

        Conv2d conv = Conv2d(1, 64, (1, 2), bias: false);
        using (no_grad())
        {
            conv.weight.fill_(1);
        }

        using KernelNetwork network = KernelNetworkBuilder.Build(
            [conv, Dropout(0.5), Flatten(), layer], new ImageShape(1, 2, 1), false, 1, true, CpuKernels.Best)
            ?? throw new InvalidOperationException();
        Tensor x = full(2, 0.5f);
        network.Forward(x, [0], dropoutKey: 7);
        network.Last.OutputGradientOf(1)[0] = 1;
        network.Backward(1);
        float[] reached = layer.weight.grad!.data<float>().ToArray();
        Assert.All(reached, value => Assert.True(value is 0 or 2));
        Assert.InRange(reached.Count(value => value > 0), 16, 48);
        Assert.Equal(
            reached.SelectMany(value => new[] { value / 2, value / 2 }), conv.weight.grad!.contiguous().data<float>().ToArray());
        Assert.Equal(reached.Sum(), network.Last.OutputOf(1)[0]);
    }

    [Fact]
    public void The_numbers_do_not_depend_on_the_number_of_threads()
    {
        Tensor x = rand(37, 12, 12, 1);
        Module<Tensor, Tensor>[] layers =
        [
            Conv2d(1, 8, 3), ReLU(), MaxPool2d(2), Dropout(0.3), Flatten(), Linear(200, 70), ReLU(), Dropout(0.5), Linear(70, 3),
        ];
        int threads = get_num_threads();
        try
        {
            float[][] runs = [.. new[] { 1, 2, 5 }.Select(count =>
            {
                set_num_threads(count);
                Run(layers, x, CpuKernels.Best, out float[] logits);
                return logits.Concat(Gradients(layers)).ToArray();
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
        {
            "padding with other numbers than zeros",
            () => [Conv2d(2, 4, 3, padding: 1, padding_mode: PaddingModes.Reflect), Flatten(), Linear(256, 3)]
        },
        { "stride", () => [Conv2d(2, 4, 3, stride: 2), Flatten(), Linear(36, 3)] },
        { "groups", () => [Conv2d(2, 4, 3, groups: 2), Flatten(), Linear(144, 3)] },
        { "dilation", () => [Conv2d(2, 4, 3, dilation: 2), Flatten(), Linear(64, 3)] },
        { "ceil mode", () => [Conv2d(2, 4, 3), MaxPool2d(4, ceil_mode: true), Flatten(), Linear(16, 3)] },
        { "pools that overlap", () => [Conv2d(2, 4, 3), MaxPool2d(2, stride: 1), Flatten(), Linear(100, 3)] },
        { "double precision", () => [Flatten(), Linear(128, 3, dtype: float64)] },
        { "a layer used twice", () => Linear(128, 128) is var twice ? [Flatten(), twice, twice, Linear(128, 3)] : [] },
        {
            "a frozen weight",
            () => Linear(128, 3) is var frozen && frozen.weight.requires_grad_(false) is not null ? [Flatten(), frozen] : []
        },
        { "an unknown layer", () => [Conv2d(2, 4, 3), Tanh(), Flatten(), Linear(144, 3)] },
        { "all dropped", () => [Flatten(), Dropout(1), Linear(128, 3)] },
        { "no dense layer at the end", () => [Flatten(), Linear(128, 3), ReLU()] },
        { "a size that does not fit", () => [Conv2d(2, 4, 3), Flatten(), Linear(145, 3)] },
    };

    [Theory]
    [MemberData(nameof(NotKnown), DisableDiscoveryEnumeration = true)]
    public void What_it_does_not_know_is_left_to_libtorch(string what, Func<Module<Tensor, Tensor>[]> layers) =>
        Assert.True(KernelNetworkBuilder.Build(layers(), new ImageShape(8, 8, 2), false, 4, true, CpuKernels.Best) is null, what);

    internal static void AssertSame(
        Module<Tensor, Tensor>[] layers, Tensor x, string? instructions = null, bool channelsFirst = false,
        float tolerance = 2e-5f)
    {
        using var scope = NewDisposeScope();
        x = AwayFromKinks(layers, x, channelsFirst);
        CpuKernels kernels = instructions is null ? CpuKernels.Best : CpuKernels.Available.Single(k => k.Name == instructions);
        float[] buffersBefore = Buffers(layers);

        // In 64 bits: on some processors libtorch's 32-bit convolutions (oneDNN 3, AVX2 and later) pass wrong gradients back
        // where the channels are no multiple of 16.
        ConvertTo(layers, float64);
        Tensor logits = Forward(layers, x.to(float64), channelsFirst);
        Tensor labels = arange(x.shape[0]) % logits.shape[1];
        functional.cross_entropy(logits, labels).backward();
        float[] gradients = Gradients(layers), buffers = Buffers(layers);
        ConvertTo(layers, float32);
        SetBuffers(layers, buffersBefore);
        Run(layers, x, kernels, out float[] computed, channelsFirst);
        AssertClose([.. logits.detach().to(float32).contiguous().data<float>()], computed, tolerance);
        AssertClose(gradients, Gradients(layers), tolerance);
        AssertClose(buffers, Buffers(layers), tolerance);
    }

    /// <summary>Brings weights and statistics to another precision, without gradients.</summary>
    private static void ConvertTo(Module<Tensor, Tensor>[] layers, ScalarType type)
    {
        foreach (Module<Tensor, Tensor> layer in layers)
        {
            layer.to(type);
            foreach (Parameter parameter in layer.parameters())
            {
                parameter.grad = null;
            }
        }
    }

    private static Tensor Forward(
        Module<Tensor, Tensor>[] layers, Tensor x, bool channelsFirst, Action<Module<Tensor, Tensor>, Tensor>? look = null)
    {
        Tensor values = x.dim() == 4 && !channelsFirst ? x.permute(0, 3, 1, 2) : x;
        foreach (Module<Tensor, Tensor> layer in layers)
        {
            look?.Invoke(layer, values);
            values = layer.call(layer is Flatten && values.dim() == 4 && !channelsFirst ? values.permute(0, 2, 3, 1) : values);
        }

        return values;
    }

    /// <summary>
    /// Images like those given for which no ReLU gets a number within rounding of 0, nor a pool two within rounding of each
    /// other: there the sum's order decides where the gradient passes, and both answers are right. With too many numbers for
    /// that, the last that were tried.
    /// </summary>
    private static Tensor AwayFromKinks(Module<Tensor, Tensor>[] layers, Tensor x, bool channelsFirst)
    {
        using var off = no_grad();
        float[] buffers = Buffers(layers);
        for (int attempt = 0; attempt < 10; attempt++)
        {
            float nearest = float.PositiveInfinity;
            _ = Forward(layers, x, channelsFirst, (layer, values) =>
            {
                Tensor? distances = layer switch
                {
                    TorchSharp.Modules.ReLU => values.abs(),
                    MaxPool2d { kernel_size: var size } when size.Max() > 1 => -functional
                        .unfold(values.flatten(0, 1).unsqueeze(1), (size[0], size[^1]), stride: (size[0], size[^1]))
                        .topk(2, dim: 1).values.diff(dim: 1),
                    _ => null,
                };
                if (distances is not null)
                {
                    distances = distances.masked_fill(distances == 0, float.PositiveInfinity);
                    nearest = Math.Min(nearest, distances.min().item<float>());
                }
            });
            SetBuffers(layers, buffers);
            if (nearest > 2e-6f)
            {
                return x;
            }

            x = x + (0.01 * randn_like(x));
        }

        return x;
    }

    internal static void Run(
        Module<Tensor, Tensor>[] layers, Tensor x, CpuKernels kernels, out float[] logits, bool channelsFirst = false)
    {
        int samples = (int)x.shape[0];
        int[] shape = [.. x.shape.Select(size => (int)size)];
        ImageShape image = shape.Length == 2 ? new ImageShape(1, 1, shape[1])
            : channelsFirst ? new ImageShape(shape[2], shape[3], shape[1])
            : new ImageShape(shape[1], shape[2], shape[3]);
        using KernelNetwork network = KernelNetworkBuilder.Build(layers, image, channelsFirst, samples + 3, true, kernels)
            ?? throw new InvalidOperationException();
        int classes = network.Last.OutputSize;
        float[] targets = new float[samples * classes];
        for (int i = 0; i < samples; i++)
        {
            targets[(i * classes) + (i % classes)] = 1;
        }

        network.ComputeGradients(x.contiguous(), [.. Enumerable.Range(0, samples)], targets, dropoutKey: 11);
        logits = network.Last.OutputOf(samples).ToArray();
    }

    internal static float[] Gradients(Module<Tensor, Tensor>[] layers) =>
    [
        .. layers.SelectMany(layer => layer.parameters())
            .SelectMany(parameter => parameter.grad!.to(float32).contiguous().data<float>().ToArray()),
    ];

    /// <summary>What layers keep besides weights: running statistics and their count.</summary>
    internal static float[] Buffers(Module<Tensor, Tensor>[] layers) =>
        [.. layers.SelectMany(layer => layer.buffers()).SelectMany(buffer => buffer.to(float32).data<float>().ToArray())];

    private static void SetBuffers(Module<Tensor, Tensor>[] layers, float[] values)
    {
        int from = 0;
        foreach (Tensor buffer in layers.SelectMany(layer => layer.buffers()))
        {
            using (no_grad())
            {
                buffer.copy_(tensor(values[from..(from + (int)buffer.numel())]).reshape(buffer.shape));
            }

            from += (int)buffer.numel();
        }
    }

    /// <summary>Equal up to the rounding of float32 sums in another order.</summary>
    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        float scale = expected.Append(0).Max(Math.Abs) + 1e-3f;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Math.Abs(expected[i] - actual[i]) / scale, 0, tolerance);
        }
    }
}

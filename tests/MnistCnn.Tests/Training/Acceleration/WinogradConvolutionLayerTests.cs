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

/// <summary>Convolutions in tiles against libtorch's in double precision: outputs and all gradients.</summary>
public sealed class WinogradConvolutionLayerTests
{
    public static TheoryData<string> Instructions => [.. CpuKernels.Available.Select(kernels => kernels.Name)];

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_convolution_of_any_size_is_libtorchs(string instructions) =>
        Gen.Select(
            Gen.Select(Gen.Int[3, 15], Gen.Int[3, 15]), Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40]), Gen.Bool, Gen.Bool)
        .Sample((image, channels, relu, bias) =>
            Assert.InRange(
                LargestError(
                    true, new ImageShape(image.Item1, image.Item2, channels.Item1), channels.Item2, relu, bias, instructions),
                0, 5e-6), iter: 100, threads: 1);

    [Theory]
    [InlineData(30, 26, 64, 64)]
    [InlineData(45, 14, 8, 130)]
    public void An_image_of_more_tiles_than_are_held_at_once_is_computed_in_parts(
        int rows, int columns, int channels, int filters) =>
        Assert.InRange(LargestError(true, new ImageShape(rows, columns, channels), filters, true, true), 0, 5e-6);

    [Fact]
    public void Its_largest_error_is_less_than_three_times_that_of_sums_as_they_stand()
    {
        manual_seed(1);
        var image = new ImageShape(26, 26, 32);
        double[] ratios =
        [
            .. Enumerable.Range(0, 5).Select(_ =>
                LargestError(true, image, 64, true, true) / LargestError(false, image, 64, true, true)).Order(),
        ];
        Assert.InRange(ratios[2], 1, 3);
    }

    [Fact]
    public void Where_it_does_not_pay_the_sums_are_computed_as_they_stand()
    {
        Assert.True(WinogradConvolutionLayer.IsFasterFor(new(new(26, 26, 32), 3, 3, 64)));
        Assert.False(WinogradConvolutionLayer.IsFasterFor(new(new(28, 28, 1), 3, 3, 32)));
        Assert.False(WinogradConvolutionLayer.IsFasterFor(new(new(26, 26, 32), 5, 5, 64)));
        Assert.False(WinogradConvolutionLayer.IsFasterFor(new(new(26, 26, 32), 3, 1, 64)));
        Assert.False(WinogradConvolutionLayer.IsFasterFor(new(new(5, 5, 32), 3, 3, 64)));
        Assert.False(WinogradConvolutionLayer.IsFasterFor(new(new(7, 7, 32), 3, 3, 64)));
    }

    [Fact]
    public void The_gradients_do_not_depend_on_the_number_of_threads()
    {
        Module<Tensor, Tensor>[] layers =
            [Conv2d(3, 12, 3), ReLU(), Conv2d(12, 16, 3), ReLU(), Flatten(), Linear(16 * 19 * 18, 3)];
        Tensor x = rand(37, 23, 22, 3);
        Assert.True(WinogradConvolutionLayer.IsFasterFor(new(new(21, 20, 12), 3, 3, 16)));
        int threads = get_num_threads();
        try
        {
            float[][] runs = [.. new[] { 1, 2, 5 }.Select(count =>
            {
                set_num_threads(count);
                return Run(layers, x);
            })];
            Assert.Equal(runs[0], runs[1]);
            Assert.Equal(runs[0], runs[2]);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void A_pass_that_says_so_does_not_look_at_the_weights_again()
    {
        float[] weight = [.. rand(8 * 8 * 9).data<float>()];
        using var memory = new NativeBuffer(weight.Length);
        weight.CopyTo(memory.Span);
        var parameter = new ParameterMemory(weight.Length);
        parameter.SetData(memory.Span);
        using var input = new InputBlock(1, 6 * 6 * 8, hasGradient: false);
        input.Load(rand(6 * 6 * 8).data<float>().ToArray(), [0]);
        using var block = new PerSampleBlock(
            [new WinogradConvolutionLayer(CpuKernels.Best, new(new(6, 6, 8), 3, 3, 8), parameter, null, false, false)], 1, input,
            training: false);
        float[] Output(bool sameWeights)
        {
            block.Forward(1, sameWeights, threads: 1);
            return block.OutputOf(1).ToArray();
        }

        float[] before = Output(false);
        memory.Span.Fill(2);
        Assert.Equal(before, Output(true));
        Assert.NotEqual(before, Output(false));
    }

    /// <summary>The largest error of output and gradients, each as a share of the largest number.</summary>
    private static unsafe double LargestError(
        bool inTiles, ImageShape image, int filters, bool relu, bool bias, string? instructions = null)
    {
        using var scope = NewDisposeScope();
        CpuKernels kernels = instructions is null ? CpuKernels.Best : CpuKernels.Available.Single(k => k.Name == instructions);
        Conv2d exact = Conv2d(image.Channels, filters, 3, bias: bias, dtype: float64);
        Conv2d module = Conv2d(image.Channels, filters, 3, bias: bias);
        Tensor x = rand(image.Rows, image.Columns, image.Channels) - 0.3;
        Tensor gradient = randn(image.Rows - 2, image.Columns - 2, filters);
        using (no_grad())
        {
            exact.weight.copy_(module.weight);
            exact.bias?.copy_(module.bias!);
        }

        Tensor x64 = x.to(float64).permute(2, 0, 1).unsqueeze(0).contiguous().requires_grad_(true);
        Tensor y64 = exact.call(x64);
        Tensor gradient64 = gradient.to(float64).permute(2, 0, 1).unsqueeze(0);

        // Where a sum is as good as 0, rounding decides what ReLU lets through.
        gradient64 = gradient64.where(y64.abs() > 1e-5, zeros_like(gradient64));
        gradient = gradient64.squeeze(0).permute(1, 2, 0).to(float32).contiguous();
        y64 = relu ? y64.relu() : y64;
        y64.backward([gradient64.contiguous()]);

        var (weightMemory, biasMemory) = (new ParameterMemory((int)module.weight.numel()), new ParameterMemory(filters));
        Tensor weightGradient = zeros_like(module.weight), biasGradient = zeros(filters);
        weightMemory.SetData(module.weight.Floats());
        weightMemory.SetGradient(weightGradient.Floats());
        if (bias)
        {
            biasMemory.SetData(module.bias!.Floats());
            biasMemory.SetGradient(biasGradient.Floats());
        }

        var shape = new ConvolutionShape(image, 3, 3, filters);
        using PerSampleLayer layer = inTiles
            ? new WinogradConvolutionLayer(kernels, shape, weightMemory, bias ? biasMemory : null, relu, needsInputGradient: true)
            : new ConvolutionLayer(kernels, shape, weightMemory, bias ? biasMemory : null, relu, needsInputGradient: true);
        Tensor y = empty_like(gradient), xGradient = empty_like(x);
        using var collected = new NativeBuffer(layer.GroupGradientSize);
        using var gradients = new NativeBuffer(layer.GradientSize);
        layer.Prepare(sameWeights: false);
        fixed (float* input = x.Floats(), output = y.Floats())
        fixed (float* outputGradient = gradient.Floats(), inputGradient = xGradient.Floats())
        {
            layer.Forward(input, output, 0);
            layer.Backward(input, output, outputGradient, inputGradient, 0, collected.Start);
        }

        layer.FinishGroup(collected.Start, gradients.Start);
        layer.StoreGradients(gradients.Start);
        double error = Math.Max(
            Math.Max(Error(y64.squeeze(0).permute(1, 2, 0), y), Error(x64.grad!.squeeze(0).permute(1, 2, 0), xGradient)),
            Error(exact.weight.grad!, weightGradient));
        return bias ? Math.Max(error, Error(exact.bias!.grad!, biasGradient)) : error;
    }

    private static double Error(Tensor exact, Tensor computed) =>
        (exact - computed).abs().max().item<double>() / (exact.abs().max().item<double>() + 1e-3);

    private static float[] Run(Module<Tensor, Tensor>[] layers, Tensor x)
    {
        int samples = (int)x.shape[0];
        using KernelNetwork network = KernelNetworkBuilder.Build(
            layers, new ImageShape((int)x.shape[1], (int)x.shape[2], (int)x.shape[3]), false, samples, true, CpuKernels.Best)!;
        network.Forward(x, [.. Enumerable.Range(0, samples)], dropoutKey: 1);
        Span<float> logits = network.Last.OutputOf(samples), gradient = network.Last.OutputGradientOf(samples);
        for (int i = 0; i < logits.Length; i++)
        {
            gradient[i] = logits[i] - 0.5f;
        }

        network.Backward(samples);
        return
        [
            .. logits,
            .. layers.SelectMany(layer => layer.parameters()).SelectMany(p => p.grad!.contiguous().data<float>().ToArray()),
        ];
    }
}

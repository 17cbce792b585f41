using MnistCnn.Data;
using MnistCnn.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

public class CompileTests
{
    [Fact]
    public void Draws_glorot_uniform_weights_and_zero_biases()
    {
        Sequential model = nn.Sequential(
            ("conv2d_1", nn.Conv2d(8, 32, 3)), ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(32 * 36, 64)))
            .Compile(new MnistCnn.Data.Shape(8, 8, 8), seed: 1338);
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);

        // fan_in + fan_out: (8 + 32) · 3 · 3 for the convolution, 1152 + 64 for the dense layer.
        AssertUniform(Math.Sqrt(6.0 / 360), parameters["conv2d_1.weight"]);
        AssertUniform(Math.Sqrt(6.0 / 1216), parameters["dense_1.weight"]);
        Assert.All(parameters["conv2d_1.bias"].data<float>(), bias => Assert.Equal(0, bias));
        Assert.All(parameters["dense_1.bias"].data<float>(), bias => Assert.Equal(0, bias));
    }

    [Fact]
    public void Draws_the_same_weights_for_the_same_seed()
    {
        float[] Weights(long seed) =>
            [.. TinyImages.Model().Compile(TinyImages.Shape, seed: seed).parameters().SelectMany(p => p.contiguous().data<float>().ToArray())];
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }

    [Fact]
    public void Keeps_the_weights_when_asked_to()
    {
        Sequential model = TinyImages.Model();
        float[] before = [.. model.parameters().First().contiguous().data<float>()];
        model.Compile(TinyImages.Shape, initializer: Initializer.Keep);
        Assert.Equal(before, model.parameters().First().contiguous().data<float>().ToArray());
    }

    [Fact]
    public void Names_the_layer_that_does_not_fit()
    {
        Sequential model = nn.Sequential(
            ("conv2d_1", nn.Conv2d(1, 4, 5)), ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(144, 4)));
        string message = Assert.Throws<ArgumentException>(() => model.Compile(TinyImages.Shape)).Message;
        Assert.StartsWith("dense_1 cannot take what reaches it, (None, 64)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_what_it_expects()
    {
        Assert.Contains("given (0, 8, 1)", Fails(new MnistCnn.Data.Shape(0, 8, 1)), StringComparison.Ordinal);
        Assert.Contains("given ()", Fails(new MnistCnn.Data.Shape()), StringComparison.Ordinal);
        static string Fails(MnistCnn.Data.Shape shape) =>
            Assert.Throws<ArgumentException>(() => TinyImages.Model().Compile(shape)).Message;
    }

    private static void AssertUniform(double limit, Tensor weights)
    {
        float[] values = weights.contiguous().data<float>().ToArray();
        Assert.All(values, value => Assert.InRange(value, -limit, limit));
        Assert.InRange(values.Max(), 0.99 * limit, limit);
        Assert.InRange(values.Min(), -limit, -0.99 * limit);

        // The variance of a uniform distribution on ±limit is limit²/3; with thousands of draws it is within a few percent.
        double variance = values.Average(value => (double)value * value);
        Assert.InRange(variance, 0.94 * limit * limit / 3, 1.06 * limit * limit / 3);
    }
}

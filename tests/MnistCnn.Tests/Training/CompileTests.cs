using MnistCnn;
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
            .Compile(new Shape(8, 8, 8), seed: 1338);
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);

        // fan_in + fan_out: (8 + 32) · 3 · 3 for the convolution, 1152 + 64 for the dense layer.
        AssertUniform(Math.Sqrt(6.0 / 360), parameters["conv2d_1.weight"]);
        AssertUniform(Math.Sqrt(6.0 / 1216), parameters["dense_1.weight"]);
        Assert.All(parameters["conv2d_1.bias"].data<float>(), bias => Assert.Equal(0, bias));
        Assert.All(parameters["dense_1.bias"].data<float>(), bias => Assert.Equal(0, bias));
    }

    // fan_in is 8 · 3 · 3 = 72 and fan_out 32 · 3 · 3 = 288 for the convolution, 1152 and 64 for the dense layer.
    [Theory]
    [InlineData(Initializer.GlorotUniform, 6.0 / 360, 6.0 / 1216)]
    [InlineData(Initializer.HeUniform, 6.0 / 72, 6.0 / 1152)]
    [InlineData(Initializer.Uniform, 1.0 / 72, 1.0 / 1152)]
    public void Draws_uniform_weights_within_the_limits_that_Keras_and_PyTorch_state(
        Initializer initializer, double convolution, double dense)
    {
        Dictionary<string, Parameter> parameters = Drawn(initializer);
        AssertUniform(Math.Sqrt(convolution), parameters["conv2d_1.weight"]);
        AssertUniform(Math.Sqrt(dense), parameters["dense_1.weight"]);
        float largestBias = parameters["dense_1.bias"].abs().max().item<float>();
        Assert.InRange(largestBias, initializer == Initializer.Uniform ? 0.8 * Math.Sqrt(dense) : 0,
            initializer == Initializer.Uniform ? Math.Sqrt(dense) : 0);
    }

    [Theory]
    [InlineData(Initializer.GlorotNormal, 2.0 / 360, 2.0 / 1216, true)]
    [InlineData(Initializer.HeNormal, 2.0 / 72, 2.0 / 1152, true)]
    [InlineData(Initializer.RandomNormal, 0.0025, 0.0025, false)]
    public void Draws_normal_weights_of_the_deviations_that_Keras_states(
        Initializer initializer, double convolution, double dense, bool cutOff)
    {
        Dictionary<string, Parameter> parameters = Drawn(initializer);
        foreach ((string name, double variance) in new[] { ("conv2d_1.weight", convolution), ("dense_1.weight", dense) })
        {
            double[] values = [.. parameters[name].contiguous().data<float>().Select(value => value / Math.Sqrt(variance))];
            Assert.InRange(values.Average(value => value * value), 0.94, 1.06);
            Assert.InRange(values.Average(), -0.05, 0.05);

            // Cut off at two deviations of the distribution before it was scaled up by 1 / 0.8796.
            Assert.InRange(values.Max(Math.Abs), cutOff ? 2.2 : 3, cutOff ? 2 / 0.8796 : 6);

            // A normal distribution has 38.3 % within half a deviation; cut off and scaled, 35.5 %.
            Assert.InRange(
                values.Count(value => Math.Abs(value) < 0.5) / (double)values.Length, cutOff ? 0.34 : 0.37, cutOff ? 0.37 : 0.4);
        }

        Assert.All(parameters["dense_1.bias"].data<float>(), bias => Assert.Equal(0, bias));
    }

    [Theory]
    [InlineData(Initializer.HeNormal)]
    [InlineData(Initializer.Uniform)]
    public void Batch_normalisation_begins_with_factor_1_and_offset_0_also_when_a_model_is_compiled_again(Initializer initializer)
    {
        Sequential model = nn.Sequential(("bn_1", nn.BatchNorm2d(1)), ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(64, 4)))
            .Compile(TinyImages.Shape, new Sgd(0.1), initializer, seed: 1);
        string before = ModelWeights.Fingerprint(model);
        Assert.Equal([1f, 0, 0, 1], new[] { "weight", "bias", "running_mean", "running_var" }.Select(
            name => model.state_dict()["bn_1." + name].item<float>()));
        model.Fit(TinyImages.Make(20, seed: 1), verbose: false);
        Assert.NotEqual(1, model.state_dict()["bn_1.running_var"].item<float>());
        model.Compile(TinyImages.Shape, initializer: initializer, seed: 1);
        Assert.Equal(before, ModelWeights.Fingerprint(model));
    }

    [Fact]
    public void Draws_the_same_weights_for_the_same_seed()
    {
        float[] Weights(long seed) =>
            [.. TinyImages.Model().Compile(TinyImages.Shape, seed: seed).parameters()
                .SelectMany(p => p.contiguous().data<float>().ToArray())];
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

    [Theory]
    [InlineData("size", "dense_1 takes 144 numbers, but another number of them reaches it.", "rows × columns × channels")]
    [InlineData("flatten", "dense_1 takes one row of numbers for each image", "Is there a Flatten() before it?")]
    [InlineData("channels", "conv2d_2 takes images of 1 channel, but another number", "as many as that has filters")]
    [InlineData("window", "The window of conv2d_1 does not fit what reaches it, (None, 8, 8, 1).", "leave enough rows?")]
    [InlineData("row", "conv2d_2 takes images, but what reaches it is a row of numbers.", "Convolutions come before")]
    [InlineData("forward", "An image gets no further than what follows conv, which is given (None, 4, 4, 4): mat", "layer to")]
    public void Names_the_layer_that_does_not_fit_and_what_to_count(string mistake, string what, string hint)
    {
        nn.Module<Tensor, Tensor> model = mistake switch
        {
            "size" => nn.Sequential(
                ("conv2d_1", nn.Conv2d(1, 4, 5)), ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(144, 4))),
            "flatten" => nn.Sequential(("conv2d_1", nn.Conv2d(1, 4, 5)), ("dense_1", nn.Linear(64, 4))),
            "channels" => nn.Sequential(("conv2d_1", nn.Conv2d(1, 4, 3)), ("conv2d_2", nn.Conv2d(1, 4, 3))),
            "window" => nn.Sequential(("conv2d_1", nn.Conv2d(1, 4, 9))),
            "row" => nn.Sequential(("flatten_1", nn.Flatten()), ("conv2d_2", nn.Conv2d(1, 4, 3))),
            _ => new ForwardAlone(),
        };
        foreach (Action call in new Action[]
        {
            () => model.Compile(TinyImages.Shape), () => model.Summary(TinyImages.Shape),
            () => model.Fit(TinyImages.Make(20, seed: 1), verbose: false),
        })
        {
            ArgumentException refused = Assert.Throws<ArgumentException>(call);
            Assert.StartsWith(what, refused.Message, StringComparison.Ordinal);
            Assert.Contains(hint, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("1x64", refused.Message, StringComparison.Ordinal); // The number is the exercise.
            Assert.InRange(refused.Message.Split('\n').Length, 1, 6);
            Assert.Null(refused.InnerException);
            Assert.DoesNotContain(nameof(ModelTracer), refused.StackTrace, StringComparison.Ordinal);
            Assert.NotEmpty(LayerRefusal.Of(refused)!.Details);
        }
    }

    [Fact]
    public void Says_what_it_expects()
    {
        Assert.Contains("given (0, 8, 1)", Fails(new Shape(0, 8, 1)), StringComparison.Ordinal);
        Assert.Contains("given ()", Fails(new Shape()), StringComparison.Ordinal);
        static string Fails(MnistCnn.Shape shape) =>
            Assert.Throws<ArgumentException>(() => TinyImages.Model().Compile(shape)).Message;
    }

    private static Dictionary<string, Parameter> Drawn(Initializer initializer) => nn.Sequential(
        ("conv2d_1", nn.Conv2d(8, 32, 3)), ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(32 * 36, 64)))
        .Compile(new Shape(8, 8, 8), initializer: initializer, seed: 1338)
        .named_parameters().ToDictionary(p => p.name, p => p.parameter);

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

    /// <summary>Calls a layer's forward, which tells nobody, in place of the layer.</summary>
    private sealed class ForwardAlone : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv = nn.Conv2d(1, 4, 5);
        private readonly Linear dense = nn.Linear(144, 4);

        public ForwardAlone()
            : base(nameof(ForwardAlone)) => RegisterComponents();

        public override Tensor forward(Tensor x) => dense.forward(conv.call(x).flatten(1));
    }
}

using MnistCnn.Course;
using MnistCnn.Lab;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Training;

/// <summary>Models that compute more than their layers one after the other: what counts is what <c>call</c> gives.</summary>
public sealed class OwnForwardTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(40, seed: 1);
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> s_models = new()
    {
        ["a plain row"] = () => Sequential(Row()),
        ["a Sequential with a forward of its own"] = () => new Half(),
        ["a Sequential with a forward of its own in a Sequential"] = () => Sequential(("half", new HalfFeatures()), End()),
        ["Sequentials in a Sequential"] = () => Sequential(("row", Sequential(Row()[..2])), ("end", Sequential(Row()[2..]))),
        ["a class around a Sequential"] = () => new Around(Sequential(Row())),
        ["a class around logits"] = () => new Around(Sequential(Row()[..^1])),
        ["a class that calls forward alone"] = () => new ForwardAlone(),
        ["a class that goes on after its last layer"] = () => new GoesOn(),
        ["a layer of one's own"] = () => Sequential([.. Row()[..2], ("own", new Halves()), .. Row()[2..]]),
        ["a layer of one's own at the end"] = () => Sequential([.. Row()[..^1], ("own", new Halves()), Row()[^1]]),
        ["a hook before the model"] = () => Hooked(model => model.register_forward_pre_hook((_, x) => x * 0.5)),
        ["a hook after the model"] = () => Hooked(model => model.register_forward_hook((_, _, y) => y.pow(2))),
        ["a hook before a layer"] = () => Hooked(model => ((Linear)model[3]).register_forward_pre_hook((_, x) => x * 0.5)),
        ["a hook after a layer"] = () => Hooked(model => ((Conv2d)model[0]).register_forward_hook((_, _, y) => y * 0.5)),
        ["a hook before the softmax"] = () =>
            Hooked(model => ((TorchSharp.Modules.Softmax)model[4]).register_forward_pre_hook((_, x) => x * 0.5)),
        ["a hook after the softmax"] = () =>
            Hooked(model => ((TorchSharp.Modules.Softmax)model[4]).register_forward_hook((_, _, y) => 1 - y)),
        ["a softmax counted from the end"] = () => Sequential([.. Row()[..^1], ("softmax", Softmax(-1))]),
    };

    public static MatrixTheoryData<string, ImageDataFormat, bool> Models =>
        new(s_models.Keys, [ImageDataFormat.ChannelsLast, ImageDataFormat.ChannelsFirst], [true, false]);

    public void Dispose() => (CpuAcceleration.IsEnabled, Backend.ImageDataFormat) = (true, ImageDataFormat.ChannelsLast);

    [Theory]
    [MemberData(nameof(Models))]
    public void Everything_is_computed_by_the_models_own_call(string name, ImageDataFormat format, bool accelerated)
    {
        using var scope = NewDisposeScope();
        (CpuAcceleration.IsEnabled, Backend.ImageDataFormat) = (accelerated, format);
        bool first = format == ImageDataFormat.ChannelsFirst;
        (Tensor x, Tensor y) = (first ? s_train.X.permute(0, 3, 1, 2).contiguous() : s_train.X, s_train.Y);
        Shape shape = first ? new Shape(1, 8, 8) : TinyImages.Shape;
        Module<Tensor, Tensor> ours = s_models[name]().Compile(shape, new Sgd(0.2), seed: 1),
            theirs = s_models[name]().Compile(shape, seed: 1);
        using var stock = optim.SGD(theirs.parameters(), 0.2);
        theirs.train();
        stock.zero_grad();
        (-(LogProbabilities(theirs.call(x)) * y).sum(1).mean()).backward();
        stock.step();
        History history = ours.Fit((x, y), (x, y), batchSize: 40, verbose: false);
        Assert.All(ours.parameters().Zip(theirs.parameters()), pair => AssertClose(pair.Second, pair.First, 1e-3));

        using (no_grad())
        {
            ours.eval();
            Tensor output = ours.call(x), expected = LogProbabilities(output).exp();
            AssertClose(expected, ours.Predict(x), 1e-5);
            Evaluation evaluation = ours.Evaluate(x, y);
            Assert.Equal(-(expected.log() * y).sum(1).mean().item<float>(), evaluation.Loss, 1e-4);
            Assert.Equal(history.ValLoss[^1], evaluation.Loss, 1e-6);
            Assert.Equal(expected[0, 2].item<float>(), ours.Occlusion(x[0], 2, patch: 8).Probability, 1e-5);
            Assert.NotEmpty(ours.Summary().Layers);
            if (ours.Activations(x[..2]) is { Count: > 0 } layers && name.Contains("row", StringComparison.Ordinal))
            {
                AssertClose(output[..2], layers[^1].Values, 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void A_trained_model_may_be_a_layer_of_another(ImageDataFormat format)
    {
        Backend.ImageDataFormat = format;
        bool first = format == ImageDataFormat.ChannelsFirst;
        Tensor x = first ? s_train.X.permute(0, 3, 1, 2).contiguous() : s_train.X;
        Shape shape = first ? new Shape(1, 8, 8) : TinyImages.Shape;
        Sequential features = Sequential(("conv", Conv2d(1, 4, 3)), ("flatten", Flatten()), ("dense", Linear(144, 4)));
        features.Compile(shape, seed: 1);
        features.Fit((x, s_train.Y), epochs: 2, verbose: false);
        foreach (Parameter parameter in features.parameters())
        {
            parameter.requires_grad = false;
        }

        Sequential model = Sequential(
            ("features", features), ("relu", ReLU()), ("last", Linear(4, 4)), ("softmax", nn.Softmax(1)));
        features.eval();
        Tensor before = features.call(x);
        model.Compile(shape, seed: 2);
        model.Fit((x, s_train.Y), epochs: 2, verbose: false);
        model.eval();
        AssertClose(before, features.call(x), 0);
        AssertClose(before, model.Activations(x)["features.dense"].Values, 1e-6);
        AssertClose(model.call(x), model.Predict(x), 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hook_that_a_callback_sets_is_called_in_every_step(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential model = Sequential(Row()).Compile(TinyImages.Shape);
        int calls = 0;
        model.Fit(s_train, epochs: 2, batchSize: 10, verbose: false, callbacks:
        [
            new AtBegin(() => ((Linear)model[3]).register_forward_hook((_, _, y) =>
            {
                calls++;
                return y;
            })),
        ]);
        Assert.Equal(8, calls);
    }

    [Fact]
    public void What_needs_layers_in_a_row_says_so()
    {
        foreach (Module<Tensor, Tensor> model in (Module<Tensor, Tensor>[])[new Half(), new Around(Sequential(Row()))])
        {
            model.Compile(TinyImages.Shape);
            string layer = model.LayerShapes()[0].Name;
            Assert.Contains("in a row", Assert.Throws<ArgumentException>(() => ReceptiveField.Of(model, layer)).Message,
                StringComparison.Ordinal);
            Assert.Contains("in a row", Assert.Throws<ArgumentException>(
                () => model.TopActivations(layer, 0, s_train.X)).Message, StringComparison.Ordinal);
        }

        var halved = new Around(Sequential(("c", Conv2d(1, 2, 3)), ("f", Flatten()), ("d", Linear(1352, 10)), ("s", Softmax(1))));
        Assert.Contains("in a row", Assert.Throws<ArgumentException>(() => halved.Explore()).Message, StringComparison.Ordinal);
        Sequential hooked = Sequential(("c", Conv2d(1, 2, 3)), ("f", Flatten()), ("d", Linear(1352, 10)), ("s", Softmax(1)));
        hooked.register_forward_pre_hook((_, x) => x * 0.5);
        Assert.Contains("in a row", Assert.Throws<ArgumentException>(() => hooked.Explore()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_asks_a_model_with_a_forward_of_its_own_for_nothing_it_cannot_see()
    {
        // The ReLU that the sheet asks for may be in the forward.
        Assert.True(Check.Network(1, new Functional(), new Shape(28, 28, 1)).Passed);
    }

    [Fact]
    public void A_class_of_ones_own_is_not_taken_for_Keras_layer_of_the_same_name()
    {
        Sequential model = Sequential(("flatten", Flatten()), ("dense", Linear(64, 4)), ("own", new Softmax()));
        Assert.Equal(["Flatten", "Dense", "Softmax"], model.Summary(TinyImages.Shape).Layers.Select(layer => layer.Type));
    }

    [Fact]
    public void Rows_of_sequentials_are_met_in_their_order()
    {
        Sequential model = Sequential(
            ("block", Sequential(("conv", Conv2d(1, 2, 3)))), ("pool", MaxPool2d(2)),
            ("last", Sequential(("conv", Conv2d(2, 2, 2)))));
        model.Compile(TinyImages.Shape);
        Assert.Equal(["block.conv", "pool", "last.conv"], model.Activations(s_train.X[..1]).Select(layer => layer.Name));
        Assert.Equal(new ReceptiveField(4, 4, 2, 2, 0, 0), ReceptiveField.Of(model, "pool"));
        Assert.Equal(new ReceptiveField(6, 6, 2, 2, 0, 0), ReceptiveField.Of(model, "last.conv"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void A_softmax_over_the_samples_is_refused_by_its_name(int axis)
    {
        foreach (Module<Tensor, Tensor> end in (Module<Tensor, Tensor>[])[nn.Softmax(axis), LogSoftmax(axis)])
        {
            Sequential model = Sequential([.. Row()[..^1], ("end", Sequential(("probabilities", end)))]);
            foreach (Action use in (Action[])
            [
                () => model.Compile(TinyImages.Shape), () => model.Fit(s_train, verbose: false),
                () => model.Evaluate(s_train.X, s_train.Y), () => model.Predict(s_train.X),
            ])
            {
                Assert.Equal(
                    "end.probabilities adds up over the samples; the classes of a sample are axis 1: "
                    + $"{end.GetName()}(1). (Parameter 'model')",
                    Assert.Throws<ArgumentException>(use).Message);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sigmoid_at_the_end_is_divided_by_its_sum_as_Keras_cross_entropy_does(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential model = Sequential([.. Row()[..^1], ("sigmoid", Sigmoid())])
            .Compile(TinyImages.Shape, new MnistCnn.Adam(0.01), seed: 1);
        model.Fit(s_train, epochs: 20, batchSize: 10, verbose: false);
        model.eval();
        Tensor output = model.call(s_train.X), expected = output / output.sum(1, keepdim: true);
        AssertClose(expected, model.Predict(s_train.X), 1e-5);
        Evaluation evaluation = model.Evaluate(s_train.X, s_train.Y);
        Assert.Equal(-(expected.log() * s_train.Y).sum(1).mean().item<float>(), evaluation.Loss, 1e-4);
        Assert.InRange(evaluation.Loss, 0, 0.5);
    }

    private static (string, Module<Tensor, Tensor>)[] Row() =>
    [
        ("conv", Conv2d(1, 4, 3)), ("relu", ReLU()), ("flatten", Flatten()), ("dense", Linear(144, 4)),
        ("softmax", nn.Softmax(1)),
    ];

    private static (string, Module<Tensor, Tensor>) End() => ("softmax", nn.Softmax(1));

    private static Sequential Hooked(Action<Sequential> hook)
    {
        Sequential model = Sequential(Row());
        hook(model);
        return model;
    }

    /// <summary>As documented: probabilities, or else logits.</summary>
    private static Tensor LogProbabilities(Tensor output) =>
        (output.sum(1) - 1).abs().max().item<float>() < 1e-4 && output.min().item<float>() >= 0
            ? output.log()
            : output.log_softmax(1);

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, tolerance);

    private sealed class AtBegin(Action act) : Callback
    {
        public override void OnTrainBegin(TrainingContext training) => act();
    }

    private sealed class Half() : Sequential(Row())
    {
        public override Tensor forward(Tensor tensor) => base.forward(tensor * 0.5);
    }

    private sealed class HalfFeatures() : Sequential(Row()[..^1])
    {
        public override Tensor forward(Tensor tensor) => base.forward(tensor * 0.5);
    }

    private sealed class Halves() : Module<Tensor, Tensor>("halves")
    {
        public override Tensor forward(Tensor input) => input * 0.5;
    }

    private sealed class Softmax() : Module<Tensor, Tensor>("softmax")
    {
        public override Tensor forward(Tensor input) => input.alias();
    }

    private sealed class Around : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _inner;

        public Around(Module<Tensor, Tensor> inner)
            : base("around")
        {
            _inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _inner.call(input * 0.5);
    }

    private sealed class ForwardAlone : Module<Tensor, Tensor>
    {
        private readonly Conv2d _conv = Conv2d(1, 4, 3);
        private readonly Linear _dense = Linear(144, 4);

        public ForwardAlone()
            : base("forward_alone") => RegisterComponents();

        public override Tensor forward(Tensor input) => _dense.forward(_conv.forward(input).relu().flatten(1));
    }

    private sealed class GoesOn : Module<Tensor, Tensor>
    {
        private readonly Conv2d _conv = Conv2d(1, 8, 3);

        public GoesOn()
            : base("goes_on") => RegisterComponents();

        public override Tensor forward(Tensor input) => _conv.call(input).mean([2, 3])[.., ..4];
    }

    private sealed class Functional : Module<Tensor, Tensor>
    {
        private readonly Sequential _layers = Sequential(("conv", Conv2d(1, 32, 3)), ("flatten", Flatten()));
        private readonly Linear _dense = Linear(26 * 26 * 32, 10);

        public Functional()
            : base("functional") => RegisterComponents();

        public override Tensor forward(Tensor input) => _dense.call(_layers.call(input).relu());
    }
}

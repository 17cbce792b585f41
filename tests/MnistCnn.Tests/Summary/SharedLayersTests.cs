using MnistCnn.Lab;
using MnistCnn.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Summary;

/// <summary>One layer, or one weight, in several places of a model.</summary>
public sealed class SharedLayersTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(40, seed: 1);
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> s_models = new()
    {
        ["a dense layer"] = () => Twice(Linear(4, 4)),
        ["a dense layer in two Sequentials"] = () =>
            Linear(64, 64) is var shared ? Sequential(("f", Flatten()), ("a", Sequential(("d", shared), ("r", ReLU()))),
                ("b", Sequential(("d", shared))), ("last", Linear(64, 4)), ("s", Softmax(1))) : null!,

        // 16 channels: libtorch's own gradients are wrong on some processors where they are no multiple of that.
        ["a convolution"] = () => Conv2d(16, 16, 3, padding: 1) is var shared ? Sequential(
            ("c0", Conv2d(1, 16, 3)), ("c", shared), ("r", ReLU()), ("c2", shared), ("f", Flatten()), ("d", Linear(576, 4)),
            ("s", Softmax(1))) : null!,
        ["a ReLU"] = () => ReLU() is var shared ? Sequential(("r", shared), ("c", Conv2d(1, 4, 3)), ("r2", shared),
            ("f", Flatten()), ("d", Linear(144, 8)), ("r3", shared), ("d2", Linear(8, 4)), ("s", Softmax(1))) : null!,
        ["a pooling and a dropout"] = () => (MaxPool2d(2), Dropout(0)) is var (pool, drop) ? Sequential(
            ("p", pool), ("o", drop), ("p2", pool), ("o2", drop),
            ("f", Flatten()), ("d", Linear(4, 4)), ("s", Softmax(1))) : null!,
        ["a batch normalisation without weights"] = () => BatchNorm1d(64, affine: false) is var norm ? Sequential(
            ("f", Flatten()), ("n", norm), ("d", Linear(64, 64)), ("n2", norm), ("d2", Linear(64, 4)), ("s", Softmax(1))) : null!,
        ["a weight"] = () => (Linear(64, 64), Linear(64, 64)) is var (a, b) ? Tied(a, b) : null!,
        ["layers of a class of one's own"] = () => new Own(),
    };

    private readonly TemporaryFolder _folder = new();

    public static MatrixTheoryData<string, bool> Models => new(s_models.Keys, [true, false]);

    public void Dispose()
    {
        CpuAcceleration.IsEnabled = true;
        _folder.Dispose();
    }

    [Fact]
    public void Each_place_has_one_row_and_the_weights_count_once()
    {
        Linear shared = Linear(10, 10);
        Sequential model = Sequential(
            ("f", Flatten()), ("d0", Linear(64, 10)), ("d", shared), ("d2", shared), ("s", Softmax(1))).Compile(TinyImages.Shape);
        ModelSummary summary = model.Summary();
        Assert.Equal(["f", "d0", "d", "d2"], summary.Layers.Select(layer => layer.Name));
        Assert.Equal([0, 650, 110, 0], summary.Layers.Select(layer => layer.Parameters));
        Assert.Equal((760, 760), (summary.TotalParameters, summary.TrainableParameters));
        Assert.Equal(["f", "d0", "d", "d2"], model.LayerShapes().Select(layer => layer.Name));
        Assert.Equal(["d0", "d", "d2"], model.WeightShapes().Select(layer => layer.Name));
        Assert.Equal([1, 2, 3], model.WeightShapes().Select(layer => layer.Index));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Names_shapes_and_counts_are_those_of_a_pass(string name, bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Module<Tensor, Tensor> model = s_models[name]().Compile(TinyImages.Shape, seed: 1);
        ModelSummary summary = model.Summary();
        Assert.Equal(summary.TotalParameters, summary.Layers.Sum(layer => layer.Parameters));
        Assert.Equal(
            model.parameters().Select(parameter => parameter.Handle).Distinct().Count(), model.parameters().Count());
        MnistCnn.Lab.Activations layers = model.Activations(s_train.X[..3]);
        Assert.True(name.EndsWith("own", StringComparison.Ordinal)
            || layers.Select(layer => layer.Name).Distinct().Count() == layers.Count);
        model.eval();
        foreach (string layer in layers.Select(layer => layer.Name).Distinct())
        {
            Assert.Equal(0, (layers[layer].Values - model.ActivationsOf(layer, s_train.X[..3])).abs().max().item<float>());
        }

        if (model is Sequential)
        {
            Assert.Equal(0, (layers[^1].Values - model.call(s_train.X[..3])).abs().max().item<float>());
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Training_is_libtorchs(string name, bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Module<Tensor, Tensor> ours = s_models[name]().Compile(TinyImages.Shape, new Sgd(0.05, 0.9), seed: 1),
            theirs = s_models[name]().Compile(TinyImages.Shape, seed: 1);
        using var stock = optim.SGD(theirs.parameters(), 0.05, 0.9);
        ours.Fit(s_train, epochs: 3, batchSize: 40, shuffle: false, verbose: false);
        theirs.train();
        for (int step = 0; step < 3; step++)
        {
            stock.zero_grad();
            (-(theirs.call(s_train.X).log() * s_train.Y).sum(1).mean()).backward();
            stock.step();
        }

        Assert.All(ours.state_dict().Zip(theirs.state_dict()), pair => Assert.InRange(
            (pair.First.Value - pair.Second.Value).abs().max().to(float32).item<float>(), 0, 1e-3));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_checkpoint_goes_on_as_if_it_had_not_been_left(string name, bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Module<Tensor, Tensor> through = s_models[name]().Compile(TinyImages.Shape, seed: 1),
            loaded = s_models[name]().Compile(TinyImages.Shape, seed: 2);
        Callback[] averaging = [new WeightAveraging(0.5, warmUp: false), new EarlyStopping(9, restoreBestWeights: true)];
        through.Fit(s_train, s_train, epochs: 2, batchSize: 10, seed: 1, verbose: false, callbacks: averaging);
        through.SaveCheckpoint(_folder.File("shared"));
        Tensor before = through.Predict(s_train.X);
        loaded.LoadCheckpoint(_folder.File("shared"));
        Assert.Equal(0, (before - loaded.Predict(s_train.X)).abs().max().item<float>());
        foreach (Module<Tensor, Tensor> model in (Module<Tensor, Tensor>[])[through, loaded])
        {
            model.Fit(
                s_train, s_train, epochs: 4, initialEpoch: 2, batchSize: 10, seed: 1, verbose: false, callbacks: averaging[..1]);
        }

        Assert.Equal(0, (through.Predict(s_train.X) - loaded.Predict(s_train.X)).abs().max().item<float>());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Averages_are_those_of_the_weights_of_the_steps(string name, bool accelerated)
    {
        // With a decay of almost nothing the average is the last step's weights.
        CpuAcceleration.IsEnabled = accelerated;
        Module<Tensor, Tensor> plain = s_models[name]().Compile(TinyImages.Shape, seed: 1),
            averaged = s_models[name]().Compile(TinyImages.Shape, seed: 1);
        plain.Fit(s_train, s_train, epochs: 3, batchSize: 10, seed: 1, verbose: false);
        averaged.Fit(
            s_train, s_train, epochs: 3, batchSize: 10, seed: 1, verbose: false,
            callbacks: [new WeightAveraging(1e-9, warmUp: false)]);
        Assert.InRange((plain.Predict(s_train.X) - averaged.Predict(s_train.X)).abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void Layers_may_be_in_two_models()
    {
        // A flatten layer of images with the channels last must not turn them twice.
        (Conv2d conv, Flatten flatten) = (Conv2d(1, 4, 3), Flatten());
        Sequential first = Sequential(("c", conv), ("f", flatten), ("d", Linear(144, 4)), ("s", Softmax(1))),
            second = Sequential(("c", conv), ("f", flatten), ("d", Linear(144, 4)), ("s", Softmax(1)));
        first.Compile(TinyImages.Shape, seed: 1);
        Tensor before = first.Activations(s_train.X)["f"].Values;
        second.Compile(TinyImages.Shape, initializer: Initializer.Keep);
        Assert.Equal(0, (before - first.Activations(s_train.X)["f"].Values).abs().max().item<float>());
        second.eval();
        Assert.InRange((second.call(s_train.X) - second.Predict(s_train.X)).abs().max().item<float>(), 0, 1e-5);
    }

    private static Sequential Twice(Linear shared) => Sequential(
        ("f", Flatten()), ("d0", Linear(64, 4)), ("d", shared), ("r", ReLU()), ("d2", shared), ("s", Softmax(1)));

    private static Sequential Tied(Linear a, Linear b)
    {
        b.weight = a.weight;
        return Sequential(
            ("f", Flatten()), ("a", a), ("r", ReLU()), ("b", b), ("last", Linear(64, 4)), ("s", Softmax(1)));
    }

    /// <summary>One layer by two names, another called twice by one name.</summary>
    private sealed class Own : Module<Tensor, Tensor>
    {
        private readonly Conv2d _conv = Conv2d(1, 16, 3);
        private readonly Conv2d _again = Conv2d(16, 16, 3);
        private readonly Sequential _first;
        private readonly Sequential _second;
        private readonly Linear _dense = Linear(64, 4);

        public Own()
            : base("own")
        {
            Linear shared = Linear(64, 64);
            (_first, _second) = (Sequential(("d", shared), ("r", ReLU())), Sequential(("d", shared)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            _dense.call(_second.call(_first.call(_again.call(_again.call(_conv.call(input)).relu()).flatten(1)))).softmax(1);
    }
}

using MnistCnn.Course;
using MnistCnn.Lab;
using MnistCnn.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Summary;

/// <summary>Training or evaluation: each module has a mode of its own, and keeps it whatever is done with the model.</summary>
public sealed class ModuleModesTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(40, seed: 1);
    private static readonly Dictionary<string, Action<Sequential>> s_uses = new()
    {
        ["Compile"] = model => model.Compile(TinyImages.Shape),
        ["Fit"] = model => model.Fit(s_train, s_train, epochs: 2, batchSize: 20, verbose: false),
        ["Fit with callbacks"] = model => model.Fit(s_train, s_train, epochs: 2, batchSize: 20, verbose: false, callbacks:
            [new WeightAveraging(), new EarlyStopping(1, restoreBestWeights: true), new ReduceLearningRateOnPlateau()]),
        ["Fit that fails"] = model => Assert.ThrowsAny<Exception>(() => model.Fit(
            s_train, s_train, verbose: false, callbacks: [new Failing()])),
        ["Fit that is cancelled"] = model => model.Fit(s_train, s_train, verbose: false, cancellationToken: new(true)),
        ["Evaluate"] = model => model.Evaluate(s_train.X, s_train.Y),
        ["Evaluate that is cancelled"] = model => Assert.ThrowsAny<OperationCanceledException>(
            () => model.Evaluate(s_train.X, s_train.Y, cancellationToken: new(true))),
        ["Predict"] = model => model.Predict(s_train.X),
        ["Summary"] = model => model.Summary(),
        ["Summary of what does not fit"] = model => Assert.Throws<ArgumentException>(() => model.Summary(new Shape(12, 12, 1))),
        ["LayerShapes"] = model => model.LayerShapes(),
        ["WeightShapes"] = model => model.WeightShapes(),
        ["FindLearningRate"] = model => model.FindLearningRate(s_train, steps: 5),
        ["Activations"] = model => model.Activations(s_train.X[..2]),
        ["ActivationsOf"] = model => model.ActivationsOf("block.bn", s_train.X[..2]),
        ["TopActivations"] = model => model.TopActivations("block.bn", 0, s_train.X),
        ["PooledMaps"] = model => model.PooledMaps("pool", s_train.X[..1]),
        ["Occlusion"] = model => model.Occlusion(s_train.X[0], 1),
        ["Saliency"] = model => model.Saliency(s_train.X[0], 1),
        ["Explore"] = model => Assert.Throws<ArgumentException>(() => model.Explore()),
        ["Check.Network"] = model => Check.Network(1, model, TinyImages.Shape),
        ["Experiment"] = model => new Experiment().Add(new { Epochs = 1 }, model),
    };

    public static MatrixTheoryData<string, string, bool> Uses => new(
        s_uses.Keys, ["block.bn", "block drop", "all", "all but drop"], [true, false]);

    public void Dispose() => CpuAcceleration.IsEnabled = true;

    [Theory]
    [MemberData(nameof(Uses))]
    public void Every_module_keeps_its_mode(string use, string evaluated, bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        using var scope = NewDisposeScope();
        Sequential model = Model();
        model.Compile(TinyImages.Shape, seed: 1);
        SetEval(model, evaluated);
        bool[] before = [.. Modes(model)];
        s_uses[use](model);
        Assert.Equal(before, Modes(model));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_layer_that_is_set_to_evaluate_does_so_while_the_others_train(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Assert.Equal(LossOf(0, ""), LossOf(0.5, "drop"), 1e-5);
        Assert.NotEqual(LossOf(0, ""), LossOf(0.5, ""), 1e-3);

        // A model that is set to evaluate as a whole was looked at, not meant to train like that.
        Assert.Equal(LossOf(0.5, ""), LossOf(0.5, "all"), 1e-5);

        Sequential model = Model();
        model.Compile(TinyImages.Shape, seed: 1);
        SetEval(model, "block.bn");
        model.Fit(s_train, s_train, epochs: 2, batchSize: 20, verbose: false);
        var norm = (BatchNorm2d)model.modules().Single(module => module is BatchNorm2d);
        Assert.Equal(0, norm.num_batches_tracked!.item<long>());
        Assert.Equal([0f, 0, 0, 0], norm.running_mean!.data<float>().ToArray());
    }

    [Fact]
    public void A_train_of_the_models_own_is_respected()
    {
        var model = new KeepsItsStatistics();
        model.Compile(TinyImages.Shape, seed: 1);
        model.Fit(s_train, s_train, epochs: 2, verbose: false);
        Assert.Equal(0, model.Norm.num_batches_tracked!.item<long>());
        Assert.True(model.training && model.Norm.training);
    }

    [Fact]
    public void A_layer_in_two_places_keeps_its_mode()
    {
        Dropout shared = Dropout(0.5);
        Sequential model = Sequential(
            ("a", Sequential(("flat", Flatten()), ("drop", shared))), ("b", Sequential(("drop", shared), ("d", Linear(64, 4)))));
        model.Compile(TinyImages.Shape);
        shared.eval();
        model.Fit(s_train, s_train, verbose: false);
        Assert.False(shared.training);
        Assert.True(model.training);
    }

    private static double LossOf(double rate, string evaluated)
    {
        Sequential model = Model(rate);
        model.Compile(TinyImages.Shape, seed: 1);
        SetEval(model, evaluated);
        return model.Fit(s_train, s_train, epochs: 2, batchSize: 20, seed: 1, verbose: false).Loss[^1];
    }

    private static Sequential Model(double rate = 0.5) => Sequential(
        ("block", Sequential(("conv", Conv2d(1, 4, 3)), ("bn", BatchNorm2d(4)), ("relu", ReLU()))), ("pool", MaxPool2d(2)),
        ("flat", Flatten()), ("drop", Dropout(rate)), ("dense", Linear(36, 4)), ("softmax", Softmax(1)));

    private static void SetEval(Sequential model, string names)
    {
        if (names.StartsWith("all", StringComparison.Ordinal))
        {
            model.eval();
            model.named_modules().Single(named => named.name == "drop").module
                .train(names.EndsWith("drop", StringComparison.Ordinal));
            return;
        }

        foreach (string name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            model.named_modules().Single(named => named.name == name).module.eval();
        }
    }

    private static IEnumerable<bool> Modes(nn.Module model) => model.modules().Prepend(model).Select(module => module.training);

    private sealed class Failing : Callback
    {
        public override void OnTestEnd(EvaluationContext test) => throw new InvalidOperationException();
    }

    /// <summary>PyTorch's way to keep a normalisation's statistics.</summary>
    private sealed class KeepsItsStatistics : Module<Tensor, Tensor>
    {
        public readonly BatchNorm2d Norm = BatchNorm2d(1);
        private readonly Linear _dense = Linear(64, 4);

        public KeepsItsStatistics()
            : base("keeps") => RegisterComponents();

        public override Tensor forward(Tensor input) => _dense.call(Norm.call(input).flatten(1));

        public override void train(bool on = true)
        {
            base.train(on);
            Norm.eval();
        }
    }
}

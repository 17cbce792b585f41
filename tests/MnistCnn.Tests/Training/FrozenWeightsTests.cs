using MnistCnn.Lab;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Adam = MnistCnn.Adam;
using AdamW = MnistCnn.AdamW;

namespace MnistCnn.Tests.Training;

/// <summary>
/// Weights that take no gradient: PyTorch's loop with <c>zero_grad(set_to_none=True)</c> and Keras's <c>trainable = False</c>
/// are what is right.
/// </summary>
public sealed class FrozenWeightsTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(40, seed: 1);
    private static readonly Optimizer[] s_optimizers =
    [
        new Adam(0.01), new AdamW(0.01, 0.1), new Sgd(0.1), new Sgd(0.1, 0.9), new Sgd(0.1, 0.9, nesterov: true),
        new Sgd(0.1, weightDecay: 0.1), new Sgd(0.1, 0.9, weightDecay: 0.1), new RmsProp(0.01),
        new RmsProp(0.01, momentum: 0.9), new RmsProp(0.01, momentum: 0.5, centered: true),
    ];

    private readonly TemporaryFolder _folder = new();

    public static MatrixTheoryData<Optimizer, string> Freezing =>
        new(s_optimizers, ["conv2d_1.", "conv2d_1.bias", "dense_1.weight"]);

    public static MatrixTheoryData<Optimizer, bool> Both => new(s_optimizers, [true, false]);

    public static TheoryData<Optimizer> Optimizers => [.. s_optimizers];

    public void Dispose()
    {
        CpuAcceleration.IsEnabled = true;
        _folder.Dispose();
    }

    [Fact]
    public void Every_optimizer_is_tried() => Assert.Equal(
        typeof(Optimizer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Optimizer))).ToHashSet(),
        s_optimizers.Select(optimizer => optimizer.GetType()).ToHashSet());

    [Theory]
    [MemberData(nameof(Freezing))]
    public void What_is_frozen_after_a_first_fit_stays_until_it_is_not(Optimizer optimizer, string frozen)
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, optimizer, seed: 1);
        model.Fit(s_train, s_train, epochs: 2, batchSize: 10, verbose: false);
        Freeze(model, frozen);
        Dictionary<string, float[]> before = State(model);
        model.Fit(s_train, s_train, epochs: 2, batchSize: 10, verbose: false);
        AssertStayed(before, State(model), name => name.StartsWith(frozen, StringComparison.Ordinal));
        Assert.All(model.named_parameters(), weight =>
            Assert.Equal(weight.name.StartsWith(frozen, StringComparison.Ordinal), weight.parameter.grad is null));
        Freeze(model, frozen, learns: true);
        before = State(model);
        model.Fit(s_train, epochs: 1, batchSize: 10, verbose: false);
        AssertStayed(before, State(model), _ => false);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void What_a_callback_freezes_stays_from_then_on(Optimizer optimizer, bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, optimizer, seed: 1);
        var states = new List<Dictionary<string, float[]>>();
        model.Fit(s_train, s_train, epochs: 6, batchSize: 10, verbose: false, callbacks:
        [
            new AtEpoch(epoch =>
            {
                states.Add(State(model));
                Freeze(model, "conv2d_1.", learns: epoch is not (3 or 4));
            }),
        ]);
        for (int epoch = 1; epoch < 6; epoch++)
        {
            AssertStayed(states[epoch - 1], states[epoch], name => epoch is 3 or 4 && name[0] == 'c');
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void The_steps_before_in_between_and_after_are_those_of_PyTorchs_loop(Optimizer optimizer)
    {
        // The moments of a weight that learns again are those it had, as in PyTorch.
        Sequential ours = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, optimizer, seed: 1),
            theirs = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, seed: 1);
        using optim.Optimizer stock = optimizer.Create(theirs.parameters());
        foreach (bool learns in (bool[])[true, false, true])
        {
            Freeze(ours, "conv2d_1.", learns);
            Freeze(theirs, "conv2d_1.", learns);
            ours.Fit(s_train, epochs: 2, batchSize: 40, shuffle: false, verbose: false);
            for (int epoch = 0; epoch < 2; epoch++)
            {
                using var scope = NewDisposeScope();
                theirs.train();
                theirs.zero_grad();
                (-(theirs.call(s_train.X).log() * s_train.Y).sum(1).mean()).backward();
                stock.step();
            }
        }

        Dictionary<string, float[]> expected = State(theirs);
        Assert.All(State(ours), weight => Assert.All(weight.Value.Zip(expected[weight.Key]),
            pair => Assert.Equal(pair.Second, pair.First, 2e-3)));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Frozen_batch_normalisation_keeps_its_statistics_as_in_Keras(bool accelerated, bool all)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential model = WithNormalisation().Compile(TinyImages.Shape, new Sgd(0.1, 0.9), seed: 1);
        model.Fit(s_train, s_train, epochs: 1, batchSize: 10, verbose: false);
        Freeze(model, all ? "bn." : "bn.weight");
        Dictionary<string, float[]> before = State(model);
        bool[] modes = [];
        model.Fit(s_train, s_train, epochs: 2, batchSize: 10, verbose: false,
            callbacks: [new AtBatch(() => modes = [model.training, ((nn.Module)model[1]).training])]);
        AssertStayed(before, State(model), name => name.StartsWith(all ? "bn." : "bn.weight", StringComparison.Ordinal));
        Assert.Equal([true, !all], modes);
        Assert.All(model.modules(), module => Assert.True(module.training));
        Freeze(model, "bn.", learns: true);
        before = State(model);
        model.Fit(s_train, epochs: 1, batchSize: 10, verbose: false);
        AssertStayed(before, State(model), _ => false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_callback_freezes_or_not_at_the_start_of_an_epoch_holds_for_its_statistics_too(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential model = WithNormalisation().Compile(TinyImages.Shape, seed: 1);
        var states = new List<Dictionary<string, float[]>>();
        model.Fit(s_train, epochs: 4, batchSize: 10, verbose: false, callbacks:
        [
            new AtEpoch(epoch =>
            {
                states.Add(State(model));
                Freeze(model, "bn.", learns: epoch != 2);
            }),
        ]);
        AssertStayed(states[0], states[1], _ => false);
        AssertStayed(states[1], states[2], name => name[0] == 'b');
        AssertStayed(states[2], states[3], _ => false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_average_of_a_frozen_weight_is_itself(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential model = WithNormalisation().Compile(TinyImages.Shape, new Sgd(0.2, 0.9), seed: 1);
        model.Fit(s_train, s_train, epochs: 2, batchSize: 10, verbose: false, callbacks: [new WeightAveraging(0.9)]);
        Freeze(model, "conv2d_1.");
        Freeze(model, "bn.");
        Dictionary<string, float[]> before = State(model);
        model.Fit(
            s_train, s_train, epochs: 2, batchSize: 10, verbose: false,
            callbacks: [new WeightAveraging(0.9), new EarlyStopping(0, restoreBestWeights: true)]);
        AssertStayed(before, State(model), name => name[0] is 'c' or 'b');
        model.Fit(s_train, epochs: 2, batchSize: 10, verbose: false);
        AssertStayed(before, State(model), name => name[0] is 'c' or 'b');
    }

    [Fact]
    public void The_search_for_a_learning_rate_leaves_it_alone_while_it_searches()
    {
        Sequential model = WithNormalisation().Compile(TinyImages.Shape, new AdamW(0.01, 0.5), seed: 1);
        model.Fit(s_train, epochs: 1, batchSize: 10, verbose: false);
        Freeze(model, "conv2d_1.");
        Freeze(model, "bn.");
        Dictionary<string, float[]> before = State(model);
        bool looked = false;
        var hook = ((Linear)model[3]).register_forward_hook((_, _, _) =>
        {
            looked = true;
            AssertStayed(before, State(model), name => name[0] is 'c' or 'b', others: false);
            return null!;
        });
        model.FindLearningRate(s_train, batchSize: 10, steps: 20, to: 0.1);
        hook.remove();

        Assert.True(looked);
        AssertStayed(before, State(model), _ => true);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_checkpoint_goes_on_as_if_it_had_not_been_left(Optimizer optimizer)
    {
        Sequential Start()
        {
            Sequential model = TinyImages.Model().Compile(TinyImages.Shape, optimizer, seed: 1);
            Freeze(model, "dense_1.bias");
            return model;
        }

        Sequential left = Start(), through = Start(), loaded = Start();
        foreach (Sequential model in (Sequential[])[left, through])
        {
            model.Fit(s_train, epochs: 1, batchSize: 10, seed: 1, verbose: false);
            Freeze(model, "conv2d_1.");
            model.Fit(s_train, epochs: 2, initialEpoch: 1, batchSize: 10, seed: 1, verbose: false);
        }

        Freeze(loaded, "conv2d_1.");
        left.SaveCheckpoint(_folder.File("frozen"));
        loaded.LoadCheckpoint(_folder.File("frozen"));
        Assert.Equal(["conv2d_1.weight", "conv2d_1.bias", "dense_1.bias"],
            loaded.named_parameters().Where(weight => !weight.parameter.requires_grad).Select(weight => weight.name));
        foreach (Sequential model in (Sequential[])[through, loaded])
        {
            model.Fit(s_train, epochs: 3, initialEpoch: 2, batchSize: 10, seed: 1, verbose: false);
            Freeze(model, "", learns: true);
            model.Fit(s_train, epochs: 4, initialEpoch: 3, batchSize: 10, seed: 1, verbose: false);
        }

        Assert.Equal(State(through), State(loaded));
    }

    [Fact]
    public void Compiling_draws_no_frozen_weight_anew()
    {
        // Keras's way: load, freeze, compile, fit.
        Sequential model = WithNormalisation().Compile(TinyImages.Shape, seed: 1);
        model.Fit(s_train, batchSize: 10, verbose: false);
        Freeze(model, "conv2d_1.");
        Freeze(model, "bn.");
        Dictionary<string, float[]> before = State(model);
        model.Compile(TinyImages.Shape, seed: 2);
        AssertStayed(before, State(model), name => name[0] is 'c' or 'b');
        Assert.Equal(State(WithNormalisation().Compile(TinyImages.Shape, seed: 2))["dense_1.weight"],
            State(model)["dense_1.weight"]);
    }

    private static Sequential WithNormalisation() => Sequential(
        ("conv2d_1", Conv2d(1, 4, 3, bias: false)), ("bn", BatchNorm2d(4)), ("flatten_1", Flatten()),
        ("dense_1", Linear(144, 4)), ("softmax_1", Softmax(1)));

    private static void Freeze(Sequential model, string prefix, bool learns = false)
    {
        foreach ((_, Parameter parameter) in model.named_parameters()
            .Where(weight => weight.name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            parameter.requires_grad = learns;
        }
    }

    private static Dictionary<string, float[]> State(Sequential model) => model.state_dict().ToDictionary(
        entry => entry.Key, entry => entry.Value.detach().to(float32).contiguous().data<float>().ToArray());

    private static void AssertStayed(
        Dictionary<string, float[]> before, Dictionary<string, float[]> after, Func<string, bool> stays, bool others = true) =>
        Assert.All(before, entry => Assert.True(
            stays(entry.Key) ? entry.Value.SequenceEqual(after[entry.Key])
                : !others || !entry.Value.SequenceEqual(after[entry.Key]),
            entry.Key));

    private sealed class AtEpoch(Action<int> act) : Callback
    {
        public override void OnEpochBegin(TrainingContext training) => act(training.Epoch);
    }

    private sealed class AtBatch(Action act) : Callback
    {
        public override void OnTrainBatchEnd(TrainingContext training) => act();
    }
}

using MnistCnn;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using Adam = MnistCnn.Adam;
using AdamW = MnistCnn.AdamW;

namespace MnistCnn.Tests.Training;

public class OptimizerTests
{
    [Fact]
    public void Many_steps_of_the_fused_AdamW_are_those_of_TorchSharps()
    {
        using var generator = new Generator(5);
        foreach (long[] shape in new long[][] { [3], [37, 29], [300, 300] })
        {
            Tensor start = randn(shape, generator: generator);
            var (expected, actual) = (new Parameter(start.clone()), new Parameter(start.clone()));
            using var stock = optim.AdamW([expected], 0.01, 0.9, 0.999, 1e-7, 0.1);
            using optim.Optimizer fused = new AdamW(0.01, 0.1).Create([actual]);
            for (int step = 0; step < 100; step++)
            {
                Tensor gradient = randn(shape, generator: generator) * Math.Pow(10, (step % 7) - 4);
                expected.grad = gradient.clone();
                actual.grad = gradient;
                stock.step();
                fused.step();
            }

            Assert.IsType<FusedAdamW>(fused);
            Assert.InRange((expected - actual).abs().max().item<float>(), 0, 2e-5f);
        }
    }

    [Fact]
    public void Weight_decay_shrinks_a_weight_without_a_gradient_of_its_own()
    {
        var parameter = new Parameter(full(3, 2f)) { grad = zeros(3) };
        new AdamW(0.5, 0.1).Create([parameter]).step();
        Assert.Equal(2 * (1 - (0.5 * 0.1)), parameter[0].item<float>(), 1e-6);
    }

    [Theory]

    // Weight 1, gradient 2 twice. Momentum 0.5: v = 2, then 3; Nesterov's step is g + 0.5 v = 3, then 3.5.
    [InlineData(0.0, false, 1 - 0.2, 1 - 0.4)]
    [InlineData(0.5, false, 1 - 0.2, 1 - 0.2 - 0.3)]
    [InlineData(0.5, true, 1 - 0.3, 1 - 0.3 - 0.35)]
    public void Gradient_descent_takes_the_steps_that_one_computes_by_hand(
        double momentum, bool nesterov, double first, double second)
    {
        var parameter = new Parameter(ones(1)) { grad = full(1, 2f) };
        using optim.Optimizer sgd = new Sgd(0.1, momentum, nesterov).Create([parameter]);
        sgd.step();
        Assert.Equal(first, parameter.item<float>(), 1e-6);
        sgd.step();
        Assert.Equal(second, parameter.item<float>(), 1e-6);
    }

    [Fact]
    public void Rms_prop_takes_the_step_that_one_computes_by_hand()
    {
        var parameter = new Parameter(ones(1)) { grad = full(1, 2f) };
        using optim.Optimizer rmsProp = new RmsProp(0.01, rho: 0.75).Create([parameter]);
        rmsProp.step();

        // The mean square is 0.25 · 4 = 1, so the step is 0.01 · 2 / 1.
        Assert.Equal(0.98, parameter.item<float>(), 1e-6);
    }

    [Fact]
    public void The_defaults_are_Keras()
    {
        Assert.Equal(
            (0.001, 0.9, 0.999, 1e-7), (new Adam().LearningRate, new Adam().Beta1, new Adam().Beta2, new Adam().Epsilon));
        Assert.Equal((0.001, 0.004, 1e-7), (new AdamW().LearningRate, new AdamW().WeightDecay, new AdamW().Epsilon));
        Assert.Equal((0.01, 0.0, false), (new Sgd().LearningRate, new Sgd().Momentum, new Sgd().Nesterov));
        Assert.Equal((0.001, 0.9, 0.0, 1e-7),
            (new RmsProp().LearningRate, new RmsProp().Rho, new RmsProp().Momentum, new RmsProp().Epsilon));
    }

    [Fact]
    public void The_optimizers_read_as_they_are_written() =>
        Assert.Equal(
            "Sgd { LearningRate = 0.1, Momentum = 0.9, Nesterov = False, WeightDecay = 0 }", new Sgd(0.1, 0.9).ToString());

    public static TheoryData<Optimizer> Wrong =>
    [
        new Adam(0), new Adam(double.NaN), new Adam(beta1: 1), new AdamW(weightDecay: -1), new AdamW(beta2: -0.1),
        new Sgd(-1), new Sgd(momentum: 1), new Sgd(nesterov: true),
        new Sgd(weightDecay: -1), new RmsProp(0), new RmsProp(rho: 1.5),
        new RmsProp(epsilon: -1),
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Settings_out_of_range_are_refused_by_their_name(Optimizer optimizer)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => optimizer.Create([new Parameter(ones(1))]));
        Assert.NotNull(optimizer.GetType().GetProperty(refusal.ParamName!));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_optimizer_learns(Optimizer optimizer)
    {
        (Tensor X, Tensor Y) train = TinyImages.Make(100, seed: 1);
        Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, optimizer, seed: 1);
        History history = model.Fit(train, epochs: 6, batchSize: 10, seed: 1, verbose: false);
        Assert.True(history[^1].Loss < history[0].Loss / 2, $"{history[0].Loss} → {history[^1].Loss}");
    }

    public static TheoryData<Optimizer> All => [new Adam(0.01), new AdamW(0.01), new Sgd(0.1, 0.9),
        new Sgd(0.3), new RmsProp(0.005), new RmsProp(0.002, momentum: 0.5, centered: true)];
}

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
    public void Many_steps_of_the_fused_AdamW_are_those_of_TorchSharps_with_epsilon_where_Keras_has_it()
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
                stock.ParamGroups.OfType<TorchSharp.Modules.AdamW.ParamGroup>().Single().Options.eps =
                    1e-7 / Math.Sqrt(1 - Math.Pow(0.999, step + 1));
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

    /// <summary>
    /// Keras's formula (keras/src/optimizers/adam.py), in double precision: the rate, corrected for both moments' bias, times
    /// m / (√v + ε). Gradients of 1e-7 and less are where the place of ε is seen.
    /// </summary>
    [Theory]
    [InlineData(true, ScalarType.Float32)]
    [InlineData(false, ScalarType.Float32)]
    [InlineData(true, ScalarType.Float64)]
    public void Adam_and_AdamW_take_Keras_steps(bool loops, ScalarType type)
    {
        double[][] gradients = [[2, -1e-3, 1e-7, -3e-9, 0], [-1, 1e-3, 2e-7, 1e-6, 0], [0.5, -4e-3, 0, 1e-9, 0]];
        using var off = new WithoutLoops(!loops);
        foreach (double decay in new[] { 0, 0.1 })
        {
            double[] weight = [1, 1, 1, 1, 1], m = new double[5], v = new double[5];
            var parameter = new Parameter(ones(5, dtype: type));
            using optim.Optimizer optimizer =
                decay == 0 ? new Adam(0.01).Create([parameter]) : new AdamW(0.01, decay).Create([parameter]);
            for (int step = 1; step <= gradients.Length; step++)
            {
                double[] g = gradients[step - 1];
                double alpha = 0.01 * Math.Sqrt(1 - Math.Pow(0.999, step)) / (1 - Math.Pow(0.9, step));
                for (int i = 0; i < 5; i++)
                {
                    m[i] += (g[i] - m[i]) * (1 - 0.9);
                    v[i] += ((g[i] * g[i]) - v[i]) * (1 - 0.999);
                    weight[i] -= weight[i] * decay * 0.01;
                    weight[i] -= m[i] * alpha / (Math.Sqrt(v[i]) + 1e-7);
                }

                parameter.grad = tensor(g, dtype: type);
                optimizer.step();
                Tensor moved = parameter.to(float64) - 1;
                for (int i = 0; i < 5; i++)
                {
                    // The step is the float32 difference of two numbers near 1.
                    Assert.Equal(weight[i] - 1, moved[i].item<double>(), 3e-7);
                }
            }
        }
    }

    [Fact]
    public void The_place_of_epsilon_makes_a_first_step_from_a_small_gradient_a_small_one()
    {
        // ε = 1e-7 against √v = √0.001 · 1e-7: a step of 0.01 · √0.001 / (√0.001 + 1); PyTorch takes half of the rate.
        var parameter = new Parameter(zeros(1)) { grad = full(1, 1e-7f) };
        new Adam(0.01).Create([parameter]).step();
        Assert.Equal(-0.01 * Math.Sqrt(0.001) / (Math.Sqrt(0.001) + 1), parameter.item<float>(), 1e-8);
    }

    /// <summary>
    /// PyTorch's formula (torch.optim.RMSprop): the buffer keeps momentum of itself and takes g / (√v + ε), or √(v − mean²).
    /// </summary>
    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.5, false)]
    [InlineData(0.5, true)]
    public void Rms_prop_takes_PyTorchs_steps(double momentum, bool centered)
    {
        double[] gradients = [2, -1, 1e-6];
        double weight = 1, square = 0, mean = 0, buffer = 0;
        var parameter = new Parameter(ones(1, dtype: float64));
        using optim.Optimizer rmsProp = new RmsProp(0.01, rho: 0.75, momentum, centered: centered).Create([parameter]);
        foreach (double g in gradients)
        {
            square += ((g * g) - square) * 0.25;
            mean += (g - mean) * 0.25;
            buffer = (momentum * buffer) + (g / (Math.Sqrt(square - (centered ? mean * mean : 0)) + 1e-7));
            weight -= 0.01 * buffer;
            parameter.grad = full(1, g, dtype: float64);
            rmsProp.step();
            Assert.Equal(weight, parameter.item<double>(), 1e-12);
        }
    }

    [Fact]
    public void Rms_prop_steps_further_than_Keras_from_a_small_gradient_as_its_documentation_says()
    {
        var parameter = new Parameter(zeros(1, dtype: float64)) { grad = full(1, 1e-4, dtype: float64) };
        using optim.Optimizer rmsProp = new RmsProp(0.001).Create([parameter]);
        rmsProp.step();
        double root = Math.Sqrt(0.1) * 1e-4;
        double keras = 0.001 * 1e-4 / Math.Sqrt((root * root) + 1e-7);
        Assert.Equal(0.001 * 1e-4 / (root + 1e-7), -parameter.item<double>(), 1e-12);
        Assert.InRange(-parameter.item<double>() / keras, 9.9, 10.1);

        var damped = new Parameter(zeros(1, dtype: float64)) { grad = full(1, 1e-4, dtype: float64) };
        using optim.Optimizer withRoot = new RmsProp(0.001, epsilon: 3e-4).Create([damped]);
        withRoot.step();
        Assert.InRange(-damped.item<double>() / keras, 0.9, 1);
    }

    [Fact]
    public void The_weight_decay_of_gradient_descent_is_added_to_the_gradient()
    {
        // Momentum 0.5, decay 0.1, gradient 2: v = 2.1, then 0.5 · 2.1 + 2 + 0.1 · 0.79.
        var parameter = new Parameter(ones(1)) { grad = full(1, 2f) };
        using optim.Optimizer sgd = new Sgd(0.1, 0.5, weightDecay: 0.1).Create([parameter]);
        sgd.step();
        Assert.Equal(1 - 0.21, parameter.item<float>(), 1e-6);
        sgd.step();
        Assert.Equal(0.79 - (0.1 * (1.05 + 2.079)), parameter.item<float>(), 1e-6);
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

    /// <summary>Takes the library's loops away while it lives.</summary>
    private sealed class WithoutLoops : IDisposable
    {
        private readonly ICpuBackend? _backend = CpuAcceleration.Backend;

        public WithoutLoops(bool taken) => CpuAcceleration.Backend = taken ? null : _backend;

        public void Dispose() => CpuAcceleration.Backend = _backend;
    }

    public static TheoryData<Optimizer> All => [new Adam(0.01), new AdamW(0.01), new Sgd(0.1, 0.9),
        new Sgd(0.3), new RmsProp(0.005), new RmsProp(0.002, momentum: 0.5, centered: true)];
}

using MnistCnn;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

public class FusedAdamTests
{
    [Fact]
    public void Many_steps_are_those_of_TorchSharps_Adam_with_epsilon_where_Keras_has_it()
    {
        using var generator = new Generator(5);
        foreach (long[] shape in new long[][] { [3], [37, 29], [300, 300] })
        {
            Tensor start = randn(shape, generator: generator);
            var (expected, actual) = (new Parameter(start.clone()), new Parameter(start.clone()));
            using var stock = optim.Adam([expected], 0.01, 0.9, 0.999, 1e-7);
            using var fused = new FusedAdam([actual], 0.01, 0.9, 0.999, 1e-7);
            for (int step = 0; step < 200; step++)
            {
                Tensor gradient = randn(shape, generator: generator) * Math.Pow(10, (step % 7) - 4);
                expected.grad = gradient.clone();
                actual.grad = gradient;
                stock.ParamGroups.OfType<TorchSharp.Modules.Adam.ParamGroup>().Single().Options.eps =
                    1e-7 / Math.Sqrt(1 - Math.Pow(0.999, step + 1));
                stock.step();
                fused.step();
            }

            Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-5f);
            Assert.True((expected - start).abs().max().item<float>() > 0.05);
        }
    }

    [Fact]
    public void Its_state_is_that_of_TorchSharps_Adam()
    {
        var parameter = new Parameter(ones(5));
        using var stock = new TorchSharp.Modules.Adam([parameter], 0.01);
        using var fused = new FusedAdam([parameter], 0.01, 0.9, 0.999, 1e-8);
        parameter.grad = full(5, 0.5f);
        fused.step();
        stock.load_state_dict(fused.state_dict());
        var state = Assert.IsType<TorchSharp.Modules.Adam.State>(Assert.Single(stock.state_dict().State));
        Assert.Equal(1, state.step);
        Assert.Equal(0.05f, state.exp_avg[0].item<float>(), 1e-6f);
    }

    [Fact]
    public void A_weight_without_a_gradient_stays_as_it_is()
    {
        var parameter = new Parameter(ones(5));
        using var fused = new FusedAdam([parameter], 0.01, 0.9, 0.999, 1e-7);
        fused.step();
        Assert.Equal(5, parameter.sum().item<float>());
    }
}

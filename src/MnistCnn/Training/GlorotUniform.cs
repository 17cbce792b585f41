using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Training;

/// <summary>Draws weights as Keras's <c>glorot_uniform</c> does, biases as its <c>zeros</c>.</summary>
internal static class GlorotUniform
{
    /// <summary>Draws the weights of every convolution and dense layer, in the order of the layers.</summary>
    /// <param name="model">The model; layers of other kinds keep their weights.</param>
    /// <param name="seed">The same seed gives the same weights, whatever was drawn before.</param>
    public static void Apply(nn.Module<Tensor, Tensor> model, long seed)
    {
        using var off = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (nn.Module layer in model.modules().Where(layer => layer is Conv1d or Conv2d or Linear))
        {
            foreach ((string name, Parameter parameter) in layer.named_parameters(recurse: false))
            {
                if (name == "bias")
                {
                    parameter.zero_();
                }
                else
                {
                    double limit = Limit(parameter.shape);
                    using var drawn = rand(parameter.shape, generator: generator);
                    parameter.copy_(drawn.mul_(2 * limit).sub_(limit));
                }
            }
        }
    }

    /// <summary>√(6 / (fan_in + fan_out)) of a weight tensor (outputs, inputs, kernel…).</summary>
    internal static double Limit(long[] shape)
    {
        long field = shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        return Math.Sqrt(6.0 / ((shape[0] + shape[1]) * field));
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Draws the weights that a training begins with.</summary>
internal static class InitialWeights
{
    /// <summary>
    /// The deviation of a normal distribution that is cut off at two deviations; Keras divides by it to come out right
    /// (<c>keras/src/initializers/random_initializers.py</c>).
    /// </summary>
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <summary>
    /// Draws the weights of every convolution and dense layer, in the order of the layers; batch normalisation begins with
    /// factor 1, offset 0, mean 0 and variance 1. Layers of other kinds keep their weights, and so do frozen ones.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="initializer">How to draw.</param>
    /// <param name="seed">The same seed gives the same weights, whatever was drawn before.</param>
    public static void Draw(nn.Module<Tensor, Tensor> model, Initializer initializer, long seed)
    {
        if (initializer == Initializer.Keep)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (nn.Module layer in model.modules())
        {
            if (layer is Conv1d or Conv2d or Linear)
            {
                DrawLayer(layer, initializer, generator);
            }
            else if (layer is BatchNorm1d or BatchNorm2d && !FrozenWeights.IsFrozen((NormBase)layer))
            {
                Reset(layer);
            }
        }
    }

    /// <summary>√(6 / (fan_in + fan_out)) of a weight tensor (outputs, inputs, kernel…).</summary>
    internal static double GlorotLimit(long[] shape)
    {
        (double fanIn, double fanOut) = Fans(shape);
        return Math.Sqrt(6.0 / (fanIn + fanOut));
    }

    private static void DrawLayer(nn.Module layer, Initializer initializer, Generator generator)
    {
        long[]? weightShape = null;
        foreach ((string name, Parameter parameter) in layer.named_parameters(recurse: false))
        {
            Tensor drawn;
            if (name == "weight")
            {
                weightShape = parameter.shape;
                drawn = Weights(parameter.shape, initializer, generator);
            }
            else if (initializer == Initializer.Uniform && weightShape is not null)
            {
                drawn = Uniform(parameter.shape, 1 / Math.Sqrt(Fans(weightShape).In), generator);
            }
            else
            {
                drawn = zeros_like(parameter);
            }

            // Drawn all the same, so that the other layers' weights do not depend on what is frozen.
            if (parameter.requires_grad)
            {
                parameter.copy_(drawn);
            }
        }
    }

    private static Tensor Weights(long[] shape, Initializer initializer, Generator generator)
    {
        (double fanIn, double fanOut) = Fans(shape);
        return initializer switch
        {
            Initializer.GlorotUniform => Uniform(shape, GlorotLimit(shape), generator),
            Initializer.GlorotNormal => TruncatedNormal(shape, Math.Sqrt(2 / (fanIn + fanOut)), generator),
            Initializer.HeUniform => Uniform(shape, Math.Sqrt(6 / fanIn), generator),
            Initializer.HeNormal => TruncatedNormal(shape, Math.Sqrt(2 / fanIn), generator),
            Initializer.RandomNormal => randn(shape, generator: generator).mul_(0.05),
            Initializer.Uniform => Uniform(shape, 1 / Math.Sqrt(fanIn), generator),
            _ => throw ArgumentOutOfRange.Exception(nameof(initializer), initializer, "There is no such initializer."),
        };
    }

    private static Tensor Uniform(long[] shape, double limit, Generator generator) =>
        rand(shape, generator: generator).mul_(2 * limit).sub_(limit);

    /// <summary>
    /// Normal numbers of which none is further from 0 than two deviations before the correction, by the inverse of the
    /// distribution.
    /// </summary>
    private static Tensor TruncatedNormal(long[] shape, double deviation, Generator generator)
    {
        // Φ(2) − Φ(−2): between these a uniform number is turned into a normal one by √2 · erf⁻¹.
        const double Inside = 0.95449973610364158;
        Tensor uniform = rand(shape, dtype: ScalarType.Float64, generator: generator).mul_(2 * Inside).sub_(Inside);
        return uniform.erfinv().mul_(Math.Sqrt(2) * deviation / TruncatedDeviation).to(ScalarType.Float32);
    }

    /// <summary>The numbers that go into an output of a layer and that an input goes to.</summary>
    private static (double In, double Out) Fans(long[] shape)
    {
        long field = shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        return (shape[1] * field, shape[0] * field);
    }

    private static void Reset(nn.Module normalisation)
    {
        foreach ((string name, Tensor tensor) in normalisation.state_dict())
        {
            tensor.fill_(name is "weight" or "running_var" ? 1 : 0);
        }
    }
}

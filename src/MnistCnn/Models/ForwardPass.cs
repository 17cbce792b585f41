using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Models;

/// <summary>Sends samples through a model up to its logits, whatever the model ends in.</summary>
/// <remarks>
/// A <see cref="Sequential"/> that ends in <see cref="Softmax"/> is computed up to the layer before it: cross-entropy
/// from logits is exact where log(softmax) has already rounded to 0 or −∞. Any other model may return logits, logarithms
/// of probabilities, or probabilities; rows that are not negative and add up to 1 are probabilities.
/// </remarks>
internal sealed class ForwardPass
{
    /// <summary>Keras's <c>epsilon()</c>: probabilities are kept this far from 0 before their logarithm is taken.</summary>
    private const double Epsilon = 1e-7;

    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly ModelLayout _layout;
    private readonly List<nn.Module<Tensor, Tensor>>? _untilSoftmax;
    private bool? _givesProbabilities;

    /// <summary>Looks at how the model ends.</summary>
    public ForwardPass(nn.Module<Tensor, Tensor> model)
    {
        _model = model;
        _layout = ModelLayout.Of(model);
        nn.Module[] children = model is Sequential ? [.. model.children()] : [];
        if (children.Length > 1 && children[^1] is Softmax && children.All(child => child is nn.Module<Tensor, Tensor>))
        {
            _untilSoftmax = [.. children[..^1].Cast<nn.Module<Tensor, Tensor>>()];
        }
    }

    /// <summary>The logits of a batch, or numbers whose softmax is the model's output.</summary>
    /// <param name="x">float tensor (n, …), images in the model's data format.</param>
    /// <returns>float tensor (n, classes).</returns>
    public Tensor Logits(Tensor x)
    {
        if (_untilSoftmax is not null)
        {
            return _untilSoftmax.Aggregate(_layout.ToChannelsFirst(x), (input, layer) => layer.call(input));
        }

        Tensor output = _model.call(x);
        _givesProbabilities ??= IsProbabilities(output);
        return _givesProbabilities.Value ? output.clamp(Epsilon, 1).log() : output;
    }

    private static bool IsProbabilities(Tensor output)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return output.min().item<float>() >= 0 && (output.sum(1) - 1).abs().max().item<float>() < 1e-4;
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Sends samples through a model up to its logits, whatever the model ends in.</summary>
/// <remarks>
/// A <see cref="Sequential"/> that ends in <see cref="Softmax"/> is computed up to the layer before it: cross-entropy
/// from logits is exact where log(softmax) has already rounded to 0 or −∞. Any other model, one of a class derived from
/// Sequential too, is called as it is, and may return logits, logarithms of probabilities, or probabilities; rows that are not
/// negative and add up to 1 are probabilities. What a <see cref="Sigmoid"/> at the end of a row of layers gives is divided
/// by its sum, as Keras's categorical cross-entropy does it.
/// </remarks>
internal sealed class ForwardPass : IDisposable
{
    /// <summary>Keras's <c>epsilon()</c>: probabilities are kept this far from 0 before their logarithm is taken.</summary>
    private const double Epsilon = 1e-7;

    /// <summary>Samples that an evaluation takes through the network at a time: more would only need more memory.</summary>
    private const int EvaluatedAtOnce = 500;

    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly ModelLayout _layout;
    private readonly Device _device;
    private readonly List<nn.Module<Tensor, Tensor>>? _untilSoftmax;
    private readonly bool _endsInSigmoid;
    private bool? _givesProbabilities;
    private ICpuNetwork? _evaluation;
    private bool _evaluationRefused;

    /// <summary>Looks at how the model ends.</summary>
    /// <exception cref="ArgumentException">It ends in a softmax over the samples.</exception>
    public ForwardPass(nn.Module<Tensor, Tensor> model)
    {
        _model = model;
        _layout = ModelLayout.Of(model);
        _device = Placement.Of(model);
        _endsInSigmoid = CheckedEnd(model) is Sigmoid;

        // A forward of the model's own, or hooks on the model or on its softmax, may do what the layers do not.
        nn.Module[] children = model.GetType() == typeof(Sequential) ? [.. model.children()] : [];
        if (children.Length > 1 && children[^1] is Softmax { dim: 1 or -1 } softmax
            && children.All(child => child is nn.Module<Tensor, Tensor>)
            && !ModelLayout.HasForeignHooks(model) && !ModelLayout.HasForeignHooks(softmax))
        {
            _untilSoftmax = [.. children[..^1].Cast<nn.Module<Tensor, Tensor>>()];
        }
    }

    /// <summary>Where the model's weights are.</summary>
    public Device Device => _device;

    /// <summary>The order of the axes in the images that the model takes.</summary>
    public ImageDataFormat DataFormat => _layout.DataFormat;

    /// <summary>The last layer of a model whose layers stand in a row; null for another.</summary>
    /// <exception cref="ArgumentException">It is a softmax over the samples.</exception>
    public static nn.Module? CheckedEnd(nn.Module<Tensor, Tensor> model)
    {
        if (!ModelTracer.IsRow(model))
        {
            return null;
        }

        (string name, nn.Module<Tensor, Tensor> last) = ModelTracer.Leaves(model)[^1];
        return last is Softmax { dim: 0 or -2 } or LogSoftmax { dim: 0 or -2 }
            ? throw new ArgumentException(
                $"{name} adds up over the samples; the classes of a sample are axis 1: {LayerType.NameOf(last)}(1).",
                nameof(model))
            : last;
    }

    /// <summary>The logits of a batch, or numbers whose softmax is the model's output.</summary>
    /// <param name="x">float tensor (n, …), images in the model's data format, on any device.</param>
    /// <param name="sameWeights">Whether the weights are still those of the last call.</param>
    /// <returns>float tensor (n, classes) on the model's device.</returns>
    public Tensor Logits(Tensor x, bool sameWeights = false)
    {
        x = x.device_type == _device.type && x.device_index == _device.index ? x : x.to(_device);
        if (!is_grad_enabled() && Evaluated(x, sameWeights) is { } computed)
        {
            return computed;
        }

        if (_untilSoftmax is not null)
        {
            return _untilSoftmax.Aggregate(_layout.ToChannelsFirst(x), (input, layer) => layer.call(input));
        }

        Tensor output = _model.call(x);
        output = _endsInSigmoid ? output / output.sum(1, keepdim: true) : output;
        _givesProbabilities ??= _endsInSigmoid || IsProbabilities(output);
        return _givesProbabilities.Value ? output.clamp(Epsilon, 1).log() : output;
    }

    /// <summary>The layers up to the logits as a network with loops of its own.</summary>
    /// <param name="samples">The data set that will be sent through it.</param>
    /// <param name="capacity">The most samples in a batch.</param>
    /// <param name="training">Whether gradients will be asked for.</param>
    /// <param name="inputGradient">Whether those of the samples will be asked for, too.</param>
    /// <returns>The network, to be disposed; null if the layers are to be computed one by one.</returns>
    public ICpuNetwork? ToNetwork(Tensor samples, int capacity, bool training, bool inputGradient = false)
    {
        if (!CpuAcceleration.IsEnabled || _untilSoftmax is null || samples.dtype != ScalarType.Float32
            || samples.device_type != DeviceType.CPU || samples.numel() > int.MaxValue / sizeof(float)
            || _untilSoftmax.Any(ModelLayout.HasForeignHooks))
        {
            return null;
        }

        return CpuAcceleration.Backend?.BuildNetwork(
            _untilSoftmax, samples.shape, _layout.DataFormat, capacity, training, inputGradient);
    }

    /// <inheritdoc/>
    public void Dispose() => _evaluation?.Dispose();

    private Tensor? Evaluated(Tensor x, bool sameWeights)
    {
        if (_evaluation is null && !_evaluationRefused)
        {
            _evaluation = ToNetwork(x, (int)Math.Min(x.shape[0], EvaluatedAtOnce), training: false);
            _evaluationRefused = _evaluation is null;
        }

        return _evaluation?.Logits(x, sameWeights);
    }

    private static bool IsProbabilities(Tensor output)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return output.min().item<float>() >= 0 && (output.sum(1) - 1).abs().max().item<float>() < 1e-4;
    }
}

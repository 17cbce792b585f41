using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MnistCnn.Benchmarks;

/// <summary>Puts layers on an image of 28 × 28, one after the other, and keeps count of what comes out of them.</summary>
/// <param name="normalizes">
/// Whether layers are normalised; if not, they have a bias instead, which the normalisation would take out again.
/// </param>
internal sealed class LayerStack(bool normalizes = true)
{
    private readonly List<(string Name, torch.nn.Module<torch.Tensor, torch.Tensor> Module)> _layers = [];
    private (int Side, int Channels) _image = (28, 1);

    /// <summary>A convolution of 3 × 3; a <see cref="Norm"/> follows.</summary>
    /// <param name="filters">The number of filters.</param>
    /// <param name="padding">The zeros on each side.</param>
    public LayerStack Convolution(int filters, int padding = 0)
    {
        Add("conv2d", Conv2d(_image.Channels, filters, 3, padding: padding, bias: !normalizes));
        _image = (_image.Side + (2 * padding) - 2, filters);
        return this;
    }

    /// <summary>Batch normalisation, if there is one, then ReLU.</summary>
    public LayerStack Norm()
    {
        if (normalizes)
        {
            Add("norm", _image.Side > 0 ? BatchNorm2d(_image.Channels) : BatchNorm1d(_image.Channels));
        }

        Add("relu", ReLU());
        return this;
    }

    /// <summary>The largest number of each square of 2 × 2 pixels.</summary>
    public LayerStack Pool()
    {
        Add("max_pooling2d", MaxPool2d(2));
        _image = (_image.Side / 2, _image.Channels);
        return this;
    }

    /// <summary>A dense layer; a <see cref="Norm"/> follows.</summary>
    /// <param name="units">The number of units.</param>
    public LayerStack Dense(int units)
    {
        Add("dense", Linear(Flat(), units, hasBias: !normalizes));
        _image = (0, units);
        return this;
    }

    /// <summary>The network, with ten probabilities at its end.</summary>
    public Sequential Classifier()
    {
        Add("dense", Linear(Flat(), 10));
        Add("softmax", Softmax(1));
        return Sequential(_layers.ToArray());
    }

    private int Flat()
    {
        if (_image.Side > 0)
        {
            Add("flatten", Flatten());
        }

        return _image.Channels * Math.Max(1, _image.Side * _image.Side);
    }

    private void Add(string kind, torch.nn.Module<torch.Tensor, torch.Tensor> module)
    {
        int number = _layers.Count(layer => layer.Name.StartsWith(kind, StringComparison.Ordinal)) + 1;
        _layers.Add(($"{kind}_{number}", module));
    }
}

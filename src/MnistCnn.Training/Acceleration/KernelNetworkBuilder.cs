using MnistCnn.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Looks at modules and makes a <see cref="KernelNetwork"/> of them if it knows how to compute every one.</summary>
internal sealed class KernelNetworkBuilder
{
    /// <summary>Above this a batch is left to libtorch: 1 GB.</summary>
    private const long LargestMemory = 1L << 28;

    private readonly CpuKernels _kernels;
    private readonly int _capacity;
    private readonly bool _training;
    private readonly bool _channelsFirst;
    private readonly bool _inputGradient;
    private readonly List<Block> _blocks;
    private readonly List<PerSampleLayer> _layers = [];
    private readonly KernelBindings _bindings = new();
    private ImageShape _image;

    private KernelNetworkBuilder(
        CpuKernels kernels, ImageShape image, bool channelsFirst, int capacity, bool training, bool inputGradient)
    {
        (_kernels, _image, _channelsFirst, _capacity, _training) = (kernels, image, channelsFirst, capacity, training);
        _inputGradient = inputGradient;
        _blocks = [new InputBlock(capacity, image.Count, inputGradient)];
        if (IsToTranspose())
        {
            _layers.Add(new TransposeLayer(image.Channels, image.Rows * image.Columns));
        }
    }

    /// <summary>Makes a network.</summary>
    /// <param name="modules">The layers up to the logits.</param>
    /// <param name="image">A sample that comes in; 1 × 1 with all numbers as channels if it is no image.</param>
    /// <param name="channelsFirst">Whether images come in and are flattened channel by channel instead of pixel by pixel.</param>
    /// <param name="capacity">The most samples in a batch.</param>
    /// <param name="training">Whether gradients will be asked for.</param>
    /// <param name="kernels">The instructions to use.</param>
    /// <param name="inputGradient">Whether the gradient of the samples will be asked for, too.</param>
    /// <returns>The network; null if the modules are to be computed by libtorch.</returns>
    public static KernelNetwork? Build(
        IReadOnlyList<nn.Module<Tensor, Tensor>> modules, ImageShape image, bool channelsFirst, int capacity, bool training,
        CpuKernels kernels, bool inputGradient = false)
    {
        if (!IsKnown(modules, image, capacity, training))
        {
            return null;
        }

        var builder = new KernelNetworkBuilder(kernels, image, channelsFirst, capacity, training, inputGradient);
        for (int i = 0; i < modules.Count; i++)
        {
            bool relu = modules[i] is Conv2d or Linear or NormBase && i + 1 < modules.Count && modules[i + 1] is ReLU;
            builder.Add(modules[i], relu);
            i += relu ? 1 : 0;
        }

        return new KernelNetwork(builder._blocks, builder._bindings, capacity);
    }

    private static bool IsKnown(
        IReadOnlyList<nn.Module<Tensor, Tensor>> modules, ImageShape image, int capacity, bool training)
    {
        if (modules.Count == 0 || modules[^1] is not Linear || SharesWeights(modules))
        {
            return false;
        }

        long numbers = image.Count;
        bool flat = image is { Rows: 1, Columns: 1 };
        foreach (nn.Module<Tensor, Tensor> module in modules)
        {
            if (!IsKnown(module, image, flat) || (!training && module is NormBase { training: true })
                || module.parameters().Any(parameter => !(parameter.requires_grad && parameter.HasFloats())))
            {
                return false;
            }

            image = After(module, image);
            flat |= module is Flatten;
            if (image.Rows < 1 || image.Columns < 1)
            {
                return false;
            }

            numbers += 2L * image.Count;
        }

        return numbers * capacity <= LargestMemory;
    }

    /// <summary>Whether the gradient of a weight would be the sum of several uses.</summary>
    private static bool SharesWeights(IReadOnlyList<nn.Module<Tensor, Tensor>> modules)
    {
        var seen = new HashSet<IntPtr>();
        return modules.Any(module => module.parameters().Concat(module.buffers()).Any(tensor => !seen.Add(tensor.Handle)));
    }

    private static bool IsKnown(nn.Module<Tensor, Tensor> module, ImageShape image, bool flat) => module switch
    {
        // A module of a class of the user's own may compute something else.
        _ when module.GetType().Assembly != typeof(nn).Assembly => false,
        Conv2d conv => !flat && conv is { groups: 1, transposed: false, padding_mode: PaddingModes.Zeros }
            && conv.in_channels == image.Channels && conv.stride.All(n => n == 1) && conv.dilation.All(n => n == 1)
            && conv.weight.shape.SequenceEqual([conv.out_channels, conv.in_channels, .. conv.kernel_size])
            && IsBias(conv.bias, conv.out_channels),
        MaxPool2d pool => !flat && !pool.ceil_mode && (pool.padding is null || pool.padding.All(n => n == 0))
            && (pool.dilation is null || pool.dilation.All(n => n == 1))
            && (pool.stride is null || pool.stride.Length == 0
                || (pool.stride[0], pool.stride[^1]) == (pool.kernel_size[0], pool.kernel_size[^1])),
        BatchNorm2d norm => !flat && norm.num_features == image.Channels && IsKnown(norm),
        BatchNorm1d norm => flat && norm.num_features == image.Channels && IsKnown(norm),
        Dropout dropout => dropout.p is >= 0 and < 1,
        Flatten flatten => flatten is { start_dim: 1, end_dim: -1 },
        Linear linear => flat && linear.in_features == image.Count
            && linear.weight.shape.SequenceEqual([linear.out_features, linear.in_features])
            && IsBias(linear.bias, linear.out_features),
        ReLU => true,
        _ => false,
    };

    /// <summary>Whether a bias is as its layer was made: it can be replaced.</summary>
    private static bool IsBias(Parameter? bias, long count) => bias is null || bias.shape.SequenceEqual([count]);

    private static bool IsKnown(NormBase norm) =>
        (norm.weight is null) == (norm.bias is null) && norm.track_running_stats
        && norm.running_mean is { } mean && mean.HasFloats() && norm.running_var is { } variance && variance.HasFloats()
        && norm.num_batches_tracked is { dtype: ScalarType.Int64, device_type: DeviceType.CPU };

    private static ImageShape After(nn.Module<Tensor, Tensor> module, ImageShape image) => module switch
    {
        Conv2d conv => ShapeOf(conv, BorderOf(conv).Around(image)).Output,
        MaxPool2d pool => MaxPoolLayer.OutputOf(image, (int)pool.kernel_size[0], (int)pool.kernel_size[^1]),
        Flatten => new ImageShape(1, 1, image.Count),
        Linear linear => new ImageShape(1, 1, (int)linear.out_features),
        _ => image,
    };

    private static ConvolutionShape ShapeOf(Conv2d module, ImageShape padded) =>
        new(padded, (int)module.kernel_size[0], (int)module.kernel_size[1], (int)module.out_channels);

    /// <summary>
    /// The rows and columns of zeros on each side; with <c>Padding.Same</c> an even filter has the odd one at the bottom
    /// and on the right, as in PyTorch.
    /// </summary>
    private static Border BorderOf(Conv2d module)
    {
        if (module.padding_type == Padding.Same)
        {
            int rows = (int)module.kernel_size[0] - 1, columns = (int)module.kernel_size[^1] - 1;
            return new(rows / 2, rows - (rows / 2), columns / 2, columns - (columns / 2));
        }

        return module.padding is { Length: > 0 } padding
            ? new((int)padding[0], (int)padding[0], (int)padding[^1], (int)padding[^1])
            : default;
    }

    private void Add(nn.Module<Tensor, Tensor> module, bool relu)
    {
        switch (module)
        {
            case Conv2d conv:
                Add(conv, relu);
                break;
            case NormBase norm:
                Add(_bindings.Add(norm, _image, _training ? _capacity : 0), relu);
                break;
            case MaxPool2d pool:
                bool afterRelu = _layers is [.., ConvolutionLayer { Relu: true } or WinogradConvolutionLayer { Relu: true }];
                _layers.Add(new MaxPoolLayer(
                    _image, (int)pool.kernel_size[0], (int)pool.kernel_size[^1], _training ? _capacity : 0, afterRelu));
                break;
            case Dropout dropout:
                _layers.Add(_bindings.Add(dropout, _image.Count));
                break;
            case Flatten when IsToTranspose():
                _layers.Add(new TransposeLayer(_image.Rows * _image.Columns, _image.Channels));
                break;
            case ReLU:
                _layers.Add(new ReluLayer(_image.Count));
                break;
            case Linear linear:
                _blocks.Add(new FullyConnectedBlock(
                    _kernels, _bindings.Add(linear.weight)!, _bindings.Add(linear.bias), relu, _capacity, InputOfLinear(),
                    _training));
                break;
        }

        _image = After(module, _image);
    }

    private void Add(Conv2d conv, bool relu)
    {
        // The first convolution needs none: what comes before it has no weights.
        bool needsInputGradient = _inputGradient || _blocks.Count > 1
            || !_layers.All(layer => layer.InPlace || layer is TransposeLayer or PaddingLayer);
        Border border = BorderOf(conv);
        if (border != default)
        {
            _layers.Add(new PaddingLayer(_image, border));
        }

        ConvolutionShape shape = ShapeOf(conv, border.Around(_image));
        (ParameterMemory weight, ParameterMemory? bias) = (_bindings.Add(conv.weight)!, _bindings.Add(conv.bias));
        _layers.Add(WinogradConvolutionLayer.IsFasterFor(shape)
            ? new WinogradConvolutionLayer(_kernels, shape, weight, bias, relu, needsInputGradient)
            : new ConvolutionLayer(_kernels, shape, weight, bias, relu, needsInputGradient));
    }

    /// <summary>The statistics of a batch are complete at the end of a block; running ones are known before.</summary>
    private void Add(BatchNormalization normalization, bool relu)
    {
        if (_training)
        {
            _layers.Add(new BatchStatisticsLayer(normalization));
            ClosePerSampleBlock();
        }

        _layers.Add(new NormalizationLayer(normalization, relu, inPlace: !_training));
    }

    /// <summary>Whether the order of the numbers outside the network is not that of the loops.</summary>
    private bool IsToTranspose() => _channelsFirst && _image.Channels > 1 && _image.Rows * _image.Columns > 1;

    /// <summary>A first convolution is computed within the layer that follows it.</summary>
    private DenseInput InputOfLinear()
    {
        if (!_inputGradient && _blocks.Count == 1 && _layers is [ConvolutionLayer { Relu: true } convolution, .. var rest]
            && rest is [] or [DropoutLayer])
        {
            _layers.Clear();
            return new ConvolutionInput(_blocks[0], convolution, rest is [DropoutLayer dropout] ? dropout : null);
        }

        ClosePerSampleBlock();
        return new BlockInput(_blocks[^1]);
    }

    /// <summary>The layers gathered so far become a block.</summary>
    private void ClosePerSampleBlock()
    {
        if (_layers.Count > 0)
        {
            _blocks.Add(new PerSampleBlock([.. _layers], _capacity, _blocks[^1], _training));
            _layers.Clear();
        }
    }
}

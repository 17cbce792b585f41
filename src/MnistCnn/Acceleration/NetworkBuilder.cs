using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Acceleration;

/// <summary>Looks at modules and makes a <see cref="Network"/> of them if it knows how to compute every one.</summary>
internal sealed unsafe class NetworkBuilder
{
    /// <summary>Above this a batch is left to libtorch: 1 GB.</summary>
    private const long LargestMemory = 1L << 28;

    private readonly CpuKernels _kernels;
    private readonly int _capacity;
    private readonly bool _training;
    private readonly bool _channelsFirst;
    private readonly float* _input;
    private readonly List<Stage> _stages = [];
    private readonly List<SampleLayer> _layers = [];
    private ImageSize _image;
    private int _dropouts;

    private NetworkBuilder(
        CpuKernels kernels, float* input, ImageSize image, bool channelsFirst, int capacity, bool training)
    {
        (_kernels, _image, _channelsFirst, _capacity, _training) = (kernels, image, channelsFirst, capacity, training);
        _input = input;
        if (IsToTranspose())
        {
            _layers.Add(new TransposeLayer(image.Channels, image.Rows * image.Columns));
        }
    }

    /// <summary>Makes a network.</summary>
    /// <param name="modules">The layers up to the logits.</param>
    /// <param name="image">A sample that comes in; 1 × 1 with all numbers as channels if it is no image.</param>
    /// <param name="channelsFirst">Whether images come in, and are flattened, channel by channel instead of pixel by pixel.</param>
    /// <param name="capacity">The most samples in a batch.</param>
    /// <param name="training">Whether gradients will be asked for.</param>
    /// <param name="kernels">The instructions to use.</param>
    /// <returns>The network; null if the modules are to be computed by libtorch.</returns>
    public static Network? Build(
        IReadOnlyList<nn.Module<Tensor, Tensor>> modules, ImageSize image, bool channelsFirst, int capacity, bool training,
        CpuKernels kernels)
    {
        if (!IsKnown(modules, image, capacity, training))
        {
            return null;
        }

        var input = new NativeBuffer((long)capacity * image.Count);
        var builder = new NetworkBuilder(kernels, input.Start, image, channelsFirst, capacity, training);
        for (int i = 0; i < modules.Count; i++)
        {
            bool relu = modules[i] is Conv2d or Linear or NormBase && i + 1 < modules.Count && modules[i + 1] is ReLU;
            builder.Add(modules[i], relu);
            i += relu ? 1 : 0;
        }

        builder.CloseSampleStage();
        return new Network(input, image.Count, capacity, [.. builder._stages]);
    }

    private static bool IsKnown(
        IReadOnlyList<nn.Module<Tensor, Tensor>> modules, ImageSize image, int capacity, bool training)
    {
        if (modules.Count == 0 || modules[^1] is not Linear || modules.Distinct().Count() < modules.Count)
        {
            return false;
        }

        long numbers = image.Count;
        bool flat = image is { Rows: 1, Columns: 1 };
        foreach (nn.Module<Tensor, Tensor> module in modules)
        {
            if (!IsKnown(module, image, flat) || (!training && module is NormBase { training: true })
                || module.parameters().Any(parameter => !IsPlain(parameter)))
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

    private static bool IsKnown(nn.Module<Tensor, Tensor> module, ImageSize image, bool flat) => module switch
    {
        // A module of a class of the user's own may compute something else.
        _ when module.GetType().Assembly != typeof(nn).Assembly => false,
        Conv2d conv => !flat && conv is { groups: 1, transposed: false, padding_mode: PaddingModes.Zeros }
            && conv.in_channels == image.Channels && conv.stride.All(n => n == 1) && conv.dilation.All(n => n == 1),
        MaxPool2d pool => !flat && !pool.ceil_mode && (pool.padding is null || pool.padding.All(n => n == 0))
            && (pool.dilation is null || pool.dilation.All(n => n == 1))
            && (pool.stride is null || pool.stride.Length == 0
                || (pool.stride[0], pool.stride[^1]) == (pool.kernel_size[0], pool.kernel_size[^1])),
        BatchNorm2d norm => !flat && norm.num_features == image.Channels && BatchNormalization.IsKnown(norm),
        BatchNorm1d norm => flat && norm.num_features == image.Channels && BatchNormalization.IsKnown(norm),
        Dropout dropout => dropout.p is >= 0 and < 1,
        Flatten flatten => flatten is { start_dim: 1, end_dim: -1 },
        Linear linear => flat && linear.in_features == image.Count,
        ReLU => true,
        _ => false,
    };

    private static bool IsPlain(Parameter parameter) =>
        parameter.dtype == ScalarType.Float32 && parameter.device_type == DeviceType.CPU && parameter.requires_grad
        && parameter.is_contiguous();

    private static ImageSize After(nn.Module<Tensor, Tensor> module, ImageSize image) => module switch
    {
        Conv2d conv => ConvolutionLayer.OutputOf(conv, PaddingLayer.OutputOf(conv, image)),
        MaxPool2d pool => MaxPoolLayer.OutputOf(pool, image),
        Flatten => new ImageSize(1, 1, image.Count),
        Linear linear => new ImageSize(1, 1, (int)linear.out_features),
        _ => image,
    };

    private void Add(nn.Module<Tensor, Tensor> module, bool relu)
    {
        bool first = _stages.Count == 0 && _layers.All(layer => layer.InPlace || layer is TransposeLayer or PaddingLayer);
        switch (module)
        {
            case Conv2d conv:
                Add(conv, relu, first);
                return;
            case NormBase norm:
                Add(new BatchNormalization(norm, _image, _training ? _capacity : 0), relu);
                break;
            case MaxPool2d pool:
                _layers.Add(new MaxPoolLayer(pool, _image));
                break;
            case Dropout dropout:
                _layers.Add(new DropoutLayer(dropout, _image.Count, _dropouts++));
                break;
            case Flatten when IsToTranspose():
                _layers.Add(new TransposeLayer(_image.Rows * _image.Columns, _image.Channels));
                break;
            case ReLU:
                _layers.Add(new ReluLayer(_image.Count));
                break;
            case Linear linear:
                CloseSampleStage();
                _stages.Add(new DenseStage(
                    _kernels, linear, relu, _capacity, LastOutput(), LastOutputGradient(), _training));
                break;
        }

        _image = After(module, _image);
    }

    private void Add(Conv2d conv, bool relu, bool first)
    {
        if (PaddingLayer.IsNeeded(conv))
        {
            _layers.Add(new PaddingLayer(conv, _image));
            _image = PaddingLayer.OutputOf(conv, _image);
        }

        _layers.Add(WinogradConvolution.IsFasterFor(conv, _image)
            ? new WinogradConvolution(_kernels, conv, _image, relu, first)
            : new ConvolutionLayer(_kernels, conv, _image, relu, first));
        _image = ConvolutionLayer.OutputOf(conv, _image);
    }

    /// <summary>The statistics of a batch are complete at the end of a stage; running ones are known before.</summary>
    private void Add(BatchNormalization normalization, bool relu)
    {
        if (_training)
        {
            _layers.Add(new BatchStatisticsLayer(normalization));
            CloseSampleStage();
        }

        _layers.Add(new NormalizationLayer(normalization, relu, inPlace: !_training));
    }

    /// <summary>Whether the order of the numbers outside the network is not that of the loops.</summary>
    private bool IsToTranspose() => _channelsFirst && _image.Channels > 1 && _image.Rows * _image.Columns > 1;

    /// <summary>The layers gathered so far become a stage.</summary>
    private void CloseSampleStage()
    {
        if (_layers.Count > 0)
        {
            _stages.Add(new SampleStage([.. _layers], _capacity, LastOutput(), LastOutputGradient(), _training));
            _layers.Clear();
        }
    }

    private float* LastOutput() => _stages.Count > 0 ? _stages[^1].Output : _input;

    private float* LastOutputGradient() => _stages.Count > 0 ? _stages[^1].OutputGradient : null;
}

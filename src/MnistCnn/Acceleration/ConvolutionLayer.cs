using System.Runtime.CompilerServices;
using TorchSharp.Modules;

namespace MnistCnn.Acceleration;

/// <summary>
/// A convolution with stride 1 and no padding on an image with its channels side by side, with the ReLU after it. It is
/// a matrix product that reads the windows straight out of the image.
/// </summary>
internal sealed unsafe class ConvolutionLayer : SampleLayer
{
    /// <summary>What is read many times should fit the first cache, 32 KB or more, beside what is read once.</summary>
    private const int NumbersAtOnce = 5 * 1024;

    private readonly CpuKernels _kernels;
    private readonly WeightTensor _weight;
    private readonly WeightTensor? _bias;
    private readonly bool _relu;
    private readonly bool _first;
    private readonly int _rows, _columns, _channels, _filters, _windowRows, _windowColumns, _outputRows, _outputColumns;
    private readonly int _paddingRows, _paddingColumns, _paddedColumns;
    private readonly NativeBuffer _packed, _flipped;
    private readonly ScratchPool _padded;

    /// <summary>Describes the layer.</summary>
    /// <param name="kernels">The instructions to use.</param>
    /// <param name="module">The module whose weights it uses.</param>
    /// <param name="image">The rows, columns and channels that come in.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="first">Whether nobody asks for the gradient of its input.</param>
    public ConvolutionLayer(CpuKernels kernels, Conv2d module, ImageSize image, bool relu, bool first)
        : base(image.Count, OutputOf(module, image).Count)
    {
        (_kernels, _relu, _first) = (kernels, relu, first);
        _weight = new WeightTensor(module.weight);
        _bias = module.bias is { } bias ? new WeightTensor(bias) : null;
        (_rows, _columns, _channels) = (image.Rows, image.Columns, image.Channels);
        (_outputRows, _outputColumns, _filters) = OutputOf(module, image);
        (_windowRows, _windowColumns) = ((int)module.kernel_size[0], (int)module.kernel_size[1]);

        // The way back is a convolution with a border of zeros around the gradient.
        (_paddingRows, _paddingColumns) = first ? (0, 0) : (_windowRows - 1, _windowColumns - 1);
        _paddedColumns = _outputColumns + (2 * _paddingColumns);
        _padded = new ScratchPool((_outputRows + (2 * _paddingRows)) * _paddedColumns * _filters);
        _packed = new NativeBuffer(_weight.Count);
        _flipped = new NativeBuffer(first ? 0 : _weight.Count);
    }

    public override int GradientSize => _weight.Count + _filters;

    /// <summary>The image that goes out.</summary>
    public static ImageSize OutputOf(Conv2d module, ImageSize image) => new(
        image.Rows - (int)module.kernel_size[0] + 1, image.Columns - (int)module.kernel_size[1] + 1, (int)module.out_channels);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Prepare(in BatchContext batch)
    {
        if (batch.SameWeights)
        {
            return;
        }

        float* weight = _weight.Data;
        for (int filter = 0; filter < _filters; filter++)
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                for (int i = 0; i < _windowRows; i++)
                {
                    for (int j = 0; j < _windowColumns; j++, weight++)
                    {
                        _packed.Start[PackedAt(i, j, channel, filter)] = *weight;
                        if (!_first)
                        {
                            int from = (((_windowRows - 1 - i) * _windowColumns) + _windowColumns - 1 - j) * _filters;
                            _flipped.Start[((from + filter) * _channels) + channel] = *weight;
                        }
                    }
                }
            }
        }
    }

    public override void Forward(float* input, float* output, int sample)
    {
        var product = new MatrixProduct
        {
            A = input,
            ARow = _channels,
            AStep = 1,
            ASegment = _columns * _channels,
            B = _packed.Start,
            BStep = _filters,
            BSegment = _windowColumns * _channels * _filters,
            C = output,
            CRow = _filters,
            Start = _bias is null ? null : _bias.Data,
            Rows = _outputColumns,
            Columns = _filters,
            Steps = _windowColumns * _channels,
            Segments = _windowRows,
            Relu = _relu,
        };
        for (int row = 0; row < _outputRows; row++)
        {
            _kernels.Multiply(product);
            product.A += _columns * _channels;
            product.C += _outputColumns * _filters;
        }
    }

    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient)
    {
        NativeBuffer padded = _padded.Take();
        float* inside = padded.Start + (((_paddingRows * _paddedColumns) + _paddingColumns) * _filters);
        float* biasGradient = gradient + _weight.Count;
        for (int row = 0; row < _outputRows; row++)
        {
            long at = (long)row * _outputColumns * _filters;
            float* to = inside + (row * _paddedColumns * _filters);
            if (_relu)
            {
                Elementwise.KeepWherePositive(outputGradient + at, output + at, to, _outputColumns * _filters);
            }
            else
            {
                Buffer.MemoryCopy(outputGradient + at, to, _outputColumns * _filters * 4L, _outputColumns * _filters * 4L);
            }

            Elementwise.AddRows(biasGradient, to, _outputColumns, _filters);
        }

        AddWeightGradient(input, inside, gradient);
        if (inputGradient != null && !_first)
        {
            SetInputGradient(padded.Start, inputGradient);
        }

        _padded.GiveBack(padded);
    }

    public override void SetGradients(float* gradient)
    {
        float* to = _weight.Gradient;
        for (int filter = 0; filter < _filters; filter++)
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                for (int i = 0; i < _windowRows; i++)
                {
                    for (int j = 0; j < _windowColumns; j++)
                    {
                        *to++ = gradient[PackedAt(i, j, channel, filter)];
                    }
                }
            }
        }

        if (_bias is not null)
        {
            new Span<float>(gradient + _weight.Count, _filters).CopyTo(new Span<float>(_bias.Gradient, _filters));
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _padded.Dispose();
        _packed.Dispose();
        _flipped.Dispose();
    }

    /// <summary>Weights are packed so that the numbers that one pixel is multiplied by lie side by side.</summary>
    private int PackedAt(int i, int j, int channel, int filter) =>
        (((((i * _windowColumns) + j) * _channels) + channel) * _filters) + filter;

    /// <summary>A weight's gradient sums, over all pixels, what it multiplied by the gradient of what came out.</summary>
    private void AddWeightGradient(float* input, float* outputGradient, float* gradient)
    {
        int weightsOfRow = _windowColumns * _channels;
        var product = new MatrixProduct
        {
            ARow = 1,
            AStep = _channels,
            ASegment = _columns * _channels,
            BStep = _filters,
            BSegment = _paddedColumns * _filters,
            CRow = _filters,
            StartRow = _filters,
            Rows = weightsOfRow,
            Columns = _filters,
            Steps = _outputColumns,
        };

        // A few rows of the image at a time, as they are read for every weight.
        int rowsAtOnce = Math.Max(1, NumbersAtOnce / (int)product.BSegment);
        for (int row = 0; row < _outputRows; row += rowsAtOnce)
        {
            product.Segments = Math.Min(rowsAtOnce, _outputRows - row);
            product.B = outputGradient + (row * product.BSegment);
            for (int i = 0; i < _windowRows; i++)
            {
                product.A = input + ((row + i) * product.ASegment);
                product.C = gradient + (i * weightsOfRow * _filters);
                product.Start = product.C;
                _kernels.Multiply(product);
            }
        }
    }

    private void SetInputGradient(float* padded, float* inputGradient)
    {
        var product = new MatrixProduct
        {
            ARow = _filters,
            AStep = 1,
            BStep = _channels,
            CRow = _channels,
            StartRow = _channels,
            Rows = _columns,
            Columns = _channels,
            Steps = _windowColumns * _filters,
            Segments = 1,
        };

        // One row of the window at a time, as its weights are read for every pixel.
        new Span<float>(inputGradient, InputSize).Clear();
        for (int i = 0; i < _windowRows; i++)
        {
            product.B = _flipped.Start + (i * product.Steps * _channels);

            // Rows that meet the border alone would only add zeros.
            int from = Math.Max(0, _paddingRows - i), to = Math.Min(_rows, _paddingRows + _outputRows - i);
            for (int row = from; row < to; row++)
            {
                product.A = padded + ((row + i) * _paddedColumns * _filters);
                product.C = inputGradient + (row * _columns * _channels);
                product.Start = product.C;
                _kernels.Multiply(product);
            }
        }
    }
}

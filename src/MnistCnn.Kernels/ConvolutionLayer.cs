using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>The shape of a convolution with stride 1 and no padding.</summary>
/// <param name="Input">The image that comes in.</param>
/// <param name="FilterRows">Rows of a filter.</param>
/// <param name="FilterColumns">Columns of a filter.</param>
/// <param name="Filters">How many filters there are.</param>
internal readonly record struct ConvolutionShape(ImageShape Input, int FilterRows, int FilterColumns, int Filters)
{
    /// <summary>The image that goes out, with a channel for each filter.</summary>
    public ImageShape Output => new(Input.Rows - FilterRows + 1, Input.Columns - FilterColumns + 1, Filters);
}

/// <summary>
/// A convolution with stride 1 and no padding on an image with its channels side by side, with the ReLU after it. It is
/// a matrix product that reads the windows straight out of the image.
/// </summary>
internal sealed unsafe class ConvolutionLayer : PerSampleLayer
{
    /// <summary>What is read many times should fit the first cache, 32 KB or more, beside what is read once.</summary>
    public const int NumbersAtOnce = 5 * 1024;

    private readonly CpuKernels _kernels;
    private readonly ParameterMemory _weight;
    private readonly ParameterMemory? _bias;
    private readonly bool _needsInputGradient;
    private readonly int _rows, _columns, _channels, _filters, _filterRows, _filterColumns, _outputRows, _outputColumns;
    private readonly int _paddingRows, _paddingColumns, _paddedColumns;
    private readonly NativeBuffer _packed, _flipped;
    private readonly ScratchPool _padded;

    /// <summary>Describes the layer.</summary>
    /// <param name="kernels">The instructions to use.</param>
    /// <param name="shape">The image that comes in, and the filters.</param>
    /// <param name="weight">(filters, channels, filter rows, filter columns).</param>
    /// <param name="bias">(filters); null: none.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="needsInputGradient">Whether the gradient of its input is computed.</param>
    public ConvolutionLayer(
        CpuKernels kernels, ConvolutionShape shape, ParameterMemory weight, ParameterMemory? bias, bool relu,
        bool needsInputGradient)
        : base(shape.Input.Count, shape.Output.Count)
    {
        (_kernels, _weight, _bias, _needsInputGradient) = (kernels, weight, bias, needsInputGradient);
        (Shape, Relu) = (shape, relu);
        (_rows, _columns, _channels) = shape.Input;
        (_outputRows, _outputColumns, _filters) = shape.Output;
        (_filterRows, _filterColumns) = (shape.FilterRows, shape.FilterColumns);

        // The gradient of the input is a convolution of the output's gradient with a border of zeros.
        (_paddingRows, _paddingColumns) = needsInputGradient ? (_filterRows - 1, _filterColumns - 1) : (0, 0);
        _paddedColumns = _outputColumns + (2 * _paddingColumns);
        _padded = new ScratchPool((_outputRows + (2 * _paddingRows)) * _paddedColumns * _filters);
        _packed = new NativeBuffer(weight.Count);
        _flipped = new NativeBuffer(needsInputGradient ? weight.Count : 0);
    }

    /// <summary>The image that comes in, and the filters.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>Whether negative results become 0.</summary>
    public bool Relu { get; }

    public override bool MayLoseOutput => true;

    /// <summary>A few operations a number.</summary>
    public override bool IsCheap => _filterRows * _filterColumns * _channels <= 32;

    public override int GradientSize => _weight.Count + _filters;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Prepare(bool sameWeights)
    {
        if (sameWeights)
        {
            return;
        }

        float* weight = _weight.Data;
        for (int filter = 0; filter < _filters; filter++)
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                for (int i = 0; i < _filterRows; i++)
                {
                    for (int j = 0; j < _filterColumns; j++, weight++)
                    {
                        _packed.Start[PackedAt(i, j, channel, filter)] = *weight;
                        if (_needsInputGradient)
                        {
                            int from = (((_filterRows - 1 - i) * _filterColumns) + _filterColumns - 1 - j) * _filters;
                            _flipped.Start[((from + filter) * _channels) + channel] = *weight;
                        }
                    }
                }
            }
        }
    }

    public override void Forward(float* input, float* output, int sample)
    {
        for (int row = 0; row < _outputRows; row++)
        {
            Forward(input, output + (row * _outputColumns * _filters), row, 0, _outputColumns);
        }
    }

    /// <summary>Computes pixels of one row of a sample.</summary>
    /// <param name="input">The sample: (<see cref="PerSampleLayer.InputSize"/>).</param>
    /// <param name="output">Takes (columns, filters).</param>
    /// <param name="row">The row of the output.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">How many columns.</param>
    public void Forward(float* input, float* output, int row, int column, int columns) => _kernels.Multiply(new Gemm
    {
        A = input + (((row * _columns) + column) * _channels),
        ARowStride = _channels,
        AColumnStride = 1,
        ASegmentStride = _columns * _channels,
        B = _packed.Start,
        LdB = _filters,
        BSegmentStride = _filterColumns * _channels * _filters,
        C = output,
        LdC = _filters,
        D = _bias is null ? null : _bias.Data,
        M = columns,
        N = _filters,
        K = _filterColumns * _channels,
        Segments = _filterRows,
        Relu = Relu,
    });

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
            if (Relu && output != null)
            {
                Elementwise.KeepWherePositive(outputGradient + at, output + at, to, _outputColumns * _filters);
            }
            else
            {
                Buffer.MemoryCopy(outputGradient + at, to, _outputColumns * _filters * 4L, _outputColumns * _filters * 4L);
            }

            Elementwise.AddRows(biasGradient, to, _outputColumns, _filters);
        }

        // A few rows of the image at a time, as they are read for every weight.
        int rowSize = _columns * _channels, paddedSize = _paddedColumns * _filters;
        int rowsAtOnce = Math.Max(1, NumbersAtOnce / paddedSize);
        for (int row = 0; row < _outputRows; row += rowsAtOnce)
        {
            AddWeightGradient(
                input + (row * rowSize), rowSize, inside + (row * paddedSize), paddedSize, _outputColumns,
                Math.Min(rowsAtOnce, _outputRows - row), gradient);
        }

        if (inputGradient != null && _needsInputGradient)
        {
            SetInputGradient(padded.Start, inputGradient);
        }

        _padded.GiveBack(padded);
    }

    /// <summary>Adds the gradients of weights and biases by pixels of one row of some samples.</summary>
    /// <param name="input">The samples as they came in: (samples, <see cref="PerSampleLayer.InputSize"/>).</param>
    /// <param name="outputGradient">The gradient of the pixels, after that of the ReLU: (samples, columns, filters).</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="row">The row of the output.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="gradient">(<see cref="GradientSize"/>), to which they are added.</param>
    public void AddGradients(
        float* input, float* outputGradient, int samples, int row, int column, int columns, float* gradient)
    {
        Elementwise.AddRows(gradient + _weight.Count, outputGradient, samples * columns, _filters);
        AddWeightGradient(
            input + (((row * _columns) + column) * _channels), InputSize, outputGradient, columns * _filters, columns, samples,
            gradient);
    }

    public override void StoreGradients(float* gradient)
    {
        float* to = _weight.Gradient;
        for (int filter = 0; filter < _filters; filter++)
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                for (int i = 0; i < _filterRows; i++)
                {
                    for (int j = 0; j < _filterColumns; j++)
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
        (((((i * _filterColumns) + j) * _channels) + channel) * _filters) + filter;

    /// <summary>Adds the gradient of the weights by a row of pixels each of some rows, or samples: the segments.</summary>
    /// <remarks>A weight's gradient sums, over all pixels, what it multiplied by the gradient of what came out.</remarks>
    private void AddWeightGradient(
        float* input, nint inputStride, float* outputGradient, nint gradientStride, int columns, int segments, float* gradient)
    {
        int filterRowSize = _filterColumns * _channels;
        var gemm = new Gemm
        {
            A = input,
            ARowStride = 1,
            AColumnStride = _channels,
            ASegmentStride = inputStride,
            B = outputGradient,
            LdB = _filters,
            BSegmentStride = gradientStride,
            C = gradient,
            LdC = _filters,
            D = gradient,
            LdD = _filters,
            M = filterRowSize,
            N = _filters,
            K = columns,
            Segments = segments,
        };
        for (int i = 0; i < _filterRows; i++)
        {
            _kernels.Multiply(gemm);
            gemm.A += _columns * _channels;
            gemm.C += filterRowSize * _filters;
            gemm.D = gemm.C;
        }
    }

    private void SetInputGradient(float* padded, float* inputGradient)
    {
        var gemm = new Gemm
        {
            ARowStride = _filters,
            AColumnStride = 1,
            LdB = _channels,
            LdC = _channels,
            LdD = _channels,
            M = _columns,
            N = _channels,
            K = _filterColumns * _filters,
            Segments = 1,
        };

        // One row of the filters at a time, as its weights are read for every pixel.
        new Span<float>(inputGradient, InputSize).Clear();
        for (int i = 0; i < _filterRows; i++)
        {
            gemm.B = _flipped.Start + (i * gemm.K * _channels);

            // Rows that meet the border alone would only add zeros.
            int from = Math.Max(0, _paddingRows - i), to = Math.Min(_rows, _paddingRows + _outputRows - i);
            for (int row = from; row < to; row++)
            {
                gemm.A = padded + ((row + i) * _paddedColumns * _filters);
                gemm.C = inputGradient + (row * _columns * _channels);
                gemm.D = gemm.C;
                _kernels.Multiply(gemm);
            }
        }
    }
}

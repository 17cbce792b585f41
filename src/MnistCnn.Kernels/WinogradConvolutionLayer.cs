using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>
/// A convolution as <see cref="ConvolutionLayer"/> does it, with filters of 3 × 3, computed tile by tile with
/// <see cref="WinogradTransforms"/>: a quarter of the multiplications, gradients included.
/// </summary>
internal sealed unsafe class WinogradConvolutionLayer : PerSampleLayer
{
    /// <summary>With fewer channels or filters the transforms cost more than they save.</summary>
    private const int MinChannels = 8;

    /// <summary>The same for few tiles: what the fewer of channels and filters, times the tiles, must reach.</summary>
    private const int MinChannelsTimesTiles = 128;

    /// <summary>Output pixels that a tile must be good for, in the mean: those at the edges stand out over the image.</summary>
    private const int MinPixelsPerTile = 8;

    /// <summary>Transformed numbers that are held at once: with the weights they should fit the second cache.</summary>
    private const int NumbersAtOnce = 128 * 1024;

    private const int OutputTile = WinogradTransforms.OutputTile, InputTile = WinogradTransforms.InputTile;
    private const int Elements = WinogradTransforms.Elements;

    private readonly CpuKernels _kernels;
    private readonly ParameterMemory _weight;
    private readonly ParameterMemory? _bias;
    private readonly bool _needsInputGradient;
    private readonly int _rows, _columns, _channels, _filters, _outputRows, _outputColumns;
    private readonly int _tileColumns, _tiles, _tilesAtOnce;
    private readonly NativeBuffer _planes, _transformed, _transposed;
    private readonly ScratchPool _scratch;

    /// <summary>Describes the layer.</summary>
    /// <param name="kernels">The instructions to use.</param>
    /// <param name="shape">The image that comes in, and the filters, of 3 × 3.</param>
    /// <param name="weight">(filters, channels, 3, 3).</param>
    /// <param name="bias">(filters); null: none.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="needsInputGradient">Whether the gradient of its input is computed.</param>
    public WinogradConvolutionLayer(
        CpuKernels kernels, ConvolutionShape shape, ParameterMemory weight, ParameterMemory? bias, bool relu,
        bool needsInputGradient)
        : base(shape.Input.Count, shape.Output.Count)
    {
        (_kernels, _weight, _bias, Relu, _needsInputGradient) = (kernels, weight, bias, relu, needsInputGradient);
        (_rows, _columns, _channels) = shape.Input;
        (_outputRows, _outputColumns, _filters) = shape.Output;
        _tileColumns = TilesOf(_outputColumns);
        _tiles = TilesOf(_outputRows) * _tileColumns;

        // Six rows of a product fill the registers.
        _tilesAtOnce = Math.Min(_tiles, Math.Max(1, NumbersAtOnce / (Elements * (_channels + _filters)) / 6) * 6);
        _planes = new NativeBuffer(weight.Count);
        _transformed = new NativeBuffer((long)Elements * _channels * _filters);
        _transposed = new NativeBuffer(needsInputGradient ? _transformed.Count : 0);
        _scratch = new ScratchPool(
            ((long)Elements * _tilesAtOnce * (_channels + _filters)) + WinogradTransforms.WorkSize
            + (2 * Elements * Math.Max(_channels, _filters)));
    }

    /// <summary>Whether negative results become 0.</summary>
    public bool Relu { get; }

    public override bool MayLoseOutput => true;

    public override int GradientSize => _weight.Count + _filters;

    /// <summary>The gradient of the transformed weights, and of the biases.</summary>
    public override int GroupGradientSize => (Elements * _channels * _filters) + _filters;

    /// <summary>Whether a convolution is computed this way: the transforms must be small beside what they save.</summary>
    /// <param name="shape">The convolution.</param>
    /// <remarks>The bounds were measured; the instructions make little difference to them.</remarks>
    public static bool IsFasterFor(ConvolutionShape shape)
    {
        ImageShape output = shape.Output;
        int tiles = TilesOf(output.Rows) * TilesOf(output.Columns), channels = Math.Min(shape.Input.Channels, output.Channels);
        return shape is { FilterRows: 3, FilterColumns: 3 }
            && channels >= MinChannels && channels * tiles >= MinChannelsTimesTiles
            && output.Rows * output.Columns >= MinPixelsPerTile * tiles;
    }

    public override void Prepare(bool sameWeights)
    {
        if (sameWeights)
        {
            return;
        }

        // The working memory is that of one sample, free between batches.
        NativeBuffer scratch = _scratch.Take();
        Transform(_filters, _channels, 9, _channels * 9, _transformed, scratch.Start);
        if (_needsInputGradient)
        {
            Transform(_channels, _filters, _channels * 9, 9, _transposed, scratch.Start);
        }

        _scratch.GiveBack(scratch);
    }

    public override void Forward(float* input, float* output, int sample)
    {
        NativeBuffer scratch = _scratch.Take();
        var parts = new Parts(this, scratch.Start);
        float* bias = _bias is null ? null : _bias.Data;
        for (int from = 0; from < _tiles; from += _tilesAtOnce)
        {
            int tiles = Math.Min(_tilesAtOnce, _tiles - from);
            TransformInput(input, from, tiles, parts);
            for (int element = 0; element < Elements; element++)
            {
                _kernels.Multiply(new Gemm
                {
                    A = parts.Input + ((long)element * tiles * _channels),
                    ARowStride = _channels,
                    AColumnStride = 1,
                    B = _transformed.Start + ((long)element * _channels * _filters),
                    LdB = _filters,
                    C = parts.Output + ((long)element * tiles * _filters),
                    LdC = _filters,
                    M = tiles,
                    N = _filters,
                    K = _channels,
                    Segments = 1,
                });
            }

            for (int i = 0; i < tiles; i++)
            {
                StoreOutput(parts.Output + (i * _filters), tiles * _filters, bias, output, from + i, parts);
            }
        }

        _scratch.GiveBack(scratch);
    }

    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient)
    {
        bool needsInputGradient = inputGradient != null && _needsInputGradient;
        if (needsInputGradient)
        {
            new Span<float>(inputGradient, InputSize).Clear();
        }

        NativeBuffer scratch = _scratch.Take();
        var parts = new Parts(this, scratch.Start);
        float* biasGradient = gradient + ((long)Elements * _channels * _filters);
        for (int from = 0; from < _tiles; from += _tilesAtOnce)
        {
            int tiles = Math.Min(_tilesAtOnce, _tiles - from);
            TransformInput(input, from, tiles, parts);
            for (int i = 0; i < tiles; i++)
            {
                LoadGradient(
                    outputGradient, output, biasGradient, from + i, parts.Output + (i * _filters), tiles * _filters, parts);
            }

            for (int element = 0; element < Elements; element++)
            {
                AddWeightGradient(element, tiles, gradient, parts);
                if (needsInputGradient)
                {
                    // The transformed input has served: its place is taken.
                    SetInputGradient(element, tiles, parts);
                }
            }

            for (int i = 0; needsInputGradient && i < tiles; i++)
            {
                AddInputGradient(parts.Input + (i * _channels), tiles * _channels, inputGradient, from + i, parts);
            }
        }

        _scratch.GiveBack(scratch);
    }

    public override void FinishGroup(float* groupGradient, float* gradient)
    {
        NativeBuffer scratch = _scratch.Take();
        long count = (long)_channels * _filters;
        _kernels.Winograd.AddFilterGradient(groupGradient, gradient, (nint)count, scratch.Start);
        new Span<float>(groupGradient + (Elements * count), _filters)
            .CopyTo(new Span<float>(gradient + (9 * count), _filters));
        _scratch.GiveBack(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void StoreGradients(float* gradient)
    {
        float* to = _weight.Gradient;
        for (int filter = 0; filter < _filters; filter++)
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                for (int i = 0; i < 9; i++)
                {
                    *to++ = gradient[(((i * _channels) + channel) * _filters) + filter];
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
        _planes.Dispose();
        _transformed.Dispose();
        _transposed.Dispose();
        _scratch.Dispose();
    }

    private static int TilesOf(int size) => (size + OutputTile - 1) / OutputTile;

    /// <summary>Transforms the weights into matrices whose columns lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(int columns, int rows, int rowStride, int columnStride, NativeBuffer to, float* work)
    {
        float* weight = _weight.Data;
        float* plane = _planes.Start;
        for (int i = 0; i < 9; i++)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    *plane++ = weight[(row * rowStride) + (column * columnStride) + i];
                }
            }
        }

        _kernels.Winograd.TransformFilters(_planes.Start, to.Start, rows * columns, work);
    }

    private void TransformInput(float* input, int from, int tiles, in Parts parts)
    {
        for (int i = 0; i < tiles; i++)
        {
            var tile = new TilePlace(this, from + i, InputTile, _rows, _columns);
            float* pixels = input + (((tile.Row * _columns) + tile.Column) * _channels);
            nint rowStride = _columns * _channels;
            if (!tile.IsWhole)
            {
                Copy(pixels, rowStride, tile, parts.Patch, InputTile, _channels);
                pixels = parts.Patch;
                rowStride = InputTile * _channels;
            }

            _kernels.Winograd.TransformInput(
                pixels, rowStride, _channels, parts.Input + (i * _channels), tiles * _channels, _channels, parts.Work);
        }
    }

    private void StoreOutput(float* from, nint elementStride, float* bias, float* output, int number, in Parts parts)
    {
        var tile = new TilePlace(this, number, OutputTile, _outputRows, _outputColumns);
        float* to = output + (((tile.Row * _outputColumns) + tile.Column) * _filters);
        nint rowStride = _outputColumns * _filters;
        if (tile.IsWhole)
        {
            _kernels.Winograd.TransformOutput(from, elementStride, bias, Relu, to, rowStride, _filters, _filters, parts.Work);
            return;
        }

        _kernels.Winograd.TransformOutput(
            from, elementStride, bias, Relu, parts.Patch, OutputTile * _filters, _filters, _filters, parts.Work);
        for (int i = 0; i < tile.Rows; i++)
        {
            new Span<float>(parts.Patch + (i * OutputTile * _filters), tile.Columns * _filters)
                .CopyTo(new Span<float>(to + (i * rowStride), tile.Columns * _filters));
        }
    }

    private void LoadGradient(
        float* gradient, float* output, float* biasGradient, int number, float* to, nint elementStride, in Parts parts)
    {
        var tile = new TilePlace(this, number, OutputTile, _outputRows, _outputColumns);
        nint rowStride = _outputColumns * _filters, at = (((nint)tile.Row * _outputColumns) + tile.Column) * _filters;
        float* from = gradient + at;
        float* test = Relu && output != null ? output + at : null;
        if (!tile.IsWhole)
        {
            Copy(from, rowStride, tile, parts.Patch, OutputTile, _filters);
            from = parts.Patch;
            if (test != null)
            {
                Copy(test, rowStride, tile, parts.SecondPatch, OutputTile, _filters);
                test = parts.SecondPatch;
            }

            rowStride = OutputTile * _filters;
        }

        _kernels.Winograd.TransformOutputGradient(
            from, test, rowStride, _filters, biasGradient, to, elementStride, _filters, parts.Work);
    }

    private void AddWeightGradient(int element, int tiles, float* gradient, in Parts parts)
    {
        float* sum = gradient + ((long)element * _channels * _filters);
        _kernels.Multiply(new Gemm
        {
            A = parts.Input + ((long)element * tiles * _channels),
            ARowStride = 1,
            AColumnStride = _channels,
            B = parts.Output + ((long)element * tiles * _filters),
            LdB = _filters,
            C = sum,
            LdC = _filters,
            D = sum,
            LdD = _filters,
            M = _channels,
            N = _filters,
            K = tiles,
            Segments = 1,
        });
    }

    private void SetInputGradient(int element, int tiles, in Parts parts) => _kernels.Multiply(new Gemm
    {
        A = parts.Output + ((long)element * tiles * _filters),
        ARowStride = _filters,
        AColumnStride = 1,
        B = _transposed.Start + ((long)element * _channels * _filters),
        LdB = _channels,
        C = parts.Input + ((long)element * tiles * _channels),
        LdC = _channels,
        M = tiles,
        N = _channels,
        K = _filters,
        Segments = 1,
    });

    private void AddInputGradient(float* from, nint elementStride, float* inputGradient, int number, in Parts parts)
    {
        var tile = new TilePlace(this, number, InputTile, _rows, _columns);
        nint rowStride = _columns * _channels;
        float* to = inputGradient + (tile.Row * rowStride) + (tile.Column * _channels);
        if (tile.IsWhole)
        {
            _kernels.Winograd.AddInputGradient(from, elementStride, to, rowStride, _channels, _channels, parts.Work);
            return;
        }

        new Span<float>(parts.Patch, Elements * _channels).Clear();
        _kernels.Winograd.AddInputGradient(
            from, elementStride, parts.Patch, InputTile * _channels, _channels, _channels, parts.Work);
        for (int i = 0; i < tile.Rows; i++)
        {
            Elementwise.Add(to + (i * rowStride), parts.Patch + (i * InputTile * _channels), tile.Columns * _channels);
        }
    }

    /// <summary>Copies the part of a tile that is there; the rest is 0.</summary>
    private static void Copy(float* from, nint rowStride, in TilePlace tile, float* patch, int edge, int channels)
    {
        new Span<float>(patch, edge * edge * channels).Clear();
        for (int i = 0; i < tile.Rows; i++)
        {
            new Span<float>(from + (i * rowStride), tile.Columns * channels)
                .CopyTo(new Span<float>(patch + (i * edge * channels), tile.Columns * channels));
        }
    }

    /// <summary>Where a tile lies, and how much of it.</summary>
    private readonly struct TilePlace
    {
        public TilePlace(WinogradConvolutionLayer layer, int number, int edge, int rows, int columns)
        {
            (Row, Column) = (number / layer._tileColumns * OutputTile, number % layer._tileColumns * OutputTile);
            (Rows, Columns) = (Math.Min(edge, rows - Row), Math.Min(edge, columns - Column));
            IsWhole = Rows == edge && Columns == edge;
        }

        public int Row { get; }

        public int Column { get; }

        public int Rows { get; }

        public int Columns { get; }

        public bool IsWhole { get; }
    }

    /// <summary>How the scratch memory is used.</summary>
    private readonly struct Parts(WinogradConvolutionLayer layer, float* start)
    {
        /// <summary>For one tile.</summary>
        public float* Work { get; } = start;

        /// <summary>A tile that is not wholly inside the image.</summary>
        public float* Patch => Work + WinogradTransforms.WorkSize;

        public float* SecondPatch => Patch + (Elements * Math.Max(layer._channels, layer._filters));

        /// <summary>Transformed pixels: (elements, tiles, channels).</summary>
        public float* Input => SecondPatch + (Elements * Math.Max(layer._channels, layer._filters));

        /// <summary>Transformed results, or their gradients: (elements, tiles, filters).</summary>
        public float* Output => Input + ((long)Elements * layer._tilesAtOnce * layer._channels);
    }
}

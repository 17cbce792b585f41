using System.Runtime.CompilerServices;
using TorchSharp.Modules;

namespace MnistCnn.Acceleration;

/// <summary>
/// A convolution as <see cref="ConvolutionLayer"/> does it, with a window of 3 × 3, computed tile by tile with
/// <see cref="WinogradTransforms"/>: a quarter of the multiplications, gradients included.
/// </summary>
internal sealed unsafe class WinogradConvolution : SampleLayer
{
    /// <summary>With fewer channels or filters the transforms cost more than they save.</summary>
    private const int FewestChannels = 8;

    /// <summary>The same for an image of few tiles: what the fewer of channels and filters, times the tiles, must reach.</summary>
    private const int FewestChannelsOfTiles = 128;

    /// <summary>Pixels of the result that a tile must be good for, in the mean: those at the edges stand out over the image.</summary>
    private const int FewestPixels = 8;

    /// <summary>Transformed numbers that are held at once: with the weights they should fit the second cache.</summary>
    private const int NumbersAtOnce = 64 * 1024;

    private const int Tile = WinogradTransforms.Tile, Edge = WinogradTransforms.Edge, Positions = WinogradTransforms.Positions;

    private readonly CpuKernels _kernels;
    private readonly WeightTensor _weight;
    private readonly WeightTensor? _bias;
    private readonly bool _relu;
    private readonly bool _first;
    private readonly int _rows, _columns, _channels, _filters, _outputRows, _outputColumns;
    private readonly int _tileColumns, _tiles, _tilesAtOnce;
    private readonly NativeBuffer _planes, _transformed, _transposed;
    private readonly ScratchPool _scratch;

    /// <summary>Describes the layer.</summary>
    /// <param name="kernels">The instructions to use.</param>
    /// <param name="module">The module whose weights it uses.</param>
    /// <param name="image">The rows, columns and channels that come in.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="first">Whether nobody asks for the gradient of its input.</param>
    public WinogradConvolution(CpuKernels kernels, Conv2d module, ImageSize image, bool relu, bool first)
        : base(image.Count, ConvolutionLayer.OutputOf(module, image).Count)
    {
        (_kernels, _relu, _first) = (kernels, relu, first);
        _weight = new WeightTensor(module.weight);
        _bias = module.bias is { } bias ? new WeightTensor(bias) : null;
        (_rows, _columns, _channels) = (image.Rows, image.Columns, image.Channels);
        (_outputRows, _outputColumns, _filters) = ConvolutionLayer.OutputOf(module, image);
        _tileColumns = TilesOf(_outputColumns);
        _tiles = TilesOf(_outputRows) * _tileColumns;

        // Six rows of a product fill the registers.
        _tilesAtOnce = Math.Min(_tiles, Math.Max(1, NumbersAtOnce / (Positions * (_channels + _filters)) / 6) * 6);
        _planes = new NativeBuffer(_weight.Count);
        _transformed = new NativeBuffer((long)Positions * _channels * _filters);
        _transposed = new NativeBuffer(first ? 0 : _transformed.Count);
        _scratch = new ScratchPool(
            ((long)Positions * _tilesAtOnce * (_channels + _filters)) + WinogradTransforms.WorkSize
            + (2 * Positions * Math.Max(_channels, _filters)));
    }

    public override int GradientSize => _weight.Count + _filters;

    /// <summary>The gradient of the transformed weights, and of the biases.</summary>
    public override int GroupGradientSize => (Positions * _channels * _filters) + _filters;

    /// <summary>Whether a convolution is computed this way: the transforms must be small beside what they save.</summary>
    /// <param name="module">The convolution: stride 1, no padding.</param>
    /// <param name="image">What comes in.</param>
    /// <remarks>The bounds were measured; the instructions make little difference to them.</remarks>
    public static bool IsFasterFor(Conv2d module, ImageSize image)
    {
        ImageSize output = ConvolutionLayer.OutputOf(module, image);
        int tiles = TilesOf(output.Rows) * TilesOf(output.Columns), fewest = Math.Min(image.Channels, output.Channels);
        return module.kernel_size.All(size => size == 3) && fewest >= FewestChannels && fewest * tiles >= FewestChannelsOfTiles
            && output.Rows * output.Columns >= FewestPixels * tiles;
    }

    public override void Prepare(in BatchContext batch)
    {
        if (batch.SameWeights)
        {
            return;
        }

        // The working memory is that of one sample, free between batches.
        NativeBuffer scratch = _scratch.Take();
        Transform(_filters, _channels, 9, _channels * 9, _transformed, scratch.Start);
        if (!_first)
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
            for (int position = 0; position < Positions; position++)
            {
                _kernels.Multiply(new MatrixProduct
                {
                    A = parts.Input + ((long)position * tiles * _channels),
                    ARow = _channels,
                    AStep = 1,
                    B = _transformed.Start + ((long)position * _channels * _filters),
                    BStep = _filters,
                    C = parts.Output + ((long)position * tiles * _filters),
                    CRow = _filters,
                    Rows = tiles,
                    Columns = _filters,
                    Steps = _channels,
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
        bool toInput = inputGradient != null && !_first;
        if (toInput)
        {
            new Span<float>(inputGradient, InputSize).Clear();
        }

        NativeBuffer scratch = _scratch.Take();
        var parts = new Parts(this, scratch.Start);
        float* biasGradient = gradient + ((long)Positions * _channels * _filters);
        for (int from = 0; from < _tiles; from += _tilesAtOnce)
        {
            int tiles = Math.Min(_tilesAtOnce, _tiles - from);
            TransformInput(input, from, tiles, parts);
            for (int i = 0; i < tiles; i++)
            {
                LoadGradient(outputGradient, output, biasGradient, from + i, parts.Output + (i * _filters), tiles * _filters, parts);
            }

            for (int position = 0; position < Positions; position++)
            {
                AddWeightGradient(position, tiles, gradient, parts);
                if (toInput)
                {
                    // The transformed input has served: its place is taken.
                    SetInputGradient(position, tiles, parts);
                }
            }

            for (int i = 0; toInput && i < tiles; i++)
            {
                AddInputGradient(parts.Input + (i * _channels), tiles * _channels, inputGradient, from + i, parts);
            }
        }

        _scratch.GiveBack(scratch);
    }

    public override void CloseGroup(float* groupGradient, float* gradient)
    {
        NativeBuffer scratch = _scratch.Take();
        long windows = (long)_channels * _filters;
        _kernels.Winograd.AddWeightGradient(groupGradient, gradient, (nint)windows, scratch.Start);
        new Span<float>(groupGradient + (Positions * windows), _filters)
            .CopyTo(new Span<float>(gradient + (9 * windows), _filters));
        _scratch.GiveBack(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SetGradients(float* gradient)
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

    private static int TilesOf(int size) => (size + Tile - 1) / Tile;

    /// <summary>Transforms the weights into matrices whose columns lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(int columns, int rows, int rowStep, int columnStep, NativeBuffer to, float* work)
    {
        float* weight = _weight.Data;
        float* plane = _planes.Start;
        for (int i = 0; i < 9; i++)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    *plane++ = weight[(row * rowStep) + (column * columnStep) + i];
                }
            }
        }

        _kernels.Winograd.Weights(_planes.Start, to.Start, rows * columns, work);
    }

    private void TransformInput(float* input, int from, int tiles, in Parts parts)
    {
        for (int i = 0; i < tiles; i++)
        {
            var tile = new TilePlace(this, from + i, Edge, _rows, _columns);
            float* pixels = input + (((tile.Row * _columns) + tile.Column) * _channels);
            nint row = _columns * _channels;
            if (!tile.IsWhole)
            {
                Copy(pixels, row, tile, parts.Patch, Edge, _channels);
                pixels = parts.Patch;
                row = Edge * _channels;
            }

            _kernels.Winograd.Input(pixels, row, _channels, parts.Input + (i * _channels), tiles * _channels, _channels, parts.Work);
        }
    }

    private void StoreOutput(float* from, nint position, float* bias, float* output, int number, in Parts parts)
    {
        var tile = new TilePlace(this, number, Tile, _outputRows, _outputColumns);
        float* to = output + (((tile.Row * _outputColumns) + tile.Column) * _filters);
        nint row = _outputColumns * _filters;
        if (tile.IsWhole)
        {
            _kernels.Winograd.Output(from, position, bias, _relu, to, row, _filters, _filters, parts.Work);
            return;
        }

        _kernels.Winograd.Output(from, position, bias, _relu, parts.Patch, Tile * _filters, _filters, _filters, parts.Work);
        for (int i = 0; i < tile.Rows; i++)
        {
            new Span<float>(parts.Patch + (i * Tile * _filters), tile.Columns * _filters)
                .CopyTo(new Span<float>(to + (i * row), tile.Columns * _filters));
        }
    }

    private void LoadGradient(
        float* gradient, float* output, float* biasGradient, int number, float* to, nint position, in Parts parts)
    {
        var tile = new TilePlace(this, number, Tile, _outputRows, _outputColumns);
        nint row = _outputColumns * _filters, at = (((nint)tile.Row * _outputColumns) + tile.Column) * _filters;
        float* from = gradient + at;
        float* test = _relu ? output + at : null;
        if (!tile.IsWhole)
        {
            Copy(from, row, tile, parts.Patch, Tile, _filters);
            from = parts.Patch;
            if (_relu)
            {
                Copy(test, row, tile, parts.SecondPatch, Tile, _filters);
                test = parts.SecondPatch;
            }

            row = Tile * _filters;
        }

        _kernels.Winograd.OutputGradient(from, test, row, _filters, biasGradient, to, position, _filters, parts.Work);
    }

    private void AddWeightGradient(int position, int tiles, float* gradient, in Parts parts)
    {
        float* sum = gradient + ((long)position * _channels * _filters);
        _kernels.Multiply(new MatrixProduct
        {
            A = parts.Input + ((long)position * tiles * _channels),
            ARow = 1,
            AStep = _channels,
            B = parts.Output + ((long)position * tiles * _filters),
            BStep = _filters,
            C = sum,
            CRow = _filters,
            Start = sum,
            StartRow = _filters,
            Rows = _channels,
            Columns = _filters,
            Steps = tiles,
            Segments = 1,
        });
    }

    private void SetInputGradient(int position, int tiles, in Parts parts) => _kernels.Multiply(new MatrixProduct
    {
        A = parts.Output + ((long)position * tiles * _filters),
        ARow = _filters,
        AStep = 1,
        B = _transposed.Start + ((long)position * _channels * _filters),
        BStep = _channels,
        C = parts.Input + ((long)position * tiles * _channels),
        CRow = _channels,
        Rows = tiles,
        Columns = _channels,
        Steps = _filters,
        Segments = 1,
    });

    private void AddInputGradient(float* from, nint position, float* inputGradient, int number, in Parts parts)
    {
        var tile = new TilePlace(this, number, Edge, _rows, _columns);
        nint row = _columns * _channels;
        float* to = inputGradient + (tile.Row * row) + (tile.Column * _channels);
        if (tile.IsWhole)
        {
            _kernels.Winograd.AddInputGradient(from, position, to, row, _channels, _channels, parts.Work);
            return;
        }

        new Span<float>(parts.Patch, Positions * _channels).Clear();
        _kernels.Winograd.AddInputGradient(from, position, parts.Patch, Edge * _channels, _channels, _channels, parts.Work);
        for (int i = 0; i < tile.Rows; i++)
        {
            Elementwise.Add(to + (i * row), parts.Patch + (i * Edge * _channels), tile.Columns * _channels);
        }
    }

    /// <summary>Copies the part of a tile that is there; the rest is 0.</summary>
    private static void Copy(float* from, nint row, in TilePlace tile, float* patch, int edge, int channels)
    {
        new Span<float>(patch, edge * edge * channels).Clear();
        for (int i = 0; i < tile.Rows; i++)
        {
            new Span<float>(from + (i * row), tile.Columns * channels)
                .CopyTo(new Span<float>(patch + (i * edge * channels), tile.Columns * channels));
        }
    }

    /// <summary>Where a tile lies, and how much of it.</summary>
    private readonly struct TilePlace
    {
        public TilePlace(WinogradConvolution layer, int number, int edge, int rows, int columns)
        {
            (Row, Column) = (number / layer._tileColumns * Tile, number % layer._tileColumns * Tile);
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
    private readonly struct Parts(WinogradConvolution layer, float* start)
    {
        /// <summary>For one tile.</summary>
        public float* Work { get; } = start;

        /// <summary>A tile that is not wholly inside the image.</summary>
        public float* Patch => Work + WinogradTransforms.WorkSize;

        public float* SecondPatch => Patch + (Positions * Math.Max(layer._channels, layer._filters));

        /// <summary>Transformed pixels: (positions, tiles, channels).</summary>
        public float* Input => SecondPatch + (Positions * Math.Max(layer._channels, layer._filters));

        /// <summary>Transformed results, or their gradients: (positions, tiles, filters).</summary>
        public float* Output => Input + ((long)Positions * layer._tilesAtOnce * layer._channels);
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn;

/// <summary>
/// Random displacements that change smoothly over the image: uniform noise smoothed by a Gaussian, as in Simard, Steinkraus
/// and Platt (2003).
/// </summary>
/// <remarks>
/// They draw a number between −1 and 1 for each pixel, smooth with a Gaussian of standard deviation σ and multiply by α. Here
/// the numbers stand on a grid of spacing σ or less: after smoothing the two cannot be told apart, since a Gaussian lets
/// nothing finer through (the spectrum at half the grid's frequency is down to e^(−π²/2) ≈ 0.007), and there are σ² times
/// fewer to draw and to smooth. Rows and columns are smoothed one after the other, as two small matrix products.
/// </remarks>
internal sealed unsafe class ElasticField
{
    /// <summary>The Gaussian is cut off at this many standard deviations.</summary>
    private const int Reach = 3;

    private readonly int _rows;
    private readonly int _columns;
    private readonly float[] _down;
    private readonly float[] _across;
    private readonly int _gridRows;
    private readonly int _gridColumns;

    /// <summary>The columns of the grid and of the image, rounded up to whole vectors.</summary>
    private readonly int _gridWidth;
    private readonly int _width;

    /// <summary>Computes the weights of the smoothing.</summary>
    /// <param name="rows">Rows of the image.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="alpha">α.</param>
    /// <param name="sigma">σ in pixels.</param>
    public ElasticField(int rows, int columns, double alpha, double sigma)
    {
        (_rows, _columns) = (rows, columns);

        // Noise of variance 1/3 on every pixel, smoothed, has the variance 1/3 · (1 / (2 σ √π))²; on the grid the sum of the
        // squared weights at a pixel is brought to the same.
        double deviation = alpha / (2 * sigma * Math.Sqrt(Math.PI));
        _gridRows = Grid(rows, sigma);
        _gridColumns = Grid(columns, sigma);
        _gridWidth = WholeVectors(_gridColumns);
        _width = WholeVectors(columns);
        _down = new float[rows * _gridRows];
        _across = new float[_gridColumns * _width];
        SetWeights(rows, _gridRows, sigma, Math.Sqrt(deviation), (pixel, point, weight) => _down[(pixel * _gridRows) + point] = weight);
        SetWeights(columns, _gridColumns, sigma, Math.Sqrt(deviation), (pixel, point, weight) => _across[(point * _width) + pixel] = weight);
    }

    /// <summary>The numbers of working memory that it needs.</summary>
    public int WorkSize => (_gridRows + 1) * _gridWidth;

    /// <summary>Adds displacements to the places of the pixels.</summary>
    /// <param name="random">Where the noise comes from.</param>
    /// <param name="x">The columns of the places, with room for a vector after the last.</param>
    /// <param name="y">Their rows, likewise.</param>
    /// <param name="work">Working memory for <see cref="WorkSize"/> numbers.</param>
    public void Add(ref CounterRandom random, float* x, float* y, float* work)
    {
        AddTo(ref random, x, work);
        AddTo(ref random, y, work);
    }

    private static int WholeVectors(int count) => (count + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    private static int Grid(int pixels, double sigma) => (int)Math.Ceiling((pixels - 1) / sigma) + 1 + (2 * Reach);

    /// <summary>Finds how much each point of the grid counts at each pixel.</summary>
    private static void SetWeights(int pixels, int grid, double sigma, double deviation, Action<int, int, float> set)
    {
        double[] row = new double[grid];
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            double sum = 0;
            for (int point = 0; point < grid; point++)
            {
                double distance = ((point - Reach) * sigma) - pixel;
                row[point] = Math.Exp(-distance * distance / (2 * sigma * sigma));
                sum += row[point] * row[point];
            }

            for (int point = 0; point < grid; point++)
            {
                set(pixel, point, (float)(row[point] * deviation / Math.Sqrt(sum)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTo(ref CounterRandom random, float* places, float* work)
    {
        new Span<float>(work, WorkSize).Clear();
        for (int row = 0; row < _gridRows; row++)
        {
            for (int column = 0; column < _gridColumns; column++)
            {
                work[(row * _gridWidth) + column] = (float)random.Between(-1, 1);
            }
        }

        float* smooth = work + (_gridRows * _gridWidth);
        fixed (float* down = _down, across = _across)
        {
            for (int row = 0; row < _rows; row++, places += _columns)
            {
                for (int column = 0; column < _gridWidth; column += Vector<float>.Count)
                {
                    Vector<float> sum = Vector<float>.Zero;
                    for (int point = 0; point < _gridRows; point++)
                    {
                        sum += down[(row * _gridRows) + point] * Vector.Load(work + (point * _gridWidth) + column);
                    }

                    sum.Store(smooth + column);
                }

                // The weights beyond the end of a row are 0: the first places of the next row stay as they are.
                for (int column = 0; column < _columns; column += Vector<float>.Count)
                {
                    Vector<float> sum = Vector.Load(places + column);
                    for (int point = 0; point < _gridColumns; point++)
                    {
                        sum += smooth[point] * Vector.Load(across + (point * _width) + column);
                    }

                    sum.Store(places + column);
                }
            }
        }
    }
}

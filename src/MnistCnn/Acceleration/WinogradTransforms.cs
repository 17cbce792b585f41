namespace MnistCnn.Acceleration;

/// <summary>
/// Winograd's transforms for a window of 3 × 3 and tiles of 4 × 4: 36 multiplications where the sums as they stand take
/// 144. A tile of the result comes from 6 × 6 pixels; both, and the weights, are taken to values of polynomials at the
/// points 0, ±a, ±b and ∞ along each axis, where a convolution is a product number by number.
/// </summary>
/// <remarks>
/// After A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, there with a = 1 and b = 2. With x the
/// pixels, g the window and y the result: y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ x B)]A. The gradients are the same maps transposed: that of the
/// window is Gᵀ[(Bᵀ x B) ⊙ (A dy Aᵀ)]G, that of the pixels B[(G g Gᵀ) ⊙ (A dy Aᵀ)]Bᵀ.
/// All distances count float32 numbers; the channels of a pixel lie side by side. "position" is the distance between two
/// of the 36 values of a channel. The working memory takes 36 registers.
/// </remarks>
internal abstract unsafe class WinogradTransforms
{
    /// <summary>Rows and columns of the result that a tile covers.</summary>
    public const int Tile = 4;

    /// <summary>Rows and columns of a transformed tile, and of the pixels that it comes from.</summary>
    public const int Edge = 6;

    /// <summary>Values of a transformed tile.</summary>
    public const int Positions = Edge * Edge;

    /// <summary>Numbers of working memory that a transform of a tile needs.</summary>
    public const int WorkSize = Positions * 16;

    /// <summary>Bᵀ x B of 6 × 6 pixels.</summary>
    public abstract void Input(float* pixels, nint row, nint pixel, float* to, nint position, int channels, float* work);

    /// <summary>Aᵀ m A, plus a bias for each filter (null: none), with negative results set to 0 if wanted.</summary>
    public abstract void Output(
        float* from, nint position, float* bias, bool relu, float* to, nint row, nint pixel, int filters, float* work);

    /// <summary>A dy Aᵀ of 4 × 4 pixels' gradients, those set to 0 where what came out is not above 0 (null: none).</summary>
    /// <param name="gradient">The gradients.</param>
    /// <param name="output">What came out there.</param>
    /// <param name="row">From row to row of both.</param>
    /// <param name="pixel">From pixel to pixel of both.</param>
    /// <param name="biasGradient">Takes the sum of the gradients of each filter.</param>
    /// <param name="to">Takes the values.</param>
    /// <param name="position">From value to value.</param>
    /// <param name="filters">How many.</param>
    /// <param name="work">Working memory.</param>
    public abstract void OutputGradient(
        float* gradient, float* output, nint row, nint pixel, float* biasGradient, float* to, nint position, int filters,
        float* work);

    /// <summary>Adds B m Bᵀ to 6 × 6 pixels' gradients.</summary>
    public abstract void AddInputGradient(
        float* from, nint position, float* to, nint row, nint pixel, int channels, float* work);

    /// <summary>G g Gᵀ of windows given weight by weight: nine times as many numbers as there are windows.</summary>
    public abstract void Weights(float* from, float* to, nint windows, float* work);

    /// <summary>Adds Gᵀ m G to gradients of windows, weight by weight.</summary>
    public abstract void AddWeightGradient(float* from, float* to, nint windows, float* work);
}

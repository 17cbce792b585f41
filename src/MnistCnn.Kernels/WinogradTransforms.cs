namespace MnistCnn.Kernels;

/// <summary>
/// The transforms of Winograd's minimal filtering F(4 × 4, 3 × 3): a tile of 4 × 4 output pixels takes 36 multiplications where
/// the sums as they stand take 144. An input tile d of 6 × 6 pixels and a filter g of 3 × 3 weights are transformed to 6 × 6
/// elements each, of which the convolution is the product element by element: Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A.
/// </summary>
/// <remarks>
/// After A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015. The elements are the values of
/// polynomials at the interpolation points 0, ±a, ±b and ∞ of the Cook–Toom algorithm, there with a = 1 and b = 2. The gradients
/// are the same maps transposed: of the filter Gᵀ[(Bᵀ d B) ⊙ (A dY Aᵀ)]G, of the input B[(G g Gᵀ) ⊙ (A dY Aᵀ)]Bᵀ.
/// <para>
/// All strides count float32 numbers; the channels of a pixel, and those of an element, lie side by side. The element stride is
/// that between two of the 36 elements of a channel, from row to row of the tile it is six times as much. The working memory
/// holds <see cref="WorkSize"/> numbers.
/// </para>
/// </remarks>
internal abstract unsafe class WinogradTransforms
{
    /// <summary>Rows and columns of an output tile.</summary>
    public const int OutputTile = 4;

    /// <summary>Rows and columns of an input tile, and of a transformed one.</summary>
    public const int InputTile = 6;

    /// <summary>Elements of a transformed tile.</summary>
    public const int Elements = InputTile * InputTile;

    /// <summary>Numbers of working memory of a transform: an element for each lane of the widest register.</summary>
    public const int WorkSize = Elements * 16;

    /// <summary>V = Bᵀ d B for each channel.</summary>
    /// <param name="d">The input tile: 6 × 6 pixels.</param>
    /// <param name="rowStride">From row to row of it.</param>
    /// <param name="pixelStride">From pixel to pixel of a row.</param>
    /// <param name="v">Takes the 36 elements.</param>
    /// <param name="elementStride">From element to element.</param>
    /// <param name="channels">The channels of a pixel.</param>
    /// <param name="work">Working memory.</param>
    public abstract void TransformInput(
        float* d, nint rowStride, nint pixelStride, float* v, nint elementStride, int channels, float* work);

    /// <summary>Y = Aᵀ m A, plus a bias, for each filter.</summary>
    /// <param name="m">The 36 elements.</param>
    /// <param name="elementStride">From element to element.</param>
    /// <param name="bias">(filters); null: none.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="y">Takes the output tile: 4 × 4 pixels.</param>
    /// <param name="rowStride">From row to row of it.</param>
    /// <param name="pixelStride">From pixel to pixel of a row.</param>
    /// <param name="filters">The filters: channels of an output pixel.</param>
    /// <param name="work">Working memory.</param>
    public abstract void TransformOutput(
        float* m, nint elementStride, float* bias, bool relu, float* y, nint rowStride, nint pixelStride, int filters,
        float* work);

    /// <summary>A dY Aᵀ for each filter, with dY set to 0 where ReLU let nothing through.</summary>
    /// <param name="dy">The gradient of the output tile: 4 × 4 pixels.</param>
    /// <param name="y">The output tile, laid out as its gradient; null: no ReLU.</param>
    /// <param name="rowStride">From row to row of both.</param>
    /// <param name="pixelStride">From pixel to pixel of a row.</param>
    /// <param name="biasGradient">(filters), to which the sum of the gradients is added.</param>
    /// <param name="m">Takes the 36 elements.</param>
    /// <param name="elementStride">From element to element.</param>
    /// <param name="filters">The filters.</param>
    /// <param name="work">Working memory.</param>
    public abstract void TransformOutputGradient(
        float* dy, float* y, nint rowStride, nint pixelStride, float* biasGradient, float* m, nint elementStride, int filters,
        float* work);

    /// <summary>dd += B m Bᵀ for each channel.</summary>
    /// <param name="m">The 36 elements.</param>
    /// <param name="elementStride">From element to element.</param>
    /// <param name="dd">The gradient of the input tile: 6 × 6 pixels.</param>
    /// <param name="rowStride">From row to row of it.</param>
    /// <param name="pixelStride">From pixel to pixel of a row.</param>
    /// <param name="channels">The channels of a pixel.</param>
    /// <param name="work">Working memory.</param>
    public abstract void AddInputGradient(
        float* m, nint elementStride, float* dd, nint rowStride, nint pixelStride, int channels, float* work);

    /// <summary>U = G g Gᵀ for filters of one channel each.</summary>
    /// <param name="g">(3, 3, count).</param>
    /// <param name="u">Takes (6, 6, count).</param>
    /// <param name="count">Channels times filters.</param>
    /// <param name="work">Working memory.</param>
    public abstract void TransformFilters(float* g, float* u, nint count, float* work);

    /// <summary>dg += Gᵀ m G for filters of one channel each.</summary>
    /// <param name="m">(6, 6, count).</param>
    /// <param name="dg">(3, 3, count).</param>
    /// <param name="count">Channels times filters.</param>
    /// <param name="work">Working memory.</param>
    public abstract void AddFilterGradient(float* m, float* dg, nint count, float* work);
}

namespace MnistCnn.Acceleration;

/// <summary>The points of <see cref="WinogradTransforms"/> besides 0 and ∞: ±a and ±b.</summary>
/// <remarks>
/// With these, whose powers and products are exact in binary, a layer's results are as near to the exact ones as sums in
/// float32 as they stand are; with the usual 1 and 2 they would be two to four times as far.
/// </remarks>
internal static class WinogradPoints
{
    public const float A = 5 / 8f;

    public const float B = 3 / 2f;
}

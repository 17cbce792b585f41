namespace MnistCnn.Acceleration;

/// <summary>The points of <see cref="WinogradTransforms"/> besides 0 and ∞: ±a and ±b.</summary>
internal static class WinogradPoints
{
    public const float A = 1;

    public const float B = 2;
}

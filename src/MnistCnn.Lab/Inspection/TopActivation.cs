
namespace MnistCnn.Lab;

/// <summary>An image and the place in it that activates one channel of a layer most.</summary>
/// <param name="Index">The position of the image in the set, from 0.</param>
/// <param name="Image">The image itself.</param>
/// <param name="Value">The largest number of the feature map.</param>
/// <param name="Row">Its row in the feature map.</param>
/// <param name="Column">Its column in the feature map.</param>
/// <param name="Patch">The pixels that this number is computed from.</param>
public sealed record TopActivation(int Index, GrayImage Image, float Value, int Row, int Column, PixelPatch Patch)
{
    /// <summary>Image, number and place: <c>Image 17: 2.31 at rows 4–8, columns 11–15</c>.</summary>
    public override string ToString() => Invariant($"Image {Index}: {Value:0.00} at {Patch}");
}

/// <summary>A rectangle of pixels.</summary>
/// <param name="Row">Its first row, from 0 at the top.</param>
/// <param name="Column">Its first column, from 0 at the left.</param>
/// <param name="Rows">Its height.</param>
/// <param name="Columns">Its width.</param>
public readonly record struct PixelPatch(int Row, int Column, int Rows, int Columns)
{
    /// <summary>Where it lies: <c>rows 4–8, columns 11–15</c>.</summary>
    public override string ToString() =>
        Invariant($"rows {Row}–{Row + Rows - 1}, columns {Column}–{Column + Columns - 1}");
}

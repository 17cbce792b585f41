namespace MnistCnn;

/// <summary>One grey-scale image, detached from any tensor.</summary>
/// <param name="Rows">Height in pixels.</param>
/// <param name="Columns">Width in pixels.</param>
/// <param name="Pixels">
/// <c>Rows × Columns</c> values between 0 (paper) and 1 (ink), row by row from the top left.
/// </param>
public sealed record GrayImage(int Rows, int Columns, IReadOnlyList<float> Pixels);

namespace MnistCnn;

/// <summary>A point of a sweep that stands out.</summary>
/// <param name="X">Its x value.</param>
/// <param name="Y">Its y value.</param>
/// <param name="Text">What is written beside it.</param>
internal sealed record SweepMark(double X, double Y, string Text);

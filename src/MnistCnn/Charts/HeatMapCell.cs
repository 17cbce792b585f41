namespace MnistCnn;

/// <summary>One cell of a heat map.</summary>
/// <param name="Value">What its colour shows.</param>
/// <param name="Text">What stands in it.</param>
/// <param name="TextColor">The colour of the text.</param>
/// <param name="Hover">What it says when it is pointed at.</param>
internal sealed record HeatMapCell(double Value, string Text, string TextColor, string Hover);

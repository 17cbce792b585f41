namespace MnistCnn;

/// <summary>One row of a dot plot.</summary>
/// <param name="Label">What the row stands for.</param>
/// <param name="Color">The colour of its dots.</param>
/// <param name="Values">The place of each dot.</param>
/// <param name="Hovers">What each dot says when it is pointed at.</param>
/// <param name="Mean">Where the mean is marked.</param>
/// <param name="MeanHover">What the mark says when it is pointed at.</param>
internal sealed record DotRow(
    string Label, string Color, IReadOnlyList<double> Values, IReadOnlyList<string> Hovers, double Mean, string MeanHover);

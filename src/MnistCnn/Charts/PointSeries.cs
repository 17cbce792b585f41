namespace MnistCnn;

/// <summary>Points that look alike.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Color">Their colour.</param>
/// <param name="Glyph">The character that each is drawn as; null: an open circle.</param>
/// <param name="X">Their x values.</param>
/// <param name="Y">Their y values.</param>
/// <param name="Numbers">A number for each, for its hover text; none where all say the same.</param>
/// <param name="Hovers">What each says when it is pointed at, where <c>%</c> stands for its number; one text for all is repeated.</param>
internal sealed record PointSeries(
    string Name,
    string Color,
    string? Glyph,
    IReadOnlyList<double> X,
    IReadOnlyList<double> Y,
    IReadOnlyList<int> Numbers,
    IReadOnlyList<string> Hovers);

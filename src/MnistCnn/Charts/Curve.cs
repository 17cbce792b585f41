namespace MnistCnn;

/// <summary>One named curve.</summary>
/// <param name="Name">Its name in the legend; curves of the same name in other panels share the entry.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Symbol">Plotly's name for the marker, so that the curves differ by more than colour.</param>
/// <param name="X">The x values.</param>
/// <param name="Y">The y values; null leaves a gap.</param>
/// <param name="Hovers">What each point says when it is pointed at.</param>
/// <param name="Band">How far the values spread around the curve; null: a curve alone.</param>
internal sealed record Curve(
    string Name,
    string Color,
    string Symbol,
    IReadOnlyList<int> X,
    IReadOnlyList<double?> Y,
    IReadOnlyList<string> Hovers,
    CurveBand? Band = null);

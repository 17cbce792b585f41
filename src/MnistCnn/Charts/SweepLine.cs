namespace MnistCnn;

/// <summary>One line of a sweep.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Y">The y values.</param>
/// <param name="Hovers">What each point says when it is pointed at.</param>
internal sealed record SweepLine(string Name, string Color, double Width, IReadOnlyList<double> Y, IReadOnlyList<string> Hovers);

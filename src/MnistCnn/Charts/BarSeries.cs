namespace MnistCnn;

/// <summary>One histogram.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Counts">The height of each bar.</param>
/// <param name="Hovers">What each bar says when it is pointed at.</param>
internal sealed record BarSeries(string Name, string Color, IReadOnlyList<int> Counts, IReadOnlyList<string> Hovers);

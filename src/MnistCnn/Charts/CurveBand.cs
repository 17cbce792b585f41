namespace MnistCnn;

/// <summary>A coloured band around a curve.</summary>
/// <param name="Low">Its lower edge at each x of the curve; null leaves a gap.</param>
/// <param name="High">Its upper edge.</param>
internal sealed record CurveBand(IReadOnlyList<double?> Low, IReadOnlyList<double?> High);

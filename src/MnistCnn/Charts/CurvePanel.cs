namespace MnistCnn;

/// <summary>One pair of axes with curves on it.</summary>
/// <param name="XTitle">The title of the x axis.</param>
/// <param name="YTitle">The title of the y axis.</param>
/// <param name="Curves">The curves.</param>
internal sealed record CurvePanel(string XTitle, string YTitle, IReadOnlyList<Curve> Curves);

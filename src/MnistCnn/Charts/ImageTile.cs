namespace MnistCnn;

/// <summary>One image of a grid.</summary>
/// <param name="Source">The image as a data URI.</param>
/// <param name="Header">Text above it; lines are parted by <c>&lt;br&gt;</c>.</param>
/// <param name="Footer">Text below it.</param>
/// <param name="Badge">Text in a white box at its corner.</param>
/// <param name="Flagged">Whether it is framed as wrong.</param>
/// <param name="Hover">What it says when it is pointed at.</param>
internal sealed record ImageTile(string Source, string? Header, string? Footer, string? Badge, bool Flagged, string Hover);

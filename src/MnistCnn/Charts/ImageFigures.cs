namespace MnistCnn;

/// <summary>Makes figures of grids of images.</summary>
internal static class ImageFigures
{
    /// <summary>A number in small type, for tiles that stand close together.</summary>
    public static string Small(int number) => FormattableString.Invariant($"<span style=\"font-size:11px\">{number}</span>");

    /// <summary>The figure of a grid.</summary>
    /// <param name="drawing">The grid; without an image it says its <see cref="ImagesDrawing.EmptyText"/>.</param>
    /// <param name="summary">What the figure holds, in a few words.</param>
    /// <param name="description">The alternative text.</param>
    /// <param name="source">What is drawn, if a check may ask for it.</param>
    public static Figure Draw(ImagesDrawing drawing, string summary, string description, object? source = null)
    {
        bool empty = drawing.Tiles.Count == 0;
        int width = empty ? 480 : Math.Max(drawing.WidthOf(drawing.Columns), 260);
        int height = empty ? 110 : drawing.HeightOf(drawing.Columns);
        return new(
            drawing.Title, empty ? "none" : summary, empty ? drawing.EmptyText : description,
            FigureRenderer.Instance.Render(drawing), width, height) { Source = source };
    }
}

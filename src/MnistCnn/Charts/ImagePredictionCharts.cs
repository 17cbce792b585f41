using System.Globalization;
using System.Text;

namespace MnistCnn;

/// <summary>Charts of images and of what the model takes them for.</summary>
public static class ImagePredictionCharts
{
    private const char NoBreakSpace = '\u00A0';

    /// <summary>
    /// Draws each image with its predicted and its true label above it: the exercise's <c>display_errors</c>. Ink is dark on
    /// white paper; pointing at an image shows its probabilities.
    /// </summary>
    /// <param name="predictions">The images, most important first; none gives a figure that says so.</param>
    /// <returns>A grid, three images in a row.</returns>
    public static Figure PlotErrors(this IReadOnlyList<ImagePrediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var grid = new ImageGrid(
            "Largest errors",
            [.. predictions.Select(p => new ImageTile(
                p.Image.ToDataUri(scale: 4),
                TallHover(p),
                Header: Invariant($"Predicted label: {p.PredictedLabel}<br>True label: {p.TrueLabel}")))],
            Columns: 3,
            NarrowColumns: 2,
            TileSize: 140,
            HeaderHeight: 42,
            FooterHeight: 12,
            EmptyText: "No errors: every image was classified rightly.",
            Width: Layout.Small);
        return grid.Draw(
            Invariant($"{predictions.Count} images"),
            "Images that the model got most wrong: " + string.Join(
                ", ", predictions.Select(p => Invariant($"a {p.TrueLabel} taken for {p.PredictedLabel}"))) + ".",
            predictions);
    }

    /// <summary>
    /// Draws the images in a strip with the predicted label above each, as at the end of the exercise's <c>evaluate</c>. Wrong
    /// ones have a red frame and the true label below; pointing at an image shows its probabilities.
    /// </summary>
    /// <param name="predictions">The images, in order; more than 15 wrap into further rows.</param>
    /// <returns>A strip of images.</returns>
    public static Figure PlotPredictions(this IReadOnlyList<ImagePrediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var grid = new ImageGrid(
            "Predictions",
            [.. predictions.Select(p => new ImageTile(
                p.Image.ToDataUri(scale: 3),
                FlatHover(p),
                p.IsCorrect ? Invariant($"{p.PredictedLabel}") : Invariant($"<b>{p.PredictedLabel}</b>"),
                p.IsCorrect ? null : Invariant($"true: {p.TrueLabel}"),
                Flagged: !p.IsCorrect))],
            Columns: 15,
            NarrowColumns: 5,
            TileSize: 42,
            HeaderHeight: 22,
            FooterHeight: 22,
            EmptyText: "No images.",
            NarrowTileSize: 58);
        return grid.Draw(
            Invariant($"{predictions.Count} images, {predictions.Count(p => p.IsCorrect)} right"),
            "Images and the labels predicted for them: " + string.Join(", ", predictions.Select(p => p.IsCorrect
                ? Invariant($"{p.PredictedLabel}")
                : Invariant($"{p.PredictedLabel} (true label {p.TrueLabel})"))) + ".",
            predictions);
    }

    /// <summary>A small table in a fixed-width font: label, probability, bar, and a word on the labels that matter.</summary>
    private static string TallHover(ImagePrediction prediction)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<b>Image {prediction.Index}</b>");
        for (int label = 0; label < prediction.Probabilities.Count; label++)
        {
            string bar = new('█', (int)MathF.Round(8 * Math.Clamp(prediction.Probabilities[label], 0, 1)));
            string note = (label == prediction.PredictedLabel, label == prediction.TrueLabel) switch
            {
                (true, true) => "predicted, true",
                (true, false) => "predicted",
                (false, true) => "true",
                _ => "",
            };
            text.Append("<br>").Append(Percent(prediction, label));
            text.Append(bar.Length == 0 ? "" : $"{NoBreakSpace}{bar}");
            text.Append(note.Length == 0 ? "" : $"{NoBreakSpace}<b>{note}</b>");
        }

        return text.ToString();
    }

    /// <summary>The probabilities in two columns: plotly.js leaves out a label that is taller than the figure.</summary>
    private static string FlatHover(ImagePrediction prediction)
    {
        int rows = (prediction.Probabilities.Count + 1) / 2;
        string head =
            Invariant($"<b>Image {prediction.Index}: predicted {prediction.PredictedLabel}, true {prediction.TrueLabel}</b>");
        return string.Join("<br>", Enumerable.Range(0, rows).Select(row => row + rows < prediction.Probabilities.Count
            ? $"{Percent(prediction, row)}{new string(NoBreakSpace, 3)}{Percent(prediction, row + rows)}"
            : Percent(prediction, row)).Prepend(head));
    }

    private static string Percent(ImagePrediction prediction, int label)
    {
        string percent = Invariant($"{100 * prediction.Probabilities[label]:0.0}").PadLeft(5, NoBreakSpace);
        return Invariant($"{label}{NoBreakSpace}{percent}{NoBreakSpace}%");
    }
}

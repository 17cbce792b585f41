using System.Globalization;
using System.Net;

namespace MnistCnn;

/// <summary>Charts of a confusion matrix.</summary>
public static class ConfusionMatrixCharts
{
    private static readonly string[] s_plurals =
        ["zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines"];

    /// <summary>Draws the matrix as a heat map with the numbers in the cells: the exercise's <c>plot_confusion_matrix</c>.</summary>
    /// <remarks>
    /// Text is white on cells above half of the largest value, else black, as in the exercise. There the colours show the counts
    /// even when the numbers are normalized; here colours, text and numbers all follow <paramref name="normalize"/>. So that
    /// the few errors are seen beside the many right predictions, zeros are grey and errors of at least 1 % of their row bold.
    /// </remarks>
    /// <param name="matrix">The matrix.</param>
    /// <param name="normalize">Whether to show shares of each true class instead of counts.</param>
    /// <param name="title">The title above the chart.</param>
    /// <param name="classes">The names of the classes in order; null numbers them from 0.</param>
    /// <returns>A figure with one square cell for each pair of classes, true label 0 at the top.</returns>
    /// <exception cref="ArgumentException"><paramref name="classes"/> has not as many names as the matrix has classes.</exception>
    public static Figure Plot(
        this ConfusionMatrix matrix,
        bool normalize = false,
        string title = "Confusion matrix",
        IReadOnlyList<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(title);
        if (classes is not null && classes.Count != matrix.Classes)
        {
            throw new ArgumentException(
                $"There are {classes.Count} names for {matrix.Classes} classes; the counts must be equal.", nameof(classes));
        }

        IReadOnlyList<string> labels =
            classes ?? [.. Enumerable.Range(0, matrix.Classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        double[,] shares = matrix.Normalize();
        int[] indices = [.. Enumerable.Range(0, matrix.Classes)];
        double largest = indices.Max(row => indices.Max(column => Value(row, column)));

        int side = Math.Clamp(52 * matrix.Classes, 240, 720);
        var drawing = new HeatMapDrawing(
            WebUtility.HtmlEncode(title),
            indices.Any(row => indices.Any(column => IsNotable(row, column))) ? "Bold: errors of 1 % of their row or more" : "",
            "Predicted label",
            "True label",
            [.. labels.Select(WebUtility.HtmlEncode)!],
            [.. indices.Select(row => (IReadOnlyList<HeatMapCell>)[.. indices.Select(column => Cell(row, column))])],
            normalize ? "Share of the<br>true label" : "Images",
            normalize ? ".0%" : ",d",
            Width: side + 190,
            Height: side + 138);

        int right = indices.Sum(i => matrix[i, i]);
        double accuracy = matrix.Total == 0 ? 0 : (double)right / matrix.Total;
        string summary = Invariant($"{matrix.Classes} classes, {matrix.Total:N0} images, {matrix.Total - right:N0} errors");
        string description = Invariant($"{title}: {right:N0} of {matrix.Total:N0} images on the diagonal ({accuracy:0.00%} right)")
            + (LargestError() is { } error ? "; most often, " + error + "." : ".");
        return new(title, summary, description, FigureRenderer.Instance.Render(drawing), drawing.Width, drawing.Height) { Source = matrix };

        double Value(int row, int column) => normalize ? shares[row, column] : matrix[row, column];

        bool IsNotable(int row, int column) => row != column && shares[row, column] >= 0.01;

        HeatMapCell Cell(int row, int column)
        {
            int count = matrix[row, column];
            double value = Value(row, column);
            string number = (normalize, count) switch
            {
                (_, 0) => "0",
                (true, _) => Invariant($"{value:0.00}"),
                (false, _) => Invariant($"{count:N0}"),
            };
            string color = count == 0 ? ChartStyle.Quiet : value > largest / 2 ? "white" : "black";
            return new(value, IsNotable(row, column) ? $"<b>{number}</b>" : number, color, WebUtility.HtmlEncode(Sentence(row, column)));
        }

        string Sentence(int row, int column)
        {
            int sum = matrix.RowSum(row);
            string things = classes is null && matrix.Classes == s_plurals.Length ? s_plurals[row] : $"images of {labels[row]}";
            return sum == 0
                ? $"No {things} in the set"
                : Invariant($"{matrix[row, column]:N0} of {sum:N0} {things} ")
                    + (row == column ? "recognised" : $"taken for {labels[column]}")
                    + Invariant($" ({100 * shares[row, column]:0.0} %)");
        }

        string? LargestError()
        {
            var errors = from row in indices
                         from column in indices
                         where row != column && matrix[row, column] > 0
                         orderby matrix[row, column] descending
                         select Sentence(row, column);
            return errors.FirstOrDefault();
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Net;

namespace MnistCnn;

/// <summary>Charts of a confusion matrix.</summary>
public static class ConfusionMatrixCharts
{
    /// <summary>
    /// Draws the matrix as a heat map with the numbers in the cells: the exercise's <c>plot_confusion_matrix</c>.
    /// </summary>
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
    /// <exception cref="ArgumentException">There are other names than classes, by their count.</exception>
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
                Invariant($"There are {classes.Count} names for {matrix.Classes} classes; the counts must be equal."),
                nameof(classes));
        }

        int[] indices = [.. Enumerable.Range(0, matrix.Classes)];
        string[] labels = [.. classes ?? indices.Select(i => i.ToString(CultureInfo.InvariantCulture))];
        double[,] shares = matrix.Normalize();
        (int Row, int Column)[] cells = [.. indices.SelectMany(row => indices.Select(column => (row, column)))];
        double largest = cells.Max(cell => Value(cell.Row, cell.Column));
        bool anyBold = cells.Any(cell => IsNotable(cell.Row, cell.Column));
        double last = ChartStyle.Blues.Count - 1;
        var heatMap = new Trace("heatmap")
        {
            ["x"] = indices, ["y"] = indices, ["xgap"] = 1, ["ygap"] = 1,
            ["z"] = indices.Select(row => indices.Select(column => Value(row, column))),
            ["zmin"] = 0, ["zmax"] = Math.Max(largest, double.Epsilon),
            ["colorscale"] = ChartStyle.Blues.Select((color, i) => new object[] { i / last, color }),
            ["colorbar"] = new
            {
                title = new { text = normalize ? "Share of the<br>true label" : "Images", font = new { size = 12 } },
                tickformat = normalize ? ".0%" : ",d",
                nticks = 6, thickness = 14, outlinewidth = 0, len = 1, xpad = 14,
            },
            ["text"] = indices.Select(row => indices.Select(column => WebUtility.HtmlEncode(Sentence(row, column)))),
            ["hovertemplate"] = "%{text}<extra></extra>",
        };
        var numbers = new Trace("scatter")
        {
            ["mode"] = "text",
            ["x"] = cells.Select(cell => cell.Column), ["y"] = cells.Select(cell => cell.Row),
            ["text"] = cells.Select(cell => Number(cell.Row, cell.Column)),
            ["textfont"] = new { size = 12, color = cells.Select(cell => TextColor(cell.Row, cell.Column)) },
            ["hoverinfo"] = "skip", ["showlegend"] = false,
        };

        int side = Math.Clamp(52 * matrix.Classes, 240, 720);
        double end = matrix.Classes - 0.5;
        Axis x = LabelAxis("Predicted label", -0.5, end), y = LabelAxis("True label", end, -0.5);
        (x["constraintoward"], y["scaleanchor"]) = ("left", "x");
        string shownTitle = Layout.TitleWith(
            WebUtility.HtmlEncode(title), anyBold ? "Bold: errors of 1 % of their row or more" : "");
        Layout layout = new Layout(shownTitle, side + 190, side + 138, left: 66, right: 18, top: 68, bottom: 60)
        {
            ["dragmode"] = false, ["xaxis"] = x, ["yaxis"] = y,
        }
        .Scale()
        .Narrow(520, 540, new()
        {
            ["data.0.showscale"] = false, ["data.1.textfont.size"] = 9, ["layout.font.size"] = 12,
            ["layout.margin.l"] = 48, ["layout.margin.r"] = 6, ["layout.margin.b"] = 50,
        });

        int right = indices.Sum(i => matrix[i, i]);
        double accuracy = matrix.Total == 0 ? 0 : (double)right / matrix.Total;
        (int Row, int Column)[] errors =
        [
            .. cells.Where(cell => cell.Row != cell.Column && matrix[cell.Row, cell.Column] > 0)
                .OrderByDescending(cell => matrix[cell.Row, cell.Column]),
        ];
        string summary = Invariant($"{matrix.Classes} classes, {matrix.Total:N0} images, {matrix.Total - right:N0} errors");
        string description = Invariant($"{title}: {right:N0} of {matrix.Total:N0} images on the diagonal ")
            + Invariant($"({accuracy:0.00%} right)")
            + (errors is [var worst, ..] ? "; most often, " + Sentence(worst.Row, worst.Column) + "." : ".");
        return new(title, summary, description, [heatMap, numbers], layout) { Source = matrix };

        double Value(int row, int column) => normalize ? shares[row, column] : matrix[row, column];

        bool IsNotable(int row, int column) => row != column && shares[row, column] >= 0.01;

        string Number(int row, int column)
        {
            string number = matrix[row, column] == 0 ? "0"
                : normalize ? Invariant($"{shares[row, column]:0.00}")
                : Invariant($"{matrix[row, column]:N0}");
            return IsNotable(row, column) ? $"<b>{number}</b>" : number;
        }

        string TextColor(int row, int column) =>
            matrix[row, column] == 0 ? ChartStyle.Quiet : Value(row, column) > largest / 2 ? "white" : "black";

        string Sentence(int row, int column)
        {
            int sum = matrix.RowSum(row);
            bool digits = classes is null && matrix.Classes == Plural.Digits.Count;
            string things = digits ? Plural.Digits[row] : $"images of {labels[row]}";
            return sum == 0
                ? $"No {things} in the set"
                : Invariant($"{matrix[row, column]:N0} of {sum:N0} {things} ")
                    + (row == column ? "recognised" : $"taken for {labels[column]}")
                    + Invariant($" ({100 * shares[row, column]:0.0} %)");
        }

        Axis LabelAxis(string axisTitle, double from, double to) => new(axisTitle)
        {
            ["tickmode"] = "array", ["tickvals"] = indices, ["ticktext"] = labels.Select(WebUtility.HtmlEncode),
            ["tickcolor"] = ChartStyle.Clear, ["showgrid"] = false, ["showline"] = false,
            ["range"] = new[] { from, to }, ["constrain"] = "domain", ["fixedrange"] = true,
        };
    }
}

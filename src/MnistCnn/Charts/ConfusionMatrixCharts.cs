using System.Globalization;
using System.Net;

namespace MnistCnn;

/// <summary>Charts of a confusion matrix.</summary>
public static class ConfusionMatrixCharts
{
    private const string ErrorColor = "#F5841F", RightOpacity = "0.28", LightZero = "#6B747D", DarkZero = "#9AA4AE";

    // The share of a row that gets the full colour, where no error is larger.
    private const double LeastScale = 0.01;

    /// <summary>
    /// Draws the matrix as a heat map with the numbers in the cells: the exercise's <c>plot_confusion_matrix</c>.
    /// </summary>
    /// <remarks>
    /// The exercise gives its colours to the diagonal, so that the few errors stay white beside the many right predictions. Here
    /// the diagonal is grey, and an error is the more orange the larger its share of the true label is, whichever numbers
    /// <paramref name="normalize"/> chooses. The orange is more or less transparent, so it suits white and dark paper.
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
        double most = cells.Where(cell => cell.Row != cell.Column).Select(cell => shares[cell.Row, cell.Column])
            .Append(LeastScale).Max();
        Trace errorCells = Cells((row, column) => row == column ? null : shares[row, column], most, ErrorColor, "1");
        errorCells["colorbar"] = new
        {
            title = new { text = "Errors: share of<br>the true label", font = new { size = 12 } },
            tickformat = ".1~%", nticks = 6, thickness = 14, len = 1, xpad = 14,
            outlinewidth = 1, outlinecolor = ChartStyle.Frame,
        };
        Trace rightCells = Cells((row, column) => row == column ? 1 : null, 1, ChartStyle.Frame, RightOpacity);
        rightCells["showscale"] = false;
        var numbers = new Trace("scatter")
        {
            ["mode"] = "text",
            ["x"] = cells.Select(cell => cell.Column), ["y"] = cells.Select(cell => cell.Row),
            ["text"] = cells.Select(cell => Number(cell.Row, cell.Column)),
            ["textfont"] = new { size = 12, color = cells.Select(cell => TextColor(cell.Row, cell.Column, dark: false)) },
            ["hoverinfo"] = "skip", ["showlegend"] = false,
        };

        int side = Math.Clamp(52 * matrix.Classes, 240, 560);
        double end = matrix.Classes - 0.5;
        Axis x = LabelAxis("Predicted label", -0.5, end), y = LabelAxis("True label", end, -0.5);
        (x["constraintoward"], y["scaleanchor"]) = ("left", "x");
        string shownTitle = Layout.TitleWith(
            WebUtility.HtmlEncode(title), normalize ? "Each number a share of its row, the images of a true label" : "");
        int top = normalize ? 68 : 50, bottom = 60;
        Layout layout = new Layout(
            shownTitle, Layout.Wide, side + top + bottom, Layout.Left, Layout.Wide - Layout.Left - side, top, bottom)
        {
            ["dragmode"] = false, ["xaxis"] = x, ["yaxis"] = y,
        }
        .Scale()
        .Dark("data.2.textfont.color", cells.Select(cell => TextColor(cell.Row, cell.Column, dark: true)))
        .Narrow(48 + side + 6, side + top + 50, new()
        {
            ["data.0.showscale"] = false, ["data.2.textfont.size"] = 9, ["layout.font.size"] = 12,
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
        return new(title, summary, description, [errorCells, rightCells, numbers], layout) { Source = matrix };

        Trace Cells(Func<int, int, double?> value, double largest, string color, string opacity) => new("heatmap")
        {
            ["x"] = indices, ["y"] = indices, ["xgap"] = 1, ["ygap"] = 1,
            ["z"] = indices.Select(row => indices.Select(column => value(row, column))),
            ["zmin"] = 0, ["zmax"] = largest,
            ["colorscale"] = new object[][]
            {
                [0, ChartStyle.Transparent(color, "0")], [1, ChartStyle.Transparent(color, opacity)],
            },
            ["customdata"] = indices.Select(row => indices.Select(column =>
                value(row, column) is null ? (double?)null : normalize ? shares[row, column] : matrix[row, column])),
            ["text"] = indices.Select(row => indices.Select(column => WebUtility.HtmlEncode(Sentence(row, column)))),
            ["hovertemplate"] = "%{text}<extra></extra>",
        };

        string Number(int row, int column) =>
            matrix[row, column] == 0 ? "0"
            : normalize ? Invariant($"{shares[row, column]:0.000}")
            : Invariant($"{matrix[row, column]:N0}");

        // On dark paper a cell is light enough for black from two thirds of the full orange on.
        string TextColor(int row, int column, bool dark) =>
            matrix[row, column] == 0 && row != column ? (dark ? DarkZero : LightZero)
            : dark && (row == column || shares[row, column] < 0.67 * most) ? "#FFFFFF"
            : "#000000";

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

using System.Globalization;
using System.Text;

namespace MnistCnn;

/// <summary>
/// Precision, recall and F1 of each class and their means. The text is that of scikit-learn's <c>classification_report</c>, to
/// the character, with F1 computed from counts as since version 1.3; where no sample was classified rightly, scikit-learn writes
/// supports as <c>2.0</c>, here they stay whole. Source: scikit-learn's user guide, "Classification metrics".
/// </summary>
public sealed class ClassificationReport
{
    private readonly int _digits;

    /// <summary>Computes the scores.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="digits">Digits after the point in the text, 0 to 10.</param>
    /// <exception cref="ArgumentException">The matrix counts no sample.</exception>
    public ClassificationReport(ConfusionMatrix matrix, int digits = 2)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRange.ThrowIfNegative(digits);
        ArgumentOutOfRange.ThrowIfGreaterThan(digits, 10);
        Total = matrix.Total > 0 ? matrix.Total : throw new ArgumentException("The matrix counts no sample.", nameof(matrix));
        _digits = digits;
        Classes = [.. Enumerable.Range(0, matrix.Classes)
            .Where(label => matrix.RowSum(label) + matrix.ColumnSum(label) > 0)
            .Select(label => ScoresOf(matrix, label))];
        Accuracy = Ratio(Enumerable.Range(0, matrix.Classes).Sum(label => matrix[label, label]), Total);
        MacroAverage = Mean("macro avg", _ => 1);
        WeightedAverage = Mean("weighted avg", scores => scores.Support);
        Unshown.Add("report", this);
    }

    /// <summary>The scores of each class that occurs among the true or the predicted labels.</summary>
    public IReadOnlyList<ClassScores> Classes { get => Unshown.Seen(this, field); }

    /// <summary>The share of all samples that were classified rightly.</summary>
    public double Accuracy { get => Unshown.Seen(this, field); }

    /// <summary>The plain means over the classes.</summary>
    public ClassScores MacroAverage { get => Unshown.Seen(this, field); }

    /// <summary>The means over the classes, each weighted by its support.</summary>
    public ClassScores WeightedAverage { get => Unshown.Seen(this, field); }

    /// <summary>The number of samples.</summary>
    public int Total { get => Unshown.Seen(this, field); }

    /// <summary>scikit-learn's text; it ends with a line break, as there.</summary>
    public override string ToString()
    {
        const string longest = "weighted avg";
        int width = Math.Max(longest.Length, Classes.Select(scores => scores.Name.Length).Max());
        var text = new StringBuilder();
        Line(text, width, "", "precision", "recall", "f1-score", "support");
        text.Append('\n');
        foreach (ClassScores scores in Classes)
        {
            Row(text, width, scores);
        }

        text.Append('\n');
        Line(text, width, "accuracy", "", "", Figure(Accuracy), Count(Total));
        Row(text, width, MacroAverage);
        Row(text, width, WeightedAverage);
        return text.ToString();
    }

    private static ClassScores ScoresOf(ConfusionMatrix matrix, int label)
    {
        double precision = Ratio(matrix[label, label], matrix.ColumnSum(label));
        double recall = Ratio(matrix[label, label], matrix.RowSum(label));
        return new ClassScores(
            label.ToString(CultureInfo.InvariantCulture),
            precision,
            recall,
            Ratio(2.0 * matrix[label, label], matrix.ColumnSum(label) + matrix.RowSum(label)),
            matrix.RowSum(label));
    }

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, int width, string name, params ReadOnlySpan<string> cells)
    {
        text.Append(name.PadLeft(width)).Append(' ');
        foreach (string cell in cells)
        {
            text.Append(' ').Append(cell.PadLeft(9));
        }

        text.Append('\n');
    }

    private void Row(StringBuilder text, int width, ClassScores scores) => Line(
        text, width, scores.Name, Figure(scores.Precision), Figure(scores.Recall), Figure(scores.F1), Count(scores.Support));

    private string Figure(double value) => PythonFormat.Fixed(value, _digits);

    private ClassScores Mean(string name, Func<ClassScores, double> weight)
    {
        double weights = Classes.Sum(weight);
        return new ClassScores(
            name,
            Ratio(Classes.Sum(scores => weight(scores) * scores.Precision), weights),
            Ratio(Classes.Sum(scores => weight(scores) * scores.Recall), weights),
            Ratio(Classes.Sum(scores => weight(scores) * scores.F1), weights),
            Total);
    }
}

/// <summary>The scores of one class, or a mean over classes, as in scikit-learn's report.</summary>
/// <param name="Name">The class, or the kind of mean.</param>
/// <param name="Precision">Of the samples taken for the class, the share that belongs to it; 0 if there is none.</param>
/// <param name="Recall">Of the samples of the class, the share that was found; 0 if there is none.</param>
/// <param name="F1">The harmonic mean of precision and recall; 0 if both are 0.</param>
/// <param name="Support">The number of samples of the class.</param>
public sealed record ClassScores(string Name, double Precision, double Recall, double F1, int Support) : InvariantRecord;

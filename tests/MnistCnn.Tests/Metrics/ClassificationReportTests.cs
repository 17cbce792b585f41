using MnistCnn;
using MnistCnn.Tests.Charts;
using Xunit;

namespace MnistCnn.Tests.Metrics;

public class ClassificationReportTests
{
    private static readonly int[] s_true = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 4];
    private static readonly int[] s_predicted = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 2, 1, 0, 3];

    // The two texts were printed by scikit-learn 1.2: classification_report(…, zero_division=0).
    private const string TwoDigits = """
                      precision    recall  f1-score   support

                   0       0.78      0.88      0.82         8
                   1       0.60      0.75      0.67         4
                   2       1.00      0.33      0.50         3
                   3       0.00      0.00      0.00         0
                   4       0.00      0.00      0.00         1

            accuracy                           0.69        16
           macro avg       0.48      0.39      0.40        16
        weighted avg       0.73      0.69      0.67        16

        """;

    private const string FourDigits = """
                      precision    recall  f1-score   support

                   0     0.7778    0.8750    0.8235         8
                   1     0.6000    0.7500    0.6667         4
                   2     1.0000    0.3333    0.5000         3
                   3     0.0000    0.0000    0.0000         0
                   4     0.0000    0.0000    0.0000         1

            accuracy                         0.6875        16
           macro avg     0.4756    0.3917    0.3980        16
        weighted avg     0.7264    0.6875    0.6722        16

        """;

    [Theory]
    [InlineData(2, TwoDigits)]
    [InlineData(4, FourDigits)]
    public void Prints_scikit_learns_text_to_the_character(int digits, string expected)
    {
        var report = new ClassificationReport(Samples.Matrix(s_true, s_predicted, 5), digits);
        Assert.Equal(expected.ReplaceLineEndings("\n"), report.ToString());
    }

    [Fact]
    public void Leaves_out_a_class_that_occurs_nowhere()
    {
        var report = new ClassificationReport(Samples.Matrix(s_true, s_predicted, 10));
        Assert.Equal(["0", "1", "2", "3", "4"], report.Classes.Select(scores => scores.Name));
        Assert.Equal(TwoDigits.ReplaceLineEndings("\n"), report.ToString());
    }

    [Fact]
    public void Has_the_scores_as_numbers()
    {
        var report = new ClassificationReport(Samples.Matrix(s_true, s_predicted, 5));
        Assert.Equal(7.0 / 9, report.Classes[0].Precision, 1e-12);
        Assert.Equal(7.0 / 8, report.Classes[0].Recall, 1e-12);
        Assert.Equal(14.0 / 17, report.Classes[0].F1, 1e-12);
        Assert.Equal(11.0 / 16, report.Accuracy, 1e-12);
        Assert.Equal(report.Accuracy, report.WeightedAverage.Recall, 1e-12);
    }

    [Fact]
    public void A_score_between_two_texts_goes_to_the_even_digit_as_in_Python()
    {
        // 1 of 8 is exactly 0.125: '%.2f' % 0.125 is '0.12'.
        int[] trueLabels = [.. Enumerable.Repeat(0, 8), 1];
        int[] predicted = [0, .. Enumerable.Repeat(1, 7), 1];
        var report = new ClassificationReport(Samples.Matrix(trueLabels, predicted, 2));
        Assert.Contains("           0       1.00      0.12      0.22         8\n", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("           1       0.12      1.00      0.22         1\n", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_the_point_away_without_digits()
    {
        // scikit-learn 1.2.1: classification_report([0, 1], [0, 1], digits=0).
        string text = new ClassificationReport(Samples.Matrix([0, 1], [0, 1], 2), digits: 0).ToString();
        Assert.Contains("           0          1         1         1         1\n", text, StringComparison.Ordinal);
        Assert.Contains("    accuracy                              1         2\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_only_one_side_has_gets_zeros()
    {
        // scikit-learn 1.2.1, zero_division=0: precision_recall_fscore_support([0, 0], [1, 1]).
        ClassificationReport report = new(Samples.Matrix([0, 0], [1, 1], 2));
        Assert.Equal([new("0", 0, 0, 0, 2), new("1", 0, 0, 0, 0)], report.Classes);
        Assert.Equal((0, 0), (report.Accuracy, report.MacroAverage.F1));
    }

    [Fact]
    public void Refuses_no_samples() => Assert.StartsWith(
        "The matrix counts no sample.",
        Assert.Throws<ArgumentException>(() => new ClassificationReport(Samples.Matrix([], [], 2))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Takes_up_to_ten_digits()
    {
        var matrix = Samples.Matrix(s_true, s_predicted, 5);
        Assert.Contains(" 0.7777777778 ", new ClassificationReport(matrix, 10).ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassificationReport(matrix, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassificationReport(matrix, -1));
    }

    [Theory]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(0.875, 2, "0.88")]
    [InlineData(0.285, 2, "0.28")]
    [InlineData(0.145, 2, "0.14")]
    [InlineData(1.005, 2, "1.00")]
    [InlineData(2.5, 0, "2")]
    [InlineData(3.5, 0, "4")]
    [InlineData(0.0625, 3, "0.062")]
    [InlineData(0.1, 4, "0.1000")]
    [InlineData(172297781520.5703, 7, "172297781520.5703125")]
    [InlineData(-0.0, 2, "-0.00")]
    [InlineData(double.NaN, 2, "nan")]
    [InlineData(double.PositiveInfinity, 2, "inf")]
    [InlineData(double.NegativeInfinity, 2, "-inf")]
    public void Numbers_are_rounded_as_Python_rounds_them(double value, int digits, string expected) =>
        Assert.Equal(expected, PythonFormat.Fixed(value, digits));

    [Theory]
    [InlineData(0.00012345, "1.2345e-04")]
    [InlineData(1e-10, "1.0000e-10")]
    [InlineData(0.001, "1.0000e-03")]
    [InlineData(0.00000726725, "7.2672e-06")]
    [InlineData(0, "0.0000e+00")]
    [InlineData(1e-100, "1.0000e-100")]
    [InlineData(double.NaN, "nan")]
    public void Small_numbers_are_written_with_an_exponent_as_Python_writes_them(double value, string expected) =>
        Assert.Equal(expected, PythonFormat.Exponent(value, 4));
}

using System.Text.RegularExpressions;
using MnistCnn;
using MnistCnn.Lab;
using Xunit;

namespace MnistCnn.Tests.Charts;

public class FigureNumbersTests
{
    [Fact]
    public void Curves_become_a_row_for_each_epoch_and_a_column_for_each_curve_in_a_table_for_each_panel()
    {
        string[] tables = [.. Html(Samples.Run(2).Plot()).Split("</table>").SkipLast(1).Select(Text)];

        Assert.Equal(
            [
                "Loss|Epochs|Training|Validation|1|0.4|0.3|2|0.2|0.15",
                "Accuracy|Epochs|Training|Validation|1|0.9|0.92|2|0.95|0.96",
            ],
            tables);
    }

    [Fact]
    public void Cells_are_headed_by_their_row_and_their_column_and_numbers_stand_at_the_right()
    {
        string html = Html(Samples.Run(1).Plot());

        Assert.Equal(6, Regex.Count(html, "<th scope=\"col\""));
        Assert.Equal(2, Regex.Count(html, "<th scope=\"row\""));
        Assert.Equal(4, Regex.Count(html, "<td style=\"text-align:right"));
        Assert.DoesNotContain("<td>", html, StringComparison.Ordinal);
        Assert.Contains("tabular-nums", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_is_a_table_of_its_counts_or_shares()
    {
        ConfusionMatrix matrix = Samples.Matrix(new[,] { { 1000, 0 }, { 3, 997 } });

        Assert.Equal(
            "Rows: true label; columns: predicted label|0|1|0|1,000|0|1|3|997", Text(Html(matrix.Plot())));
        Assert.EndsWith("|cat|1|0|dog|0.003|0.997", Text(Html(matrix.Plot(true, "m", ["cat", "dog"]))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_names_its_bins() => Assert.Equal(
        "Number of entries|Probability of being 0|digit == 0|digit != 0|0.0–0.5|0|1|0.5–1.0|2|0",
        Text(Html(Samples.Probability(0, [0.1f, 0.9f, 1f], [false, true, true], bins: 2))));

    [Fact]
    public void Images_say_what_they_say_when_they_are_pointed_at()
    {
        string text = Text(Html(Samples.Predictions(2).PlotErrors()));

        Assert.StartsWith("image|1|Image 0; 0  12.5 %", text, StringComparison.Ordinal);
        Assert.DoesNotContain('█', text);
    }

    [Fact]
    public void Very_many_points_are_told_by_their_range()
    {
        double[] x = [.. Enumerable.Range(0, 2000).Select(i => (double)i)];
        string html = Html(Chart.Points(x, x.Select(i => -i / 2), "p", "a", "b"));

        Assert.InRange(html.Length, 1, 2000);
        Assert.Equal(
            "The points are too many to list.|points|a: least|mean|largest|b: least|mean|largest"
            + "|b|2,000|0|999.5|1,999|-999.5|-499.75|0",
            Text(html));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(12345.678912, "12,345.6789")]
    [InlineData(0.00012, "1.2e-4")]
    [InlineData(3e12, "3e12")]
    [InlineData(-0.25, "-0.25")]
    public void Numbers_are_short(double value, string text) => Assert.Equal(text, FigureNumbers.Number(value));

    [Theory]
    [MemberData(nameof(FigureJsonTests.Names), MemberType = typeof(FigureJsonTests))]
    public void Every_figure_tells_its_numbers_unless_it_is_empty(string name)
    {
        string html = Html(FigureJsonTests.Draw(name));

        Assert.Equal(name.EndsWith("-empty", StringComparison.Ordinal), html.Length == 0);
        Assert.InRange(html.Length, 0, 20_000);
    }

    private static string Html(Figure figure) => FigureNumbers.Write(figure.PlotlyJson);

    private static string Text(string html) => string.Join(
        '|', Regex.Replace(html, "<[^>]*>", "|", RegexOptions.NonBacktracking).Split('|', StringSplitOptions.RemoveEmptyEntries));
}

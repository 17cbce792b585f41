using System.Text.Json;
using MnistCnn;
using Xunit;

namespace MnistCnn.Tests.Charts;

public class ConfusionMatrixChartsTests
{
    private static readonly ConfusionMatrix s_matrix = Samples.Matrix(new[,] { { 1000, 0, 10 }, { 3, 400, 1 }, { 0, 2, 700 } });

    [Fact]
    public void Cells_show_counts_with_true_labels_from_the_top()
    {
        JsonElement json = Samples.Json(s_matrix.Plot());

        Assert.Equal("heatmap", json.At("data", 0, "type").GetString());
        Assert.Equal([1000, 0, 10], json.At("data", 0, "z", 0).Numbers());
        Assert.Equal(["1,000", "0", "10", "3", "400", "1", "0", "2", "700"], json.At("data", 1, "text").Texts());
        Assert.Equal([2.5, -0.5], json.At("layout", "yaxis", "range").Numbers());
        Assert.Equal("x", json.At("layout", "yaxis", "scaleanchor").GetString());
        Assert.Equal("True label", json.At("layout", "yaxis", "title", "text").GetString());
        Assert.Equal("Predicted label", json.At("layout", "xaxis", "title", "text").GetString());
        Assert.Equal("Confusion matrix", json.At("layout", "title", "text").GetString());
    }

    [Fact]
    public void Text_is_white_above_half_of_the_largest_value_and_zeros_are_quiet()
    {
        string[] colors = Samples.Json(s_matrix.Plot()).At("data", 1, "textfont", "color").Texts();

        Assert.Equal(
            ["white", ChartStyle.Quiet, "black", "black", "black", "black", ChartStyle.Quiet, "black", "white"], colors);
    }

    [Fact]
    public void Colours_text_and_numbers_all_follow_normalization()
    {
        JsonElement json = Samples.Json(s_matrix.Plot(normalize: true));

        Assert.Equal(400.0 / 404, json.At("data", 0, "z", 1, 1).GetDouble(), 12);
        Assert.Equal(["0.99", "0", "0.01", "0.01", "0.99", "0.00", "0", "0.00", "1.00"], json.At("data", 1, "text").Texts());
        Assert.Equal("white", json.At("data", 1, "textfont", "color", 4).GetString());
        Assert.Equal(".0%", json.At("data", 0, "colorbar", "tickformat").GetString());
    }

    [Fact]
    public void Errors_of_one_percent_of_their_row_are_bold_and_explained()
    {
        JsonElement json = Samples.Json(Samples.Matrix(new[,] { { 99, 1 }, { 0, 100 } }).Plot());

        Assert.Equal(["99", "<b>1</b>", "0", "100"], json.At("data", 1, "text").Texts());
        Assert.Contains("Bold: errors of 1 %", json.At("layout", "title", "text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pointing_at_a_cell_gives_a_sentence()
    {
        int[,] counts = new int[10, 10];
        (counts[7, 7], counts[7, 2]) = (1016, 12);
        JsonElement text = Samples.Json(Samples.Matrix(counts).Plot()).At("data", 0, "text");

        Assert.Equal("12 of 1,028 sevens taken for 2 (1.2 %)", text.At(7, 2).GetString());
        Assert.Equal("1,016 of 1,028 sevens recognised (98.8 %)", text.At(7, 7).GetString());
        Assert.Equal("No zeros in the set", text.At(0, 0).GetString());
    }

    [Fact]
    public void Names_of_classes_are_escaped()
    {
        JsonElement json = Samples.Json(s_matrix.Plot(title: "a<b", classes: ["<i>", "dog", "cat"]));

        Assert.Equal("a&lt;b", json.At("layout", "title", "text").GetString());
        Assert.Equal("&lt;i&gt;", json.At("layout", "xaxis", "ticktext", 0).GetString());
        Assert.Equal("3 of 404 images of dog taken for &lt;i&gt; (0.7 %)", json.At("data", 0, "text", 1, 0).GetString());
    }

    [Fact]
    public void The_description_names_the_most_frequent_error() => Assert.Equal(
        "Confusion matrix: 2,100 of 2,116 images on the diagonal (99.24% right); "
        + "most often, 10 of 1,010 images of 0 taken for 2 (1.0 %).",
        s_matrix.Plot().Description);

    [Fact]
    public void Too_few_names_are_refused() => Assert.Throws<ArgumentException>(() => s_matrix.Plot(classes: ["a"]));

    [Fact]
    public void A_matrix_without_samples_can_be_drawn() =>
        Assert.Equal(["0", "0", "0", "0"], Samples.Json(Samples.Matrix(new int[2, 2]).Plot()).At("data", 1, "text").Texts());
}

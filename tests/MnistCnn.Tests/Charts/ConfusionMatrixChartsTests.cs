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
        Assert.Equal(["1,000", "0", "10", "3", "400", "1", "0", "2", "700"], json.At("data", 2, "text").Texts());
        Assert.Equal([2.5, -0.5], json.At("layout", "yaxis", "range").Numbers());
        Assert.Equal("x", json.At("layout", "yaxis", "scaleanchor").GetString());
        Assert.Equal("True label", json.At("layout", "yaxis", "title", "text").GetString());
        Assert.Equal("Predicted label", json.At("layout", "xaxis", "title", "text").GetString());
        Assert.Equal("Confusion matrix", json.At("layout", "title", "text").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Colours_belong_to_the_errors_by_their_share_of_the_row_and_the_diagonal_is_grey(bool normalize)
    {
        JsonElement json = Samples.Json(s_matrix.Plot(normalize));

        Assert.Equal(JsonValueKind.Null, json.At("data", 0, "z", 0, 0).ValueKind);
        Assert.Equal(10.0 / 1010, json.At("data", 0, "z", 0, 2).GetDouble(), 12);
        Assert.Equal(0.01, json.At("data", 0, "zmax").GetDouble()); // 10 of 1,010 are less: no error looks like a great one
        Assert.Equal(1, json.At("data", 1, "z", 1, 1).GetDouble());
        Assert.Equal(JsonValueKind.Null, json.At("data", 1, "z", 0, 2).ValueKind);
        Assert.Equal("rgba(125,133,144,0.28)", json.At("data", 1, "colorscale", 1, 1).GetString());
        Assert.Equal(0.25, Samples.Json(Samples.Matrix(new[,] { { 3, 1 }, { 0, 9 } }).Plot()).At("data", 0, "zmax").GetDouble());
    }

    [Fact]
    public void Normalized_the_numbers_are_shares_of_their_row() => Assert.Equal(
        ["0.990", "0", "0.010", "0.007", "0.990", "0.002", "0", "0.003", "0.997"],
        Samples.Json(s_matrix.Plot(normalize: true)).At("data", 2, "text").Texts());

    [Theory]
    [InlineData("#ffffff", false)]
    [InlineData("#fdfcf9", false)]
    [InlineData("#1e1e1e", true)]
    [InlineData("#17191d", true)]
    public void Every_number_is_legible_on_its_cell(string paper, bool dark)
    {
        // A row for each shade that an error may have, and zeros.
        int[,] counts = new int[21, 21];
        for (int i = 1; i <= 20; i++)
        {
            (counts[i, i], counts[i, 0]) = (1000 - i, i);
        }

        JsonElement json = Samples.Json(Samples.Matrix(counts).Plot());
        string[] colors = (dark
            ? json.At("layout", "meta", "dark", "data.2.textfont.color")
            : json.At("data", 2, "textfont", "color")).Texts();
        double most = json.At("data", 0, "zmax").GetDouble();
        for (int i = 0; i < colors.Length; i++)
        {
            (int row, int column) = (i / 21, i % 21);
            JsonElement error = json.At("data", 0, "z", row, column), right = json.At("data", 1, "z", row, column);
            Contrast.Color cell = error.ValueKind == JsonValueKind.Null
                ? Contrast.Color.Parse(json.At("data", 1, "colorscale", 1, 1).GetString()!)
                : Contrast.Color.Parse(json.At("data", 0, "colorscale", 1, 1).GetString()!) with
                {
                    Opacity = error.GetDouble() / most,
                };
            double contrast = Contrast.Of(Contrast.Color.Parse(colors[i]), cell.On(Contrast.Color.Parse(paper)));
            Assert.True(contrast >= 4.5, $"{contrast:0.0} at row {row}, column {column}, {right}");
        }
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
        Assert.Equal(["0", "0", "0", "0"], Samples.Json(Samples.Matrix(new int[2, 2]).Plot()).At("data", 2, "text").Texts());
}

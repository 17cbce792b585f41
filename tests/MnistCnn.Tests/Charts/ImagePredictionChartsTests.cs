using System.Text.Json;
using MnistCnn;
using Xunit;

namespace MnistCnn.Tests.Charts;

public class ImagePredictionChartsTests
{
    [Fact]
    public void Six_errors_stand_in_two_rows_of_three_with_both_labels_above()
    {
        Figure figure = Samples.Predictions(6).PlotErrors();
        JsonElement layout = Samples.Json(figure).At("layout");

        Assert.Equal(6, layout.At("images").GetArrayLength());
        double[] x = [.. layout.At("images").EnumerateArray().Select(image => image.At("x").GetDouble())];
        double[] y = [.. layout.At("images").EnumerateArray().Select(image => image.At("y").GetDouble())];
        Assert.Equal(3, x.Distinct().Count());
        Assert.Equal(2, y.Distinct().Count());
        Assert.Equal("Predicted label: 1<br>True label: 0", layout.At("annotations", 0, "text").GetString());
        Assert.InRange(figure.PlotlyJson.Length, 1000, 40_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(20)]
    public void Any_number_of_errors_can_be_drawn(int count) =>
        Assert.Equal(count, Samples.Json(Samples.Predictions(count).PlotErrors()).At("layout", "images").GetArrayLength());

    [Fact]
    public void No_errors_give_a_figure_that_says_so()
    {
        Figure figure = Samples.Predictions(0).PlotErrors();

        Assert.Equal(
            "No errors: every image was classified rightly.",
            Samples.Json(figure).At("layout", "annotations", 0, "text").GetString());
        Assert.Equal("Figure: Largest errors (none)", figure.ToString());
    }

    [Fact]
    public void Fifteen_predictions_stand_in_a_row_with_their_label_above_and_wrong_ones_in_a_red_frame_with_the_true_one_below()
    {
        JsonElement layout = Samples.Json(Samples.Predictions(15).PlotPredictions()).At("layout");
        JsonElement[] annotations = [.. layout.At("annotations").EnumerateArray()];
        double top = layout.At("images", 0, "y").GetDouble();
        JsonElement[] above = [.. annotations.Where(a => a.At("y").GetDouble() < top)];

        Assert.Equal(15, above.Length);
        Assert.All(above, label => Assert.Equal("bottom", label.At("yanchor").GetString()));
        Assert.Equal("<b>1</b>", above[0].At("text").GetString());
        Assert.Equal("2", above[2].At("text").GetString());
        Assert.Equal("true: 0", annotations[1].At("text").GetString());
        Assert.Equal(ChartStyle.Red, layout.At("shapes", 0, "line", "color").GetString());
        Assert.Equal(ChartStyle.Frame, layout.At("shapes", 1, "line", "color").GetString());
        Assert.Single(layout.At("images").EnumerateArray().Select(image => image.At("y").GetDouble()).Distinct());
    }

    [Fact]
    public void Pointing_at_an_image_shows_all_ten_probabilities()
    {
        string hover = Samples.Json(Samples.Predictions(1).PlotErrors()).At("data", 0, "hovertext", 0).GetString()!;
        string[] lines = hover.Replace('\u00A0', ' ').Split("<br>");

        Assert.Equal(11, lines.Length);
        Assert.Equal("<b>Image 0</b>", lines[0]);
        Assert.Equal("0  12.5 % █ <b>true</b>", lines[1]);
        Assert.Equal("1  87.5 % ███████ <b>predicted</b>", lines[2]);
        Assert.Equal("2   0.0 %", lines[3]);
    }

    [Fact]
    public void In_the_strip_the_probabilities_stand_in_two_columns_so_that_the_label_fits()
    {
        string hover = Samples.Json(Samples.Predictions(1).PlotPredictions()).At("data", 0, "hovertext", 0).GetString()!;
        string[] lines = hover.Replace('\u00A0', ' ').Split("<br>");

        Assert.Equal(6, lines.Length);
        Assert.Equal("<b>Image 0: predicted 1, true 0</b>", lines[0]);
        Assert.Equal("0  12.5 %   5   0.0 %", lines[1]);
        Assert.Equal("4   0.0 %   9   0.0 %", lines[5]);
    }

    [Fact]
    public void Where_there_is_little_room_the_strip_breaks_into_rows_of_five()
    {
        JsonElement narrow = Samples.Json(Samples.Predictions(15).PlotPredictions()).At("layout", "meta", "narrow", "set");

        Assert.Equal(3, Enumerable.Range(0, 15).Select(i => narrow.At($"layout.images.{i}.y").GetDouble()).Distinct().Count());
        Assert.Equal(5, Enumerable.Range(0, 15).Select(i => narrow.At($"layout.images.{i}.x").GetDouble()).Distinct().Count());
    }
}

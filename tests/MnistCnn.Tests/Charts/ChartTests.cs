using System.Text.Json;
using MnistCnn;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Charts;

public class ChartTests
{
    [Fact]
    public void A_line_takes_any_list_of_numbers()
    {
        int[] epochs = [1, 2, 3];
        JsonElement json = Samples.Json(Chart.Line(epochs, epochs.Select(i => 1f / i), "Loss", "epoch", "loss"));

        Assert.Equal([1, 2, 3], json.At("data", 0, "x").Numbers());
        Assert.Equal(0.5, json.At("data", 0, "y", 1).GetDouble());
        Assert.Equal("lines", json.At("data", 0, "mode").GetString());
        Assert.Equal("epoch", json.At("layout", "xaxis", "title", "text").GetString());
        Assert.Equal("loss", json.At("layout", "yaxis", "title", "text").GetString());
        Assert.Equal([0, 1], Samples.Json(Chart.Line([5m, 6m])).At("data", 0, "x").Numbers());
        using Tensor tensor = arange(3, float32);
        Assert.Equal([0, 1, 2], Samples.Json(Chart.Line(tensor.data<float>())).At("data", 0, "y").Numbers());
    }

    [Fact]
    public void Its_words_tell_what_is_drawn()
    {
        Assert.Equal("Figure: Loss (2 points)", Chart.Line([0.5, 0.25], "Loss").ToString());
        Assert.Equal("Loss: 2 points, x from 0 to 1, y from 0.25 to 0.5.", Chart.Line([0.5, 0.25], "Loss").Description);
        Assert.Equal("Bars: 2 bars; the largest is b, 3.", Chart.Bars(["a", "b"], [1, 3]).Description);
        Assert.Equal(
            "Histogram: 3 numbers from 0 to 4; most, 2, lie in 0 to 2.", Chart.Histogram([0, 1, 4], bins: 2).Description);
    }

    [Fact]
    public void Long_names_of_bars_are_parted_between_words_and_turned_where_a_word_has_no_room()
    {
        string[] names = ["whole", "without batch normalisation", "without augmentation", "a", "b", "c"];
        JsonElement layout = Samples.Json(Chart.Bars(names, Enumerable.Range(1, 6))).At("layout");
        JsonElement onPhone = layout.At("meta", "narrow", "set");

        Assert.Equal(0, layout.At("xaxis", "tickangle").GetInt32());
        Assert.Equal("without batch<br>normalisation", layout.At("xaxis", "ticktext", 1).GetString());
        Assert.Equal(names[1], layout.At("xaxis", "tickvals", 1).GetString());
        Assert.Equal(-90, onPhone.At("layout.xaxis.tickangle").GetInt32());
        Assert.Equal("without batch<br>normalisation", onPhone.At("layout.xaxis.ticktext", 1).GetString());
    }

    [Fact]
    public void A_histogram_counts_in_equal_bins_the_last_with_its_upper_edge()
    {
        JsonElement bars = Samples.Json(Chart.Histogram([0, 1, 1.5, 2, 4], bins: 4)).At("data", 0);

        Assert.Equal([1, 2, 1, 1], bars.At("y").Numbers());
        Assert.Equal([0.5, 1.5, 2.5, 3.5], bars.At("x").Numbers());
        Assert.Equal([0, 3, 0], Samples.Json(Chart.Histogram([7, 7, 7], bins: 3)).At("data", 0, "y").Numbers());
        Assert.Equal([1, 1], Samples.Json(Chart.Histogram(tensor(new[,] { { 1f }, { 2f } }), 2)).At("data", 0, "y").Numbers());
    }

    [Fact]
    public void An_image_is_drawn_dark_on_white_from_its_smallest_number_to_its_largest()
    {
        using Tensor image = tensor(new[,] { { -1f, 0f, 3f }, { 3f, 0f, -1f } });
        JsonElement json = Samples.Json(Chart.Image(image.unsqueeze(0).unsqueeze(-1), "a<b"));

        Assert.Equal(1, json.At("layout", "images").GetArrayLength());
        Assert.Equal([-1, 1, 3], json.At("data", 1, "marker", "colorbar", "tickvals").Numbers());
        Assert.Equal("a&lt;b", json.At("layout", "title", "text").GetString());
        Assert.Equal("2 × 3 pixels from -1 to 3", json.At("data", 0, "hovertext", 0).GetString());
    }

    public static TheoryData<string, Func<Figure>> WrongNumbers() => new()
    {
        { "There are 2 x but 3 y; each needs its own.", () => Chart.Line([1, 2], [1, 2, 3]) },
        { "There is nothing to draw: y is empty.", () => Chart.Line(Array.Empty<double>()) },
        { "y holds NaN at position 1, which cannot be drawn.", () => Chart.Points([1, 2], [1, double.NaN]) },
        { "values holds Infinity at position 0, which cannot be drawn.", () => Chart.Histogram([float.PositiveInfinity]) },
        { "There are 1 names but 2 values; each needs its own.", () => Chart.Bars(["a"], [1, 2]) },
        { "Two bars have the name a; each needs a name of its own.", () => Chart.Bars(["a", "a"], [1, 2]) },
        { "Expected one image of the shape (rows, columns), given (5, 28, 28); images[0] is the first of many.",
            () => Chart.Image(zeros(5, 28, 28)) },
    };

    [Theory]
    [MemberData(nameof(WrongNumbers))]
    public void What_cannot_be_drawn_is_refused_in_one_line(string message, Func<Figure> draw)
    {
        string text = Assert.ThrowsAny<ArgumentException>(() => draw()).Message;
        Assert.StartsWith(message, text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
    }
}

using System.Text.Json;
using CsCheck;
using MnistCnn;
using MnistCnn.Lab;
using Xunit;

namespace MnistCnn.Tests.Charts;

public class HistoryChartsTests
{
    [Fact]
    public void A_run_has_training_and_validation_curves_in_two_panels()
    {
        Figure figure = Samples.Run(10).Plot();
        JsonElement json = Samples.Json(figure);

        Assert.Equal(4, json.At("data").GetArrayLength());
        Assert.Equal(
            ["Training/x", "Validation/x", "Training/x2", "Validation/x2"],
            json.At("data").EnumerateArray().Select(t => $"{t.At("name")}/{t.At("xaxis")}"));
        Assert.Equal("Epochs", json.At("layout", "xaxis", "title", "text").GetString());
        Assert.Equal("Epochs", json.At("layout", "xaxis2", "title", "text").GetString());
        Assert.Equal("Loss", json.At("layout", "yaxis", "title", "text").GetString());
        Assert.Equal("Accuracy", json.At("layout", "yaxis2", "title", "text").GetString());
        Assert.Equal(0.2, json.At("data", 0, "y", 1).GetDouble());
        Assert.Equal(1, json.At("data", 0, "x", 0).GetInt32());
        Assert.Equal("Epoch 2<br>Validation accuracy <b>0.9600</b>", json.At("data", 3, "hovertext", 1).GetString());
        Assert.Equal("Figure: Loss and accuracy (10 epochs, val_acc 0.9920)", figure.ToString());
    }

    [Fact]
    public void Each_name_stands_in_the_legend_once()
    {
        JsonElement json = Samples.Json(Samples.Run(3).Plot());

        Assert.Equal([true, true, false, false], json.At("data").EnumerateArray().Select(t => t.At("showlegend").GetBoolean()));
    }

    [Fact]
    public void Names_at_the_ends_of_curves_never_lie_over_each_other_nor_outside_the_panel() =>
        Gen.Double[0, 1].Array[1, 12].Sample(ends =>
        {
            Curve[] curves = [.. ends.Select((end, i) => new Curve($"name {i}", i, [1], [end], [""]))];
            double[] places = [.. CurvePanels.Places(curves, 0, 1, height: 300).Order()];
            Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First >= (20 / 300.0) - 1e-9));
            Assert.InRange(places[0], 10 / 300.0, 1);
            Assert.InRange(places[^1], 0, 1 - (10 / 300.0) + 1e-9);
        });

    [Fact]
    public void Names_stand_at_the_ends_of_their_curves_where_there_is_room()
    {
        Curve[] curves = [new("a", 0, [1, 2], [0.9, 0.2], ["", ""]), new("b", 1, [1, 2], [0.1, 0.8], ["", ""])];
        Assert.Equal([0.2, 0.8], CurvePanels.Places(curves, 0, 1, height: 300));
    }

    [Fact]
    public void A_run_without_validation_has_one_curve_a_panel()
    {
        Figure figure = Samples.Run(3, validated: false).Plot();

        Assert.Equal(2, Samples.Json(figure).At("data").GetArrayLength());
        Assert.Equal("Figure: Loss and accuracy (3 epochs, acc 0.9667)", figure.ToString());
    }

    [Fact]
    public void A_single_epoch_shows_as_markers()
    {
        JsonElement json = Samples.Json(Samples.Run(1).Plot());

        Assert.Equal("lines+markers", json.At("data", 0, "mode").GetString());
        Assert.Equal([0.6, 1.4], json.At("layout", "xaxis", "range").Numbers());
    }

    [Fact]
    public void A_value_that_is_no_number_leaves_a_gap()
    {
        var run = new History([new(1, double.NaN, 0.1, null, null, TimeSpan.Zero), new(2, 0.5, 0.2, null, null, TimeSpan.Zero)]);

        Assert.Equal(JsonValueKind.Null, Samples.Json(run.Plot()).At("data", 0, "y", 0).ValueKind);
    }

    [Fact]
    public void A_run_that_was_stopped_in_its_first_epoch_says_so_and_draws_nothing()
    {
        Figure figure = new History([], cancelled: true).Plot();

        Assert.Contains("no finished epoch", figure.Description, StringComparison.Ordinal);
        Assert.False(Samples.Json(figure).At("data", 0).TryGetProperty("x", out _));
        Assert.Contains(figure.Description, figure.PlotlyJson, StringComparison.Ordinal);
    }
}

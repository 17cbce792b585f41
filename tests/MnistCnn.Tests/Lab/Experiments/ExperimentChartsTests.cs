using System.Text.Json;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Charts;
using Xunit;

namespace MnistCnn.Tests.Lab.Experiments;

public class ExperimentChartsTests
{
    [Fact]
    public void Curves_are_means_in_a_band_from_the_lowest_to_the_highest_seed()
    {
        Figure figure = SampleRuns.Kernels().PlotCurves();
        JsonElement data = Samples.Json(figure).At("data");

        // In each of two panels a band and a line for each of two settings.
        Assert.Equal(8, data.GetArrayLength());
        JsonElement[] right = [.. data.EnumerateArray().Where(trace => trace.At("xaxis").GetString() == "x2")];
        JsonElement band = right.First(trace => trace.TryGetProperty("fill", out _));
        Assert.Equal([1, 2, 2, 1], band.At("x").Numbers());
        Assert.Equal([0.874, 0.974, 0.970, 0.870], band.At("y").Numbers().Select(y => Math.Round(y, 9)));
        JsonElement line = right.First(trace => trace.At("mode").GetString() == "lines+markers");
        Assert.Equal("kernelSize 3", line.At("name").GetString());
        Assert.Equal(0.972, line.At("y", 1).GetDouble(), 9);
        Assert.Equal(
            "kernelSize 3<br>Epoch 2: val_acc <b>0.9720</b><br>0.9700 to 0.9740 (n = 3)", line.At("hovertext", 1).GetString());
        Assert.Equal("Figure: Validation curves: kernel size (6 runs, 2 settings)", figure.ToString());
        Assert.Contains(
            "kernelSize 5, val_loss 0.2000 ± 0.0000, val_acc 0.9830 ± 0.0030", figure.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_curve_has_its_name_at_its_end_and_where_there_is_little_room_stands_in_the_legend_once()
    {
        JsonElement json = Samples.Json(SampleRuns.Kernels().PlotCurves());

        Assert.False(json.At("layout", "showlegend").GetBoolean());
        Assert.Equal(
            [
                $"<span style=\"color:{ChartStyle.Blue}\">●</span> kernelSize 3",
                $"<span style=\"color:{ChartStyle.Orange}\">◆</span> kernelSize 5",
            ],
            json.At("layout", "annotations").EnumerateArray().Select(name => name.At("text").GetString()));
        Assert.True(json.At("layout", "meta", "narrow", "set", "layout.showlegend").GetBoolean());
        Assert.Equal(2, json.At("data").EnumerateArray().Count(trace => trace.At("showlegend").GetBoolean()));
        Assert.Equal("container", json.At("layout", "legend", "yref").GetString());
    }

    [Fact]
    public void A_single_run_has_a_line_and_no_band() =>
        Assert.Equal(2, Samples.Json(SampleRuns.Of([0.9]).PlotCurves()).At("data").GetArrayLength());

    [Fact]
    public void A_run_that_stopped_early_counts_in_the_epochs_it_reached()
    {
        Experiment experiment = SampleRuns.Of([0.9]);
        experiment.Add(new { knob = 0 }, new([.. SampleRuns.History(0.8).Take(1)]), 1);
        JsonElement[] lines =
        [
            .. Samples.Json(experiment.PlotCurves()).At("data").EnumerateArray()
                .Where(trace => trace.At("mode").GetString() == "lines+markers"),
        ];

        Assert.Equal([0.75, 0.9], lines[1].At("y").Numbers().Select(y => Math.Round(y, 9)));
    }

    [Fact]
    public void Every_run_is_a_dot_in_the_row_of_its_settings_with_the_mean_marked()
    {
        Figure figure = SampleRuns.Kernels().PlotSpread();
        JsonElement json = Samples.Json(figure);

        Assert.Equal([3, 3, 1, 1], json.At("data").EnumerateArray().Select(trace => trace.At("x").GetArrayLength()));
        Assert.Equal([0.980, 0.983, 0.986], json.At("data", 1, "x").Numbers());
        Assert.Equal(0.983, json.At("data", 3, "x", 0).GetDouble(), 9);
        Assert.Equal("kernelSize 5<br>run 4, seed 1: <b>0.9800</b>", json.At("data", 1, "hovertext", 0).GetString());
        Assert.Equal(
            ["kernelSize 3", "kernelSize 5"],
            json.At("layout", "annotations").EnumerateArray().Select(row => row.At("text").GetString()));
        Assert.Equal("Test accuracy", json.At("layout", "xaxis", "title", "text").GetString());
        Assert.Contains("kernelSize 3, 0.9720 ± 0.0020", figure.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_test_the_dots_are_validation_accuracies()
    {
        var experiment = new Experiment();
        experiment.Add(new { a = 1 }, SampleRuns.History(0.9), 1);

        Assert.Equal("Validation accuracy", AxisTitle(experiment.PlotSpread()));
        Assert.Equal("Validation loss", AxisTitle(experiment.PlotSpread(Measure.ValLoss)));

        static string? AxisTitle(Figure figure) => Samples.Json(figure).At("layout", "xaxis", "title", "text").GetString();
    }

    [Fact]
    public void What_an_accuracy_costs_stands_on_logarithmic_axes_with_the_spread_of_the_seeds()
    {
        Figure figure = SampleRuns.Kernels().PlotTradeOff(
            Cost.Parameters, published: [("theirs", 697, 0.99), ("unknown cost", null, 0.9991)]);
        JsonElement json = Samples.Json(figure);

        Assert.Equal([300, 500], json.At("data", 0, "x").Numbers());
        Assert.Equal([2.8, 1.7], json.At("data", 0, "y").Numbers().Select(y => Math.Round(y, 9)));
        Assert.Equal([0.2, 0.3], json.At("data", 0, "error_y", "array").Numbers().Select(y => Math.Round(y, 9)));
        Assert.Equal(
            "kernelSize 5<br><b>0.9830 ± 0.0030</b> (n = 3)<br>500 weights", json.At("data", 0, "hovertext", 1).GetString());
        Assert.Equal((697, 1), (json.At("data", 1, "x", 0).GetDouble(), Math.Round(json.At("data", 1, "y", 0).GetDouble(), 9)));
        Assert.Equal(0.09, json.At("layout", "shapes", 0, "y0").GetDouble(), 9);
        Assert.Equal("unknown cost: 99.91 %", json.At("layout", "annotations", 0, "text").GetString());
        Assert.Equal(("log", "log"), (Type("xaxis"), Type("yaxis")));
        Assert.Equal([300, 1000], json.At("layout", "xaxis", "tickvals").Numbers());
        Assert.Contains("kernelSize 3, 300 weights, 0.9720 ± 0.0020", figure.Description, StringComparison.Ordinal);

        string? Type(string axis) => json.At("layout", axis, "type").GetString();
    }

    [Fact]
    public void What_shares_a_setting_is_joined_by_a_line_from_the_cheapest_on()
    {
        var experiment = new Experiment();
        foreach ((string network, int epochs) in new[] { ("a", 2), ("a", 1), ("b", 1) })
        {
            History history = SampleRuns.History(0.9);
            experiment.Add(new { network, epochs }, new([.. history.Take(epochs)]), 1, 1, new(1, epochs == 2 ? 0.99 : 0.98));
        }

        experiment.Add(new { network = "a", epochs = 3 }, SampleRuns.History(0.9), 1);
        JsonElement data = Samples.Json(experiment.PlotTradeOff(Cost.Seconds, line: "network")).At("data");

        Assert.Equal(["a", "b"], data.EnumerateArray().Select(line => line.At("name").GetString()));
        Assert.Equal([1.5, 2.5], data[0].At("x").Numbers());
        Assert.Equal("No run has a setting \"net\". (Parameter 'line')",
            Assert.Throws<ArgumentException>(() => experiment.PlotTradeOff(Cost.Seconds, "net")).Message);
    }

    [Fact]
    public void Without_runs_the_figures_are_empty_and_say_so()
    {
        Assert.Equal("Empty: no run has a test result.", new Experiment().PlotTradeOff(Cost.Seconds, "a").Description);
        Assert.Equal("Empty: there are no runs yet.", new Experiment().PlotCurves().Description);
        Assert.Equal("Empty: no run has this result.", new Experiment().PlotSpread().Description);
    }
}

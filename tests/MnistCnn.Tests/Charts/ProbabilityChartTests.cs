using System.Text.Json;
using CsCheck;
using MnistCnn;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Charts;

public class ProbabilityChartTests
{
    private static readonly float[] s_probabilities = [0f, 0.05f, 0.1f, 0.3f, 0.95f, 1f, 0.99f];
    private static readonly bool[] s_flags = [false, false, false, true, true, true, false];

    [Fact]
    public void Bars_count_zeros_red_and_other_digits_blue_on_a_logarithmic_scale()
    {
        JsonElement json = Samples.Json(Samples.Probability(0, s_probabilities, s_flags));

        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 0, 0, 2], json.At("data", 0, "y").Numbers());
        Assert.Equal([2, 1, 0, 0, 0, 0, 0, 0, 0, 1], json.At("data", 1, "y").Numbers());
        Assert.Equal("digit == 0", json.At("data", 0, "name").GetString());
        Assert.Equal("digit != 0", json.At("data", 1, "name").GetString());
        Assert.Equal(ChartStyle.Red, json.At("data", 0, "marker", "color").GetString());
        Assert.Equal(ChartStyle.Blue, json.At("data", 1, "marker", "color").GetString());
        Assert.Equal("log", json.At("layout", "yaxis", "type").GetString());
        Assert.Equal("overlay", json.At("layout", "barmode").GetString());
        Assert.Equal("Probability of being 0", json.At("layout", "xaxis", "title", "text").GetString());
        Assert.Equal("Number of entries", json.At("layout", "yaxis", "title", "text").GetString());
    }

    [Fact]
    public void The_bars_of_a_bin_stand_side_by_side_within_it()
    {
        JsonElement json = Samples.Json(Samples.Probability(0, s_probabilities, s_flags));

        for (int bin = 0; bin < 10; bin++)
        {
            (double Left, double Right)[] bars =
            [
                .. json.At("data").EnumerateArray().Select(bar =>
                {
                    double left = bar.At("x", bin).GetDouble() + bar.At("offset").GetDouble();
                    return (left, left + bar.At("width").GetDouble());
                }),
            ];
            Assert.True(bin / 10.0 < bars[0].Left && bars[0].Right <= bars[1].Left && bars[1].Right < (bin + 1) / 10.0);
        }
    }

    [Fact]
    public void Pointing_at_a_bar_says_what_it_counts()
    {
        JsonElement json = Samples.Json(Samples.Probability(0, s_probabilities, s_flags));

        Assert.Equal("0.9–1.0: <b>2</b> zeros", json.At("data", 0, "hovertext", 9).GetString());
        Assert.Equal("0.0–0.1: <b>2</b> other digits", json.At("data", 1, "hovertext", 0).GetString());
    }

    [Fact]
    public void The_last_bin_holds_its_upper_edge_and_every_other_bin_its_lower() =>
        Assert.Equal([1, 1, 0, 2], ProbabilityChart.CountBins([0.249f, 0.25f, 0.75f, 1f], 4));

    [Fact]
    public void An_edge_belongs_to_the_bin_above_it_as_in_numpy()
    {
        // numpy 1.24.2: np.histogram(np.float32([0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1]), bins=10, range=(0, 1)).
        Assert.Equal(
            [1, 1, 1, 1, 1, 1, 1, 1, 1, 2],
            ProbabilityChart.CountBins([0, .1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f, .9f, 1], 10));
    }

    [Fact]
    public void Every_probability_is_in_the_bin_whose_edges_enclose_it() =>
        Gen.Select(Gen.Single[0, 1], Gen.Int[1, 30]).Sample((value, bins) =>
        {
            int bin = Array.IndexOf(ProbabilityChart.CountBins([value], bins), 1);
            Assert.True(value >= (float)((double)bin / bins));
            Assert.True(value < (float)((bin + 1.0) / bins) || (bin == bins - 1 && value == 1));
        });

    public static TheoryData<string, Func<Tensor>, Func<Tensor>> WrongTensors() => new()
    {
        { "given Float32 of shape (7,) and Bool of shape (1,).", () => tensor(s_probabilities), () => tensor([true]) },
        { "given Float32 of shape (7,) and Int64 of shape (7,).", () => tensor(s_probabilities), () => zeros(7, int64) },
        { "given Float32 of shape (2, 10) and Bool of shape (2,).", () => zeros(2, 10), () => tensor([true, false]) },
        { "Expected floating-point numbers, given Int64", () => zeros(2, int64), () => tensor([true, false]) },
    };

    [Theory]
    [MemberData(nameof(WrongTensors))]
    public void What_is_no_probability_with_a_mask_is_refused(string message, Func<Tensor> probabilities, Func<Tensor> isDigit)
    {
        string text = Assert.Throws<ArgumentException>(() => ProbabilityChart.Plot(0, probabilities(), isDigit())).Message;
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
    }

    [Fact]
    public void A_column_with_gradients_in_double_precision_is_drawn_like_any_other()
    {
        using Tensor rows = stack([tensor(s_probabilities), zeros(7)], 1).to(float64).requires_grad_();
        Assert.Equal(
            Samples.Probability(0, s_probabilities, s_flags).PlotlyJson,
            ProbabilityChart.Plot(0, rows[.., 0], tensor(s_flags)).PlotlyJson);
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void What_is_no_probability_is_refused(float value) =>
        Assert.Throws<ArgumentException>(() => Samples.Probability(0, [value], [true]));
}

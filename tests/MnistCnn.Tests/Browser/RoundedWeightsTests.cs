using MnistCnn;
using Xunit;

namespace MnistCnn.Tests.Browser;

public class RoundedWeightsTests
{
    [Fact]
    public void The_largest_weight_of_each_output_becomes_the_largest_number()
    {
        RoundedWeights rounded = RoundedWeights.Nearest([0.5f, -1, 0.24f, 10, 0, -4.9f], outputs: 2, levels: 2);

        Assert.Equal([1, -2, 0, 2, 0, -1], rounded.Numbers);
        Assert.Equal([0.5f, 5], rounded.Factors);
        Assert.Equal([0.5f, -1, 0, 10, 0, -5], rounded.Values());
    }

    [Fact]
    public void What_has_been_rounded_stays_as_it_is()
    {
        float[] once = RoundedWeights.Nearest(Weights(5, 144), 5, 127).Values();

        Assert.Equal(once, RoundedWeights.Nearest(once, 5, 127).Values(), Near);
        Assert.Equal(once, RoundedWeights.Spread(once, 5, 127, 12, 12).Values(), Near);
    }

    [Fact]
    public void An_output_without_weights_has_no_factor() =>
        Assert.Equal([0f, 0, 1, 0], RoundedWeights.Nearest([0, 0, 1, 0], 2, 7).Values());

    [Fact]
    public void The_error_of_one_weight_is_taken_over_by_its_neighbours()
    {
        // With one level every 0.4 would become 0; its errors add up to a 1 here and there, about 15 in all.
        float[] flat = [1, .. Enumerable.Repeat(0.4f, 35)];

        RoundedWeights spread = RoundedWeights.Spread(flat, outputs: 1, levels: 1, rows: 6, columns: 6);

        Assert.InRange(spread.Numbers.Sum(number => number), 11, 19);
        Assert.Equal(1, RoundedWeights.Nearest(flat, 1, 1).Numbers.Sum(number => number));
    }

    [Fact]
    public void Errors_go_to_the_pixels_to_the_right_and_below_and_never_to_another_map()
    {
        // The first pixel loses 0.3. Seven sixteenths of that lift its right neighbour over one half; five sixteenths would lift
        // the pixel below as well, had the right neighbour not gained too much and taken some back. The second map starts anew.
        RoundedWeights spread = RoundedWeights.Spread(
            [0.3f, 0.4f, 0.45f, 0, 0, 0.45f, 0, 1], outputs: 1, levels: 1, rows: 2, columns: 2);

        Assert.Equal([0, 1, 0, 0, 0, 0, 0, 1], spread.Numbers);
    }

    [Fact]
    public void Spreading_errors_disturbs_smooth_inputs_less_than_rounding_alone()
    {
        float[] weights = Weights(64, 144);
        float[] nearest = RoundedWeights.Nearest(weights, 64, 7).Values(),
            spread = RoundedWeights.Spread(weights, 64, 7, 12, 12).Values();

        Assert.True(Disturbance(spread) < Disturbance(nearest) / 2);

        // How far the sums over a flat map are from what they were.
        double Disturbance(float[] rounded) => Enumerable.Range(0, 64).Sum(output =>
            Math.Abs(Enumerable.Range(output * 144, 144).Sum(i => (double)rounded[i] - weights[i])));
    }

    private static float[] Weights(int outputs, int perOutput)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, outputs * perOutput)
            .Select(_ => random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f)];
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-6;
}

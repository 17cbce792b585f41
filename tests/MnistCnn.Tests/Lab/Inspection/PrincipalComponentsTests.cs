using MnistCnn;
using MnistCnn.Lab;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Lab.Inspection;

public class PrincipalComponentsTests
{
    [Fact]
    public void Points_on_a_line_lie_along_one_component()
    {
        // (3, 4) / 5 has length 1; the points are at −5, 0 and 10 along it, seen from (1, 1).
        Tensor x = tensor(new float[,] { { -2, -3 }, { 1, 1 }, { 7, 9 } });

        PrincipalComponents components = PrincipalComponents.Fit(x);

        Assert.Equal([0.6f, 0.8f], components.Directions[0].data<float>().ToArray(), Near);
        Assert.Equal([-20 / 3f, -5 / 3f, 25 / 3f], components.Scores.select(1, 0).contiguous().data<float>().ToArray(), Near);
        Assert.Equal([0f, 0, 0], components.Scores.select(1, 1).contiguous().data<float>().ToArray(), Near);
        Assert.Equal(1, components.ExplainedShares[0], 1e-9);
        Assert.Equal("2 components, 100.0 % of the variance", components.ToString());
    }

    [Fact]
    public void A_cross_has_its_shares_of_the_variance()
    {
        // Variances 9 + 9 along the first axis and 1 + 1 along the second: nine tenths and one tenth.
        Tensor x = tensor(new float[,] { { 3, 0 }, { -3, 0 }, { 0, 1 }, { 0, -1 } });

        PrincipalComponents components = PrincipalComponents.Fit(x);

        Assert.Equal([0.9, 0.1], components.ExplainedShares, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([1f, 0, 0, 1], components.Directions.data<float>().ToArray(), Near);
    }

    [Fact]
    public void A_direction_never_turns_over()
    {
        Tensor x = rand(50, 6);

        Tensor directions = PrincipalComponents.Fit(x, 3).Directions;
        Tensor mirrored = PrincipalComponents.Fit(-x, 3).Directions;

        Assert.True((directions - mirrored).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void Others_are_seen_along_the_same_directions()
    {
        Tensor x = rand(40, 5);

        PrincipalComponents components = PrincipalComponents.Fit(x);

        Assert.True((components.Transform(x) - components.Scores).abs().max().item<float>() < 1e-5);
        Assert.True(components.Transform(components.Mean.unsqueeze(0)).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Too_few_samples_or_numbers_are_said()
    {
        Assert.Contains("(1, 5)", Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit(rand(1, 5))).Message,
            StringComparison.Ordinal);
        Assert.Contains("(9, 1)", Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit(rand(9, 1))).Message,
            StringComparison.Ordinal);
        Assert.Contains("(9, 2, 2)", Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit(rand(9, 2, 2))).Message,
            StringComparison.Ordinal);
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-5;
}

using MnistCnn;
using MnistCnn.Lab;
using Xunit;

namespace MnistCnn.Tests.Lab.Experiments;

public class ComparisonTests
{
    /// <summary>t for 95 % from a table: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.</summary>
    [Theory]
    [InlineData(1, 12.706)]
    [InlineData(2, 4.303)]
    [InlineData(3, 3.182)]
    [InlineData(4, 2.776)]
    [InlineData(10, 2.228)]
    [InlineData(30, 2.042)]
    [InlineData(100, 1.984)]
    public void Students_t_is_that_of_the_tables(double freedom, double expected) =>
        Assert.Equal(expected, StudentT.TwoSidedQuantile(0.95, freedom), 0.0006);

    [Fact]
    public void Between_two_whole_degrees_of_freedom_it_lies_between() =>
        Assert.InRange(StudentT.TwoSidedQuantile(0.95, 2.5), 3.182, 4.303);

    [Fact]
    public void A_difference_above_the_spread_is_one()
    {
        Comparison comparison = Assert.Single(SampleRuns.Kernels().BySettings().Compare(Measure.TestAccuracy));

        // Means 0.972 and 0.983; deviations 0.002 and 0.003, three runs each, so the squared error of the difference is 13e-6 / 3
        // and Welch's degrees of freedom are (4 + 9)² / ((4² + 9²) / 2) = 3.4845.
        Assert.Equal(0.011, comparison.Difference!.Value, 12);
        Assert.Equal(StudentT.TwoSidedQuantile(0.95, 338.0 / 97) * Math.Sqrt(13e-6 / 3), comparison.Margin!.Value, 12);
        Assert.True(comparison.IsLargerThanTheSpread);
        Assert.Equal(
            "kernelSize 5 against kernelSize 3: test_acc +0.0110 (95 % interval +0.0049 to +0.0171). "
            + "Better, by more than the seeds account for.",
            comparison.ToString());
    }

    [Fact]
    public void A_smaller_loss_is_better() => Assert.Equal(
        "Worse, by more than the seeds account for.",
        SampleRuns.Of([0.98, 0.981, 0.982], [0.90, 0.901, 0.902]).BySettings().Compare(Measure.TestAccuracy)[0].Verdict);

    [Fact]
    public void A_difference_within_the_spread_may_be_chance()
    {
        Comparison comparison = SampleRuns.Of([0.970, 0.974, 0.978], [0.972, 0.977, 0.980])
            .BySettings().Compare(Measure.TestAccuracy)[0];

        Assert.False(comparison.IsLargerThanTheSpread);
        Assert.StartsWith("Could be chance", comparison.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_that_do_not_overlap_are_no_proof_with_two_seeds_each() =>
        Assert.False(
            SampleRuns.Of([0.970, 0.974], [0.975, 0.979]).BySettings().Compare(Measure.TestAccuracy)[0].IsLargerThanTheSpread);

    [Fact]
    public void A_single_run_proves_nothing()
    {
        Comparison comparison = SampleRuns.Of([0.90], [0.98, 0.981]).BySettings().Compare(Measure.TestAccuracy)[0];

        Assert.Null(comparison.Margin);
        Assert.Equal("knob 1 against knob 0: test_acc +0.0805. Open: a single run shows no spread. Repeat both with other seeds.",
            comparison.ToString());
    }

    [Fact]
    public void Runs_that_are_all_alike_have_no_spread_to_measure_against() => Assert.Contains(
        "no spread to measure against",
        SampleRuns.Of([0.9, 0.9], [0.8, 0.8]).BySettings().Compare(Measure.TestAccuracy)[0].Verdict, StringComparison.Ordinal);

    [Fact]
    public void What_no_run_has_cannot_be_compared()
    {
        var experiment = new Experiment();
        experiment.Add(new { a = 1 }, SampleRuns.History(0.9), 1);
        experiment.Add(new { a = 2 }, SampleRuns.History(0.9), 1);

        Assert.Equal("a 2 against a 1: test_acc –. No test accuracy to compare.",
            experiment.BySettings().Compare(Measure.TestAccuracy).ToString());
    }

    [Fact]
    public void Many_comparisons_come_with_a_caution_and_none_with_the_reason()
    {
        Assert.Contains("1 of 20", SampleRuns.Of([0.1], [0.2], [0.3], [0.4], [0.5], [0.6])
            .BySettings().Compare(Measure.ValAccuracy).ToString(), StringComparison.Ordinal);
        Assert.Contains("at least two settings",
            SampleRuns.Of([0.1, 0.2]).BySettings().Compare(Measure.ValAccuracy).ToString(), StringComparison.Ordinal);
    }
}

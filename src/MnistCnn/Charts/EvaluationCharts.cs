using MnistCnn.Metrics;

namespace MnistCnn.Charts;

/// <summary>Charts of a model's predictions for a set of images.</summary>
public static class EvaluationCharts
{
    /// <inheritdoc cref="ProbabilityChart.Plot" path="/summary"/>
    /// <param name="evaluation">The predictions.</param>
    /// <param name="digit">The digit, 0 to 9.</param>
    /// <param name="bins">The number of equal bins on [0, 1].</param>
    /// <returns>A figure with two overlaid histograms.</returns>
    public static Figure PlotProbabilities(this Evaluation evaluation, int digit = 0, int bins = 10)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return ProbabilityChart.Plot(
            digit, evaluation.ProbabilitiesOf(digit), [.. evaluation.TrueLabels.Select(label => label == digit)], bins);
    }
}

namespace MnistCnn;

/// <summary>Charts of an evaluation.</summary>
public static class EvaluationCharts
{
    /// <summary>
    /// How sure the model was of one digit: the probabilities it gave that digit, over images of it (red) and over all others
    /// (blue), on a logarithmic axis.
    /// </summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="digit">The digit.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public static Figure PlotProbability(this Evaluation evaluation, int digit)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return ProbabilityChart.Plot(
            digit, evaluation.ProbabilitiesOf(digit), [.. evaluation.TrueLabels.Select(label => label == digit)]);
    }
}

using System.Globalization;
using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>Charts of samples in two dimensions.</summary>
public static class ProjectionCharts
{
    // Tableau's ten, with the yellow darker: every one stands out from white and from dark paper.
    private static readonly string[] s_colors =
        ["#4E79A7", "#F28E2B", "#E15759", "#3D9C95", "#59A14F", "#B8960C", "#B07AA1", "#E0738A", "#9C755F", "#868D92"];

    /// <summary>
    /// Draws each sample as the digit that it is, at its place along the first two components. What the model took for another
    /// digit has a circle; pointing at a sample says which image it is.
    /// </summary>
    /// <param name="components">The components of the samples.</param>
    /// <param name="evaluation">The model's predictions for the same samples, in the same order.</param>
    /// <param name="title">The title above the chart.</param>
    /// <exception cref="ArgumentException">There are other samples than predictions, or fewer than two components.</exception>
    public static Figure Plot(this PrincipalComponents components, Evaluation evaluation, string title = "The samples in two dimensions")
    {
        ArgumentNullException.ThrowIfNull(components);
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentNullException.ThrowIfNull(title);
        (long samples, long count) = (components.Scores.shape[0], components.Scores.shape[1]);
        if (samples != evaluation.Count)
        {
            throw new ArgumentException(
                $"There are {samples} samples but {evaluation.Count} predictions; both must be of the same samples.", nameof(evaluation));
        }

        if (count < 2)
        {
            throw new ArgumentException("A plane needs two components.", nameof(components));
        }

        double[] x = Column(components.Scores, 0), y = Column(components.Scores, 1);
        int[] all = [.. Enumerable.Range(0, evaluation.Count)];
        int[] wrong = [.. all.Where(i => evaluation.PredictedLabels[i] != evaluation.TrueLabels[i])];
        var series = evaluation.TrueLabels.Distinct().Order().Select(label => SeriesOf(
            Invariant($"{label}"), s_colors[label % s_colors.Length], Invariant($"{label}"),
            [.. all.Where(i => evaluation.TrueLabels[i] == label)],
            _ => Invariant($"<b>{label}</b>"))).ToList();
        if (wrong.Length > 0)
        {
            series.Add(SeriesOf("wrong", ChartStyle.Red, null, wrong, i =>
                Invariant($"<b>{evaluation.TrueLabels[i]}</b> read as <b>{evaluation.PredictedLabels[i]}</b>, image %")));
        }

        var drawing = new PointsDrawing(
            title,
            wrong.Length > 0 ? $"<span style=\"color:{ChartStyle.Red}\">○</span> read as another digit" : "",
            Invariant($"First component ({100 * components.ExplainedShares[0]:0.0} % of the variance)"),
            Invariant($"Second component ({100 * components.ExplainedShares[1]:0.0} %)"),
            series,
            Width: 640,
            Height: 560);
        string errors = Invariant($"{wrong.Length} {(wrong.Length == 1 ? "error" : "errors")}");
        return new(
            title,
            Invariant($"{samples:N0} samples, {errors}"),
            Invariant($"{title}: {samples:N0} samples along the first two principal components, which hold ")
                + Invariant($"{100 * components.ExplainedShares.Take(2).Sum():0.0} % of the variance; {errors} circled."),
            FigureRenderer.Instance.Render(drawing), drawing.Width, drawing.Height);

        PointSeries SeriesOf(string name, string color, string? glyph, int[] indices, Func<int, string> hover) => new(
            name, color, glyph, [.. indices.Select(i => x[i])], [.. indices.Select(i => y[i])],
            Numbers: glyph is null ? indices : [],
            Hovers: glyph is null ? [.. indices.Select(hover)] : [hover(indices[0])]);
    }

    /// <summary>A column, to a thousandth of its range: finer than a screen shows.</summary>
    private static double[] Column(Tensor scores, int column)
    {
        using Tensor values = scores.select(1, column).to(ScalarType.Float64).contiguous();
        double[] numbers = [.. values.data<double>()];
        double range = Math.Max(numbers.Max() - numbers.Min(), 1e-12);
        int digits = Math.Clamp(3 - (int)Math.Floor(Math.Log10(range)), 0, 15);
        return [.. numbers.Select(value => Math.Round(value, digits))];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

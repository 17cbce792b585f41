using System.Globalization;

namespace MnistCnn;

/// <summary>Charts of a sweep of the learning rate.</summary>
public static class LearningRateCharts
{
    /// <summary>
    /// Draws the loss over the learning rate on a logarithmic axis, each batch's and smoothed, with the suggested rate marked:
    /// the picture of fastai's <c>lr_find</c>.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    public static Figure Chart(this LearningRateSweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        const string Title = "Loss over the learning rate";
        int[] steps = [.. Enumerable.Range(0, sweep.LearningRates.Count)];
        int suggested = double.IsNaN(sweep.Suggestion) ? -1 : Array.FindIndex(steps, i => sweep.LearningRates[i] == sweep.Suggestion);
        string suggestion = Rate(sweep.Suggestion);
        var drawing = new SweepDrawing(
            Title,
            "Learning rate",
            "Loss",
            sweep.LearningRates,
            [
                new("Each batch", ChartStyle.Quiet, 1.25, sweep.Losses, [.. steps.Select(i => Hover(i, "Loss of the batch", sweep.Losses[i]))]),
                new("Smoothed", ChartStyle.Blue, 2.5, sweep.SmoothedLosses, [.. steps.Select(i => Hover(i, "Smoothed loss", sweep.SmoothedLosses[i]))]),
            ],
            suggested < 0 ? null : new(sweep.Suggestion, sweep.SmoothedLosses[suggested], $"Suggested: {suggestion}"),
            Width: 720,
            Height: 400);
        string summary = suggested < 0 ? "no suggestion" : $"suggested {suggestion}";
        string description = string.Create(
            CultureInfo.InvariantCulture,
            $"The loss over learning rates from {Rate(sweep.LearningRates[0])} to {Rate(sweep.LearningRates[^1])}: the smoothed loss begins at {sweep.SmoothedLosses[0]:0.000}, its least value is {sweep.SmoothedLosses.Min():0.000}. ")
            + (suggested < 0 ? "It never fell, so there is no suggestion." : $"The suggested rate is {suggestion}.");
        return new(Title, summary, description, FigureRenderer.Instance.Render(drawing), drawing.Width, drawing.Height);

        string Hover(int step, string what, double loss) =>
            string.Create(CultureInfo.InvariantCulture, $"Learning rate {Rate(sweep.LearningRates[step])}<br>{what} <b>{loss:0.0000}</b>");
    }

    private static string Rate(double rate) => rate.ToString("0.0e-0", CultureInfo.InvariantCulture);
}

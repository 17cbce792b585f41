using System.Globalization;

namespace MnistCnn;

/// <summary>The histogram of the probabilities that a model gives one digit.</summary>
public static class ProbabilityChart
{
    private static readonly string[] s_plurals =
        ["zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines"];

    /// <summary>
    /// Draws how often the model gave each probability of being a digit: red for images of that digit, blue for all others, on a
    /// logarithmic scale, as the first plot of the exercise's <c>evaluate</c>.
    /// </summary>
    /// <param name="digit">The digit, 0 to 9.</param>
    /// <param name="probabilities">The probability of being the digit, for each image, 0 to 1.</param>
    /// <param name="isDigit">Whether each image shows the digit, in the same order.</param>
    /// <param name="bins">The number of equal bins on [0, 1].</param>
    /// <returns>A figure with two overlaid histograms.</returns>
    /// <exception cref="ArgumentException">The two lists differ in length, or a probability is not between 0 and 1.</exception>
    public static Figure Plot(
        int digit, IReadOnlyList<float> probabilities, IReadOnlyList<bool> isDigit, int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(digit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digit, 9);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(isDigit);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (probabilities.Count != isDigit.Count)
        {
            throw new ArgumentException(
                $"There are {probabilities.Count} probabilities but {isDigit.Count} flags; the counts must be equal.",
                nameof(isDigit));
        }

        double[] edges = [.. Enumerable.Range(0, bins + 1).Select(i => (double)i / bins)];
        int[] with = CountBins([.. probabilities.Where((_, i) => isDigit[i])], bins);
        int[] without = CountBins([.. probabilities.Where((_, i) => !isDigit[i])], bins);
        var drawing = new BarsDrawing(
            Invariant($"Probability of being {digit}"),
            Invariant($"Probability of being {digit}"),
            "Number of entries",
            edges,
            [
                Series(Invariant($"digit == {digit}"), ChartStyle.Red, with, s_plurals[digit]),
                Series(Invariant($"digit != {digit}"), ChartStyle.Blue, without, "other digits"),
            ],
            Width: 680,
            Height: 400);
        string description =
            Invariant($"Histogram of the probability of being {digit}. {s_plurals[digit]} in the last bin: {with[^1]:N0} of {with.Sum():N0}; ")
            + Invariant($"other digits in the first bin: {without[0]:N0} of {without.Sum():N0}.");
        string summary = Invariant($"{with.Sum():N0} {s_plurals[digit]}, {without.Sum():N0} other digits");
        return new(
            drawing.Title, summary, description, FigureRenderer.Instance.Render(drawing), drawing.Width, drawing.Height)
        {
            Source = (digit, probabilities),
        };

        BarSeries Series(string name, string color, int[] counts, string things) => new(
            name,
            color,
            counts,
            [.. counts.Select((count, i) => Invariant($"{edges[i]:0.0##}–{edges[i + 1]:0.0##}: <b>{count:N0}</b> {things}"))]);
    }

    /// <summary>Counts values in equal bins on [0, 1]; the last bin holds its upper edge too, as in <c>numpy.histogram</c>.</summary>
    /// <param name="values">The values.</param>
    /// <param name="bins">The number of bins.</param>
    /// <exception cref="ArgumentException">A value is not between 0 and 1.</exception>
    internal static int[] CountBins(IReadOnlyList<float> values, int bins)
    {
        int[] counts = new int[bins];
        foreach (float value in values)
        {
            if (value is not (>= 0 and <= 1))
            {
                throw new ArgumentException(Invariant($"{value} is not a probability: it must be between 0 and 1."), nameof(values));
            }

            int bin = Math.Min((int)(value * (double)bins), bins - 1);

            // Rounding of the product may put a value just beside an edge on the wrong side: the edge itself decides, as in numpy.
            if (bin > 0 && value < (double)bin / bins)
            {
                bin--;
            }
            else if (bin < bins - 1 && value >= (double)(bin + 1) / bins)
            {
                bin++;
            }

            counts[bin]++;
        }

        return counts;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

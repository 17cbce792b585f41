using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The histogram of the probabilities that a model gives one digit.</summary>
public static class ProbabilityChart
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
        using Tensor probabilities = tensor([.. evaluation.ProbabilitiesOf(digit)]);
        using Tensor isDigit = tensor([.. evaluation.TrueLabels.Select(label => label == digit)]);
        return Plot(digit, probabilities, isDigit);
    }

    /// <summary>
    /// Draws how often the model gave each probability of being a digit: red for images of that digit, blue for all others, on a
    /// logarithmic scale, as the first plot of the exercise's <c>evaluate</c>.
    /// </summary>
    /// <param name="digit">The digit, 0 to 9.</param>
    /// <param name="probabilities">The probability of being the digit, 0 to 1, for each image: float tensor (n).</param>
    /// <param name="isDigit">The mask of the images that show the digit: bool tensor (n) in the same order.</param>
    /// <param name="bins">The number of equal bins on [0, 1].</param>
    /// <returns>A figure with two histograms: the bars of a bin share its width.</returns>
    /// <exception cref="ArgumentException">
    /// The tensors are not such, differ in length, or a probability is not between 0 and 1.
    /// </exception>
    public static Figure Plot(int digit, Tensor probabilities, Tensor isDigit, int bins = 10)
    {
        ArgumentOutOfRange.ThrowIfNegative(digit);
        ArgumentOutOfRange.ThrowIfGreaterThan(digit, 9);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(isDigit);
        ArgumentOutOfRange.ThrowIfLessThan(bins, 1);
        Expect.Floating(probabilities, nameof(probabilities));
        if (probabilities.dim() != 1 || isDigit.dtype != ScalarType.Bool || isDigit.Shape() != probabilities.Shape())
        {
            throw new ArgumentException(
                "Expected a probability and true or false for each image, such as p[.., 0] and labels == 0, "
                + $"given {probabilities.dtype} of shape {probabilities.Shape()} and {isDigit.dtype} of shape {isDigit.Shape()}.",
                nameof(probabilities));
        }

        using var scope = NewDisposeScope();
        float[] values = Expect.Floats(probabilities);
        bool[] mask = isDigit.cpu().contiguous().data<bool>().ToArray();
        double[] edges = [.. Enumerable.Range(0, bins + 1).Select(i => (double)i / bins)];
        int[] with = CountBins([.. values.Where((_, i) => mask[i])], bins);
        int[] without = CountBins([.. values.Where((_, i) => !mask[i])], bins);
        string title = Invariant($"Probability of being {digit}"), things = Plural.Digits[digit];

        // One entry must be seen: the axis starts below 1.
        double largest = Math.Max(1, Math.Max(with.Max(), without.Max()));
        Layout layout = new Layout(title, Layout.Wide, 400, Layout.Left, right: 8, top: 62, bottom: 52)
        {
            HasToolBar = true,
            ["barmode"] = "overlay", ["hovermode"] = "closest",
            ["legend"] = Layout.LegendAtTopRight(),
            ["xaxis"] = new Axis(title)
            {
                ["range"] = new[] { edges[0] - 0.01, edges[^1] + 0.01 },
                ["dtick"] = bins <= 10 ? edges[1] - edges[0] : 0.1,
                ["tickformat"] = ".2~f", ["showgrid"] = false,
            },
            ["yaxis"] = new Axis("Number of entries")
            {
                ["type"] = "log",
                ["range"] = new[] { Math.Log10(0.6), Math.Log10(largest) + 0.15 },
                ["dtick"] = 1, ["tickformat"] = ",d",
            },
        }
        .Narrow(Layout.Wide, 400, new() { ["layout.margin.t"] = Layout.NarrowTop, ["layout.xaxis.dtick"] = 0.2 });
        return new(
            title,
            Invariant($"{with.Sum():N0} {things}, {without.Sum():N0} other digits"),
            Invariant($"Histogram of the probability of being {digit}. ")
                + Invariant($"{things} in the last bin: {with[^1]:N0} of {with.Sum():N0}; ")
                + Invariant($"other digits in the first bin: {without[0]:N0} of {without.Sum():N0}."),
            [
                Bars(Invariant($"digit == {digit}"), ChartStyle.Red, with, things, side: -1),
                Bars(Invariant($"digit != {digit}"), ChartStyle.Blue, without, "other digits", side: 0),
            ],
            layout)
        { Source = (digit, (IReadOnlyList<float>)values) };

        // Side by side: bars that lie over each other mix their colours to a third.
        Trace Bars(string name, string color, int[] counts, string counted, int side) => new("bar")
        {
            ["name"] = name,
            ["x"] = edges.Skip(1).Select((edge, i) => (edge + edges[i]) / 2),
            ["y"] = counts,
            ["ids"] = counts.Select((_, i) => Bin(i)),
            ["width"] = 0.45 * edges[1],
            ["offset"] = 0.45 * edges[1] * side,
            ["marker"] = new { color },
            ["hovertext"] = counts.Select((count, i) => Invariant($"{Bin(i)}: <b>{count:N0}</b> {counted}")),
            ["hovertemplate"] = Trace.HoverText,
        };

        string Bin(int i) => Invariant($"{edges[i]:0.0##}–{edges[i + 1]:0.0##}");
    }

    /// <summary>Counts values in equal bins on [0, 1]; the last holds its upper edge too, as in <c>numpy.histogram</c>.</summary>
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
                throw new ArgumentException(
                    Invariant($"{value} is not a probability: it must be between 0 and 1."), nameof(values));
            }

            int bin = Math.Min((int)(value * (double)bins), bins - 1);

            // Rounding of the product may put a value on the wrong side of an edge: the edge, a float too, decides, as in numpy.
            if (bin > 0 && value < (float)((double)bin / bins))
            {
                bin--;
            }
            else if (bin < bins - 1 && value >= (float)((bin + 1.0) / bins))
            {
                bin++;
            }

            counts[bin]++;
        }

        return counts;
    }
}

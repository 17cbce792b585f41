using System.Globalization;

namespace MnistCnn;

/// <summary>The chart of the search for a learning rate.</summary>
public static class LearningRateChart
{
    /// <summary>
    /// Draws the loss over the learning rate on a logarithmic axis, each batch's and smoothed, with the suggested rate marked:
    /// the picture of fastai's <c>lr_find</c>.
    /// </summary>
    /// <param name="finder">What the search found.</param>
    public static Figure Plot(this LearningRateFinder finder)
    {
        ArgumentNullException.ThrowIfNull(finder);
        const string Title = "Loss over the learning rate";
        string suggestion = Rate(finder.Suggestion);
        IReadOnlyList<double> smoothed = finder.SmoothedLosses;
        int suggested = finder.LearningRates.ToList().IndexOf(finder.Suggestion);
        List<Trace> traces =
        [
            Line("Each batch", ChartStyle.Frame, 1.25, "Loss of the batch", finder.Losses),
            Line("Smoothed", ChartStyle.Blue, 2.5, "Smoothed loss", smoothed),
        ];
        if (suggested >= 0)
        {
            traces.Add(new("scatter")
            {
                ["mode"] = "markers",
                ["name"] = $"Suggested: {suggestion}",
                ["x"] = new[] { finder.Suggestion },
                ["y"] = new[] { smoothed[suggested] },
                ["marker"] = new { color = ChartStyle.Orange, symbol = "diamond", size = 11 },
                ["hoverinfo"] = "skip",
                ["showlegend"] = false,
            });
        }

        // The last losses explode; the axis shows what lies before, and the rest can be dragged into view.
        double low = Math.Min(finder.Losses.Min(), smoothed.Min()), first = smoothed[0];
        double high = Math.Max(first, low) + (0.35 * Math.Max(Math.Abs(first - low), 1e-3));
        (int least, int most) =
            ((int)Math.Floor(Math.Log10(finder.LearningRates[0])), (int)Math.Ceiling(Math.Log10(finder.LearningRates[^1])));
        int[] powers = [.. Enumerable.Range(least, most - least + 1)];
        Layout layout = new Layout(Title, Layout.Wide, 400, Layout.Left, right: 8, top: 62, bottom: 52)
        {
            HasToolBar = true,
            ["hovermode"] = "closest",
            ["legend"] = Layout.LegendAtTopRight(),
            ["xaxis"] = new Axis("Learning rate")
            {
                ["type"] = "log",
                ["tickvals"] = powers.Select(power => Math.Pow(10, power)),
                ["ticktext"] = powers.Select(power => Minus(Invariant($"1e{power}"))),
                ["showgrid"] = false,
            },
            ["yaxis"] = new Axis("Loss") { ["range"] = new[] { low - (0.08 * (high - low)), high }, ["nticks"] = 7 },
        }
        .Narrow(Layout.Wide, 400, new()
        {
            ["layout.margin.t"] = Layout.NarrowTop,
            ["layout.xaxis.tickvals"] = powers.Where(power => power % 2 == 0).Select(power => Math.Pow(10, power)),
            ["layout.xaxis.ticktext"] = powers.Where(power => power % 2 == 0).Select(power => Minus(Invariant($"1e{power}"))),
        });
        if (suggested >= 0)
        {
            // The loss falls from the left above to the right below: left of the mark it is free below, right of it above.
            bool isLeft = suggested < 0.35 * smoothed.Count;
            layout["shapes"] = new[]
            {
                new Attributes
                {
                    ["type"] = "line", ["layer"] = "below", ["yref"] = "paper", ["y0"] = 0, ["y1"] = 1,
                    ["x0"] = finder.Suggestion, ["x1"] = finder.Suggestion,
                    ["line"] = new { color = ChartStyle.Orange, width = 1.5, dash = "dot" },
                },
            };
            layout["annotations"] = new[]
            {
                new Attributes
                {
                    ["text"] = $"Suggested: {Minus(suggestion)}", ["showarrow"] = false,
                    ["x"] = Math.Log10(finder.Suggestion), ["xanchor"] = isLeft ? "left" : "right", ["xshift"] = isLeft ? 6 : -6,
                    ["yref"] = "paper", ["y"] = isLeft ? 0.97 : 0.03, ["yanchor"] = isLeft ? "top" : "bottom",
                },
            };
        }

        return new(
            Title,
            suggested < 0 ? "no suggestion" : $"suggested {suggestion}",
            $"The loss over learning rates from {Rate(finder.LearningRates[0])} to {Rate(finder.LearningRates[^1])}: "
                + Invariant($"the smoothed loss begins at {first:0.000}, its least value is {smoothed.Min():0.000}. ")
                + (suggested < 0 ? "It never fell, so there is no suggestion." : $"The suggested rate is {suggestion}."),
            traces,
            layout);

        Trace Line(string name, string color, double width, string what, IReadOnlyList<double> losses) => new("scatter")
        {
            ["mode"] = "lines",
            ["name"] = name,
            ["x"] = finder.LearningRates,
            ["y"] = losses,
            ["line"] = new { color, width },
            ["hovertext"] = losses.Select((loss, i) =>
                Invariant($"Learning rate {Rate(finder.LearningRates[i])}<br>{what} <b>{loss:0.0000}</b>")),
            ["hovertemplate"] = Trace.HoverText,
        };
    }

    private static string Minus(string number) => number.Replace('-', '−');

    private static string Rate(double rate) => rate.ToString("0.0e-0", CultureInfo.InvariantCulture);
}

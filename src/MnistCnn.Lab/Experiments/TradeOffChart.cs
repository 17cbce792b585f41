namespace MnistCnn.Lab;

/// <summary>The chart of what an accuracy costs.</summary>
public static class TradeOffChart
{
    /// <summary>
    /// Draws the wrong test images of each of the settings over what they cost, both on logarithmic axes: the mean of the seeds,
    /// with a bar of one standard deviation to both sides. Further down and further to the left is better.
    /// </summary>
    /// <param name="experiment">The runs; those without test results are left out.</param>
    /// <param name="cost">What they cost.</param>
    /// <param name="line">The name of the setting that those share which a line joins; null: no lines.</param>
    /// <param name="published">
    /// What others reached: a name, the cost in the same unit (null: unknown, drawn as a level), the test accuracy, 0 to 1.
    /// </param>
    /// <exception cref="ArgumentException">No run has this setting.</exception>
    public static Figure PlotTradeOff(
        this Experiment experiment, Cost cost, string? line = null,
        IReadOnlyList<(string Name, double? Cost, double Accuracy)>? published = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        published ??= [];
        if (line is not null && experiment.Count > 0 && experiment.All(run => run.Settings[line] is null))
        {
            throw new ArgumentException($"No run has a setting \"{line}\".", nameof(line));
        }

        RunGroup[] groups = [.. experiment.BySettings().Where(group => group.Mean(Measure.TestAccuracy) is not null)];
        IGrouping<string, RunGroup>[] lines = [.. groups.GroupBy(
            group => line is null ? "" : group.Settings[line] ?? "–", StringComparer.Ordinal)];
        (string Name, double? Cost, double Accuracy)[] levels = [.. published.Where(other => other.Cost is null)];
        (string Name, double? Cost, double Accuracy)[] marks = [.. published.Where(other => other.Cost is not null)];
        string title = (cost == Cost.Seconds ? "What time buys" : "What weights buy")
            + (experiment.Name.Length > 0 ? $": {experiment.Name}" : "");
        string what = cost == Cost.Seconds ? "Seconds of training" : "Weights and biases";
        (double low, double high) = Range(
            [.. groups.Select(group => Costs.Of(group, cost)), .. marks.Select(mark => mark.Cost!.Value)], 1.6);
        (double least, double most) =
            Range([.. groups.Select(Errors), .. published.Select(other => Errors(other.Accuracy))], 1.3);
        (double[] costs, double[] errors) = (Ticks(low, high, 1, 3), Ticks(least, most, 1, 2, 3, 5));
        int right = 12;
        if (lines.Length > 1 || marks.Length > 0)
        {
            // Beside the plot stands what the lines are.
            var names = lines.Select(joined => joined.Key).Concat(marks.Select(mark => mark.Name));
            right = 60 + (7 * names.Max(name => name.Length));
        }

        Layout layout = new Layout(title, Layout.Wide, 460, Layout.Left, right, top: 46, bottom: 52)
        {
            ["hovermode"] = "closest",
            ["showlegend"] = right > 12,
            ["legend"] = new Attributes
            {
                ["orientation"] = "v", ["bgcolor"] = ChartStyle.Clear, ["font"] = new { size = 12 },
                ["x"] = 1.02, ["xanchor"] = "left", ["y"] = 1, ["yanchor"] = "top",
            },
            ["xaxis"] = new Axis(what)
            {
                ["type"] = "log", ["range"] = new[] { Math.Log10(low), Math.Log10(high) },
                ["tickvals"] = costs, ["ticktext"] = costs.Select(value => Invariant($"{value:#,0.##}")),
            },
            ["yaxis"] = new Axis("Wrong test images, %")
            {
                ["type"] = "log", ["range"] = new[] { Math.Log10(least), Math.Log10(most) },
                ["tickvals"] = errors, ["ticktext"] = errors.Select(value => Invariant($"{value:0.##}")),
            },
            ["shapes"] = levels.Select(level => new Attributes
            {
                ["type"] = "line", ["layer"] = "below", ["xref"] = "paper", ["x0"] = 0, ["x1"] = 1,
                ["y0"] = Errors(level.Accuracy), ["y1"] = Errors(level.Accuracy),
                ["line"] = new { color = ChartStyle.Frame, width = 1, dash = "dot" },
            }),
            ["annotations"] = levels.Select(level => new Attributes
            {
                ["text"] = Invariant($"{level.Name}: {level.Accuracy:P2}"), ["showarrow"] = false, ["font"] = new { size = 12 },
                ["xref"] = "paper", ["x"] = 0, ["xanchor"] = "left", ["yanchor"] = "bottom",
                ["y"] = Math.Log10(Errors(level.Accuracy)),
            }),
        }
        .Narrow(Layout.Small, 520, new()
        {
            ["layout.legend.orientation"] = "h", ["layout.legend.x"] = 0, ["layout.legend.xanchor"] = "left",
            ["layout.legend.y"] = -0.16, ["layout.margin.b"] = 150, ["layout.margin.r"] = 12,
        });
        return new(
            title,
            $"{Plural.Of(groups.Length, "setting")}",
            groups.Length == 0
                ? "Empty: no run has a test result."
                : $"Wrong test images over the {what.ToLowerInvariant()}: " + string.Join("; ", groups.Select(group =>
                    $"{group.Label}, {Costs.Text(Costs.Of(group, cost), cost)}, {group.MeanText(Measure.TestAccuracy)}")) + ".",
            [.. lines.Select(Points), .. marks.Select(Mark)],
            layout);

        Trace Points(IGrouping<string, RunGroup> joined, int index)
        {
            RunGroup[] sorted = [.. joined.OrderBy(group => Costs.Of(group, cost))];
            string color = ChartStyle.Series[index % ChartStyle.Series.Count];
            return new("scatter")
            {
                ["mode"] = line is null ? "markers" : "lines+markers",
                ["name"] = joined.Key,
                ["x"] = sorted.Select(group => Costs.Of(group, cost)),
                ["y"] = sorted.Select(Errors),
                ["error_y"] = new
                {
                    type = "data", color, thickness = 1.25, width = 3,
                    array = sorted.Select(group => 100 * (group.StandardDeviation(Measure.TestAccuracy) ?? 0)),
                },
                ["line"] = new { color, width = 2 },
                ["marker"] = new { color, size = 9, symbol = ChartStyle.Symbols[index % ChartStyle.Symbols.Count].Name },
                ["hovertext"] = sorted.Select(group =>
                    $"{group.Label}<br><b>{group.MeanText(Measure.TestAccuracy)}</b> (n = {group.Runs.Count})<br>"
                    + Costs.Text(Costs.Of(group, cost), cost)),
                ["hovertemplate"] = Trace.HoverText,
            };
        }

        Trace Mark((string Name, double? Cost, double Accuracy) other, int index) => new("scatter")
        {
            ["mode"] = "markers",
            ["name"] = other.Name,
            ["x"] = new[] { other.Cost!.Value },
            ["y"] = new[] { Errors(other.Accuracy) },
            ["marker"] = new
            {
                color = ChartStyle.Frame, size = 10, line = new { width = 2 },
                symbol = ChartStyle.Symbols[^(1 + (index % ChartStyle.Symbols.Count))].Name + "-open",
            },
            ["hovertext"] = new[]
            {
                Invariant($"{other.Name}<br><b>{other.Accuracy:0.0000}</b><br>") + Costs.Text(other.Cost!.Value, cost),
            },
            ["hovertemplate"] = Trace.HoverText,
        };
    }

    /// <summary>Wrong images in percent; of none wrong, half an image in ten thousand, since the axis has no 0.</summary>
    private static double Errors(double accuracy) => Math.Max(100 * (1 - accuracy), 0.005);

    private static double Errors(RunGroup group) => Errors(group.Mean(Measure.TestAccuracy)!.Value);

    /// <summary>From the least to the largest, with a margin as a factor.</summary>
    private static (double Low, double High) Range(double[] values, double margin) =>
        values.Length == 0 ? (1, 10) : (values.Min() / margin, values.Max() * margin);

    /// <summary>Round numbers from one to another: digits times powers of ten.</summary>
    private static double[] Ticks(double low, double high, params int[] digits) =>
    [
        .. from power in Enumerable.Range(-3, 12)
           from digit in digits
           let value = digit * Math.Pow(10, power)
           where value >= low && value <= high
           select value,
    ];
}

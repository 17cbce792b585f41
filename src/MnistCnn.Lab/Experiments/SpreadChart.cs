
namespace MnistCnn.Lab;

/// <summary>The chart of how far the runs of the same settings lie apart.</summary>
public static class SpreadChart
{
    /// <summary>
    /// Shows every run as a dot, those of the same settings in one row with their mean: how far apart seeds alone lie.
    /// </summary>
    /// <param name="experiment">The runs.</param>
    /// <param name="measure">What to show; null: the test accuracy where a run has one, else the validation accuracy.</param>
    /// <returns>A figure with a row for each of the settings.</returns>
    public static Figure PlotSpread(this Experiment experiment, Measure? measure = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        Measure shown = measure ?? (experiment.Any(run => run.Test is not null) ? Measure.TestAccuracy : Measure.ValAccuracy);
        RunGroup[] groups = [.. experiment.BySettings().Where(group => group.Mean(shown) is not null)];
        string words = char.ToUpperInvariant(shown.DisplayName()[0]) + shown.DisplayName()[1..];
        string title = words + (experiment.Name.Length > 0 ? $": {experiment.Name}" : "");
        const double DotsPlace = 0.19; // of a row's height below its middle, the name above it
        const string Note = "Every run a dot, the mean of its settings a line";

        // The names stand above their rows, so that long ones take no room from the dots.
        IEnumerable<Attributes> names = groups.Select((group, i) => new Attributes
        {
            ["text"] = group.Label, ["showarrow"] = false,
            ["xref"] = "paper", ["x"] = 0, ["xanchor"] = "left", ["y"] = i - 0.26, ["yanchor"] = "middle",
        });
        int height = 134 + (46 * Math.Max(1, groups.Length));
        Layout layout = new Layout(Layout.TitleWith(title, Note), 760, height, left: 18, right: 24, top: 66, bottom: 52)
        {
            ["hovermode"] = "closest",
            ["showlegend"] = false,
            ["annotations"] = names,
            ["xaxis"] = new Axis(words) { ["nticks"] = 8 },
            ["yaxis"] = new Axis
            {
                ["range"] = new[] { groups.Length - 0.5, -0.5 },
                ["showticklabels"] = false, ["ticks"] = "", ["showgrid"] = false, ["showline"] = false, ["fixedrange"] = true,
            },
        }
        .Narrow(760, height, new() { ["layout.xaxis.nticks"] = 4 });
        return new(
            title,
            $"{Plural.Of(experiment.Count, "run")}, {Plural.Of(groups.Length, "setting")}",
            groups.Length == 0
                ? "Empty: no run has this result."
                : $"{words} of every run, mean and standard deviation: "
                    + string.Join("; ", groups.Select(group => $"{group.Label}, {group.MeanText(shown)}")) + ".",
            [.. groups.Select(Dots), .. groups.Select(Mean)],
            layout);

        Trace Dots(RunGroup group, int row)
        {
            IReadOnlyList<double> values = group.Results(shown);
            string color = ColorOf(row);
            return new("scatter")
            {
                ["mode"] = "markers",
                ["name"] = group.Label,
                ["x"] = values,

                // Slightly below each other: dots at the same place would be taken for one.
                ["y"] = values.Select((_, k) => row + DotsPlace + (0.2 * (((k + 0.5) / values.Count) - 0.5))),
                ["marker"] = new { color = ChartStyle.Transparent(color, "0.75"), size = 10, line = new { color, width = 1 } },
                ["cliponaxis"] = false,
                ["hovertext"] = group.Runs.Where(run => run.Result(shown) is not null).Select(run => DotHover(run, group, shown)),
                ["hovertemplate"] = Trace.HoverText,
            };
        }

        Trace Mean(RunGroup group, int row)
        {
            string color = ColorOf(row), count = Invariant($"n = {group.Results(shown).Count}");
            return new("scatter")
            {
                ["mode"] = "markers",
                ["x"] = new[] { group.Mean(shown)!.Value },
                ["y"] = new[] { row + DotsPlace },
                ["marker"] = new { symbol = "line-ns-open", size = 20, color, line = new { color, width = 3 } },
                ["cliponaxis"] = false,
                ["hovertext"] = new[] { $"{group.Label}<br>mean <b>{group.MeanText(shown)}</b> ({count})" },
                ["hovertemplate"] = Trace.HoverText,
            };
        }
    }

    private static string ColorOf(int row) => ChartStyle.Series[row % ChartStyle.Series.Count];

    private static string DotHover(Run run, RunGroup group, Measure measure) =>
        Invariant($"{group.Label}<br>run {run.Number}")
        + (run.Seed is { } seed ? Invariant($", seed {seed}") : "")
        + Invariant($": <b>{run.Result(measure):0.0000}</b>");
}

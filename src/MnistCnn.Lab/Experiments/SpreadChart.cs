
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
        const string Note = "Every run a dot, the mean of its settings a line";

        // Left of their dots the names stand; on a phone above them, where long ones take no room from the dots.
        string[] names = [.. groups.Select(group => string.Join("<br>", group.Label.Split(", ").Chunk(2)
            .Select(parts => string.Join(", ", parts))))];
        string[] lines = [.. names.SelectMany(name => name.Split("<br>"))];
        int left = Math.Max(Layout.Left, 24 + (int)(7.2 * lines.Select(line => line.Length).DefaultIfEmpty(0).Max()));
        int row = Math.Max(44, 12 + (17 * names.Select(name => name.Split("<br>").Length).DefaultIfEmpty(0).Max()));
        int height = 118 + (row * Math.Max(1, groups.Length));
        var narrow = new Attributes
        {
            ["layout.xaxis.nticks"] = 4, ["layout.margin.l"] = 12, ["layout.yaxis.range"] = new[] { groups.Length - 0.6, -0.7 },
        };
        for (int i = 0; i < groups.Length; i++)
        {
            string path = Invariant($"layout.annotations.{i}.");
            (narrow[path + "text"], narrow[path + "y"], narrow[path + "xshift"]) = (groups[i].Label, i - 0.42, -6);
            (narrow[path + "xanchor"], narrow[path + "align"]) = ("left", "left");
        }

        Layout layout = new Layout(Layout.TitleWith(title, Note), Layout.Wide, height, left, right: 16, top: 66, bottom: 52)
        {
            ["hovermode"] = "closest",
            ["showlegend"] = false,
            ["annotations"] = names.Select((name, i) => new Attributes
            {
                ["text"] = name, ["showarrow"] = false, ["align"] = "right",
                ["xref"] = "paper", ["x"] = 0, ["xanchor"] = "right", ["xshift"] = -12, ["y"] = i, ["yanchor"] = "middle",
            }),
            ["shapes"] = names.Select((_, i) => new Attributes
            {
                ["type"] = "line", ["layer"] = "below", ["xref"] = "paper", ["x0"] = 0, ["x1"] = 1, ["y0"] = i, ["y1"] = i,
                ["line"] = new { color = ChartStyle.Frame, width = 1, dash = "dot" },
            }),
            ["xaxis"] = new Axis(words) { ["nticks"] = 8 },
            ["yaxis"] = new Axis
            {
                ["range"] = new[] { groups.Length - 0.5, -0.5 },
                ["showticklabels"] = false, ["ticks"] = "", ["showgrid"] = false, ["showline"] = false, ["fixedrange"] = true,
            },
        }
        .Narrow(Layout.Wide, 118 + (56 * Math.Max(1, groups.Length)), narrow);
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
                ["y"] = values.Select((_, k) => row + (0.2 * (((k + 0.5) / values.Count) - 0.5))),
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
                ["name"] = group.Label + ", mean",
                ["x"] = new[] { group.Mean(shown)!.Value },
                ["y"] = new[] { row },
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

using System.Globalization;
using System.Net;
using MnistCnn.Lab;

namespace MnistCnn;

/// <summary>The tables that runs, their groups and comparisons show as.</summary>
internal static class ExperimentText
{
    /// <summary>A row for each run: the settings that differ, the seed, the results; the best of each kind stands out.</summary>
    public static string RunTable(Experiment experiment)
    {
        if (experiment.Count == 0)
        {
            return $"<p>{WebUtility.HtmlEncode(experiment.ToString())}</p>";
        }

        string[] names = [.. experiment.DifferingSettings()];
        bool[] words = [.. names.Select(name => experiment.Any(run => !IsNumber(run.Settings, name)))];
        Measure[] measures = [.. Measured(experiment)];
        bool seeds = experiment.Any(run => run.Seed is not null);
        var table = new SortableTable(Caption(experiment.ToString(), experiment.CommonSettings())).Column("#", sorted: true);
        foreach ((string name, bool isWords) in names.Zip(words))
        {
            table.Column(name, isWords);
        }

        if (seeds)
        {
            table.Column("seed");
        }

        foreach (Measure measure in measures)
        {
            table.Column(measure.Name());
        }

        table.Column("parameters").Column("epochs").Column("time, s");
        foreach (Run run in experiment)
        {
            table.Row(
            [
                SortableCell.Number(run.Number, "0"),
                .. names.Zip(words, (name, isWords) => SortableCell.Setting(run.Settings[name], isWords)),
                .. seeds ? [SortableCell.Number(run.Seed, "0")] : Array.Empty<SortableCell>(),
                .. measures.Select(measure => SortableCell.Number(
                    run.Result(measure), "0.0000", experiment.Count > 1 && run.Result(measure) is { } result
                        && result == Best(measure, experiment.Select(other => other.Result(measure))))),
                SortableCell.Number(run.Parameters, "N0"),
                SortableCell.Number(run.History.Count, "0"),
                SortableCell.Number(run.Duration.TotalSeconds, "0.0"),
            ]);
        }

        return table.ToString();
    }

    /// <summary>The same as text.</summary>
    public static string RunLines(Experiment experiment)
    {
        if (experiment.Count == 0)
        {
            return experiment.ToString();
        }

        string[] names = [.. experiment.DifferingSettings()];
        Measure[] measures = [.. Measured(experiment)];
        var table = new TextTable<Run>(
            ["#", .. names, "seed", .. measures.Select(measure => measure.Name()), "parameters", "epochs", "time, s"],
            [.. experiment],
            run =>
            [
                Text(run.Number, "0"), .. names.Select(name => run.Settings[name] ?? "–"), Text(run.Seed, "0"),
                .. measures.Select(measure => Text(run.Result(measure), "0.0000")),
                Text(run.Parameters, "N0"), Text(run.History.Count, "0"),
                Text(run.Duration.TotalSeconds, "0.0"),
            ]);
        return $"{Caption(experiment.ToString(), experiment.CommonSettings())}\n{table}";
    }

    /// <summary>A row for each group: mean ± standard deviation of its seeds.</summary>
    public static string GroupTable(RunGroups groups)
    {
        if (groups.Count == 0)
        {
            return $"<p>{groups}</p>";
        }

        Measure[] measures = [.. Measured(groups.SelectMany(group => group.Runs))];
        var table = new SortableTable(GroupCaption).Column("settings", words: true).Column("n");
        foreach (Measure measure in measures)
        {
            table.Column(measure.Name());
        }

        table.Column("parameters").Column("time, s");
        foreach (RunGroup group in groups)
        {
            table.Row(
            [
                new SortableCell(group.Label, group.Label, Words: true),
                SortableCell.Number(group.Runs.Count, "0"),
                .. measures.Select(measure => new SortableCell(
                    group.MeanText(measure),
                    group.Mean(measure)?.ToString("R", CultureInfo.InvariantCulture) ?? "",
                    Strong: groups.Count > 1 && group.Mean(measure) is { } mean
                        && mean == Best(measure, groups.Select(other => other.Mean(measure))))),
                SortableCell.Number(group.Runs[0].Parameters, "N0"),
                SortableCell.Number(group.Runs.Average(run => run.Duration.TotalSeconds), "0.0"),
            ]);
        }

        return table.ToString();
    }

    /// <summary>The same as text.</summary>
    public static string GroupLines(RunGroups groups)
    {
        if (groups.Count == 0)
        {
            return groups.ToString();
        }

        Measure[] measures = [.. Measured(groups.SelectMany(group => group.Runs))];
        var table = new TextTable<RunGroup>(
            ["settings", "n", .. measures.Select(measure => measure.Name()), "parameters", "time, s"],
            [.. groups],
            group =>
            [
                group.Label, Text(group.Runs.Count, "0"),
                .. measures.Select(group.MeanText), Text(group.Runs[0].Parameters, "N0"),
                Text(group.Runs.Average(run => run.Duration.TotalSeconds), "0.0"),
            ]);
        return $"{GroupCaption}\n{table}";
    }

    /// <summary>A row for each comparison with its verdict.</summary>
    public static string ComparisonTable(Comparisons comparisons)
    {
        string caution = comparisons.Caution.Length > 0
            ? $"<p style=\"margin:6px 5px\">{WebUtility.HtmlEncode(comparisons.Caution)}</p>"
            : "";
        if (comparisons.Count == 0)
        {
            return caution;
        }

        RunGroup baseline = comparisons[0].Baseline;
        HtmlTable table = new HtmlTable("left").Header(
            $"{comparisons.Measure.DisplayName()}, against {baseline.Label}", "n", "difference", "95 % interval", "verdict");
        foreach (Comparison comparison in comparisons)
        {
            table.Row(
                Unbroken(comparison.Group.Label),
                Unbroken(
                    $"{Text(comparison.Baseline.Results(comparison.Measure).Count, "0")} and "
                    + Text(comparison.Group.Results(comparison.Measure).Count, "0")),
                comparison.DifferenceText,
                Unbroken(comparison.IntervalText),
                comparison.Verdict);
        }

        // On a phone the table scrolls: the sentences need room.
        return $"<div style=\"overflow-x:auto\"><div style=\"min-width:38em\">{table}</div></div>{caution}";
    }

    private const string GroupCaption = "Mean ± standard deviation over the seeds; n counts them.";

    private static string Caption(string title, IReadOnlyList<Setting> common) =>
        common.Count == 0
            ? $"{title}."
            : $"{title}. The same in all: {string.Join(", ", common.Select(setting => setting.ToString()))}.";

    private static IEnumerable<Measure> Measured(IEnumerable<Run> runs) =>
        new[] { Measure.ValLoss, Measure.ValAccuracy, Measure.TestLoss, Measure.TestAccuracy }
            .Where(measure => runs.Any(run => run.Result(measure) is not null));

    private static double? Best(Measure measure, IEnumerable<double?> results) =>
        measure.IsHigherBetter() ? results.Max() : results.Min();

    private static bool IsNumber(Settings settings, string name) =>
        settings.FirstOrDefault(setting => setting.Name == name)?.Number is not null;

    private static string Unbroken(string text) => text.Replace(' ', '\u00a0');

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}

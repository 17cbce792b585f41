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
        HtmlTable table = new HtmlTable(
            experiment.ToString(), Caption(experiment.ToString(), experiment.CommonSettings()), sorts: true)
            .Column("#", sorted: true);
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
                TableCell.Number(run.Number, "0"),
                .. names.Select(name => new TableCell(run.Settings[name] ?? "–", run.Settings[name] ?? "")),
                .. seeds ? [TableCell.Number(run.Seed, "0")] : Array.Empty<TableCell>(),
                .. measures.Select(measure => TableCell.Number(
                    run.Result(measure), "0.0000", experiment.Count > 1 && run.Result(measure) is { } result
                        && result == Best(measure, experiment.Select(other => other.Result(measure))))),
                TableCell.Number(run.Parameters, "N0"),
                TableCell.Number(run.History.Count, "0"),
                TableCell.Number(run.Duration.TotalSeconds, "0.0"),
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
        var table = new HtmlTable("Means over the seeds", GroupCaption, sorts: true).Column("settings", words: true).Column("n");
        foreach (Measure measure in measures)
        {
            table.Column(measure.Name());
        }

        table.Column("parameters").Column("time, s");
        foreach (RunGroup group in groups)
        {
            table.Row(
            [
                new TableCell(group.Label, group.Label),
                TableCell.Number(group.Runs.Count, "0"),
                .. measures.Select(measure => new TableCell(
                    group.MeanText(measure),
                    group.Mean(measure)?.ToString("R", CultureInfo.InvariantCulture) ?? "",
                    Strong: groups.Count > 1 && group.Mean(measure) is { } mean
                        && mean == Best(measure, groups.Select(other => other.Mean(measure))))),
                TableCell.Number(group.Runs[0].Parameters, "N0"),
                new TableCell(
                    group.SecondsText,
                    Costs.Of(group, Cost.Seconds).ToString("R", CultureInfo.InvariantCulture)),
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
                .. measures.Select(group.MeanText), Text(group.Runs[0].Parameters, "N0"), group.SecondsText,
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

        string against = $"{comparisons.Measure.DisplayName()}, against {comparisons[0].Baseline.Label}";
        HtmlTable table = new HtmlTable(against, $"{char.ToUpperInvariant(against[0])}{against[1..]}:")
            .Column("settings", words: true).Column("n", words: true).Column("difference").Column("95 % interval")
            .Column("verdict", sentences: true);
        foreach (Comparison comparison in comparisons)
        {
            table.Row(
                comparison.Group.Label,
                $"{Text(comparison.Baseline.Results(comparison.Measure).Count, "0")} and "
                    + Text(comparison.Group.Results(comparison.Measure).Count, "0"),
                comparison.DifferenceText,
                comparison.IntervalText,
                comparison.Verdict);
        }

        return table + caution;
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

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}

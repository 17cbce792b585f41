using System.Globalization;

namespace MnistCnn.Lab;

/// <summary>Charts of many runs.</summary>
public static class ExperimentCharts
{
    /// <summary>
    /// Lays the runs over each other: validation loss and accuracy over the epochs, one colour for all seeds of the same settings;
    /// the line is their mean, the band reaches from the lowest to the highest.
    /// </summary>
    /// <param name="experiment">The runs; none give empty panels.</param>
    /// <returns>A figure with two panels.</returns>
    public static Figure PlotCurves(this Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        RunGroups groups = experiment.BySettings();
        string title = "Validation curves" + (experiment.Name.Length > 0 ? $": {experiment.Name}" : "");
        int legendRows = LegendRows(groups.Select(group => group.Label));
        var drawing = new CurvesDrawing(
            title,
            [
                new("Epochs", "Validation loss", [.. groups.Select((group, i) => CurveOf(group, i, "val_loss", epoch => epoch.ValLoss))]),
                new("Epochs", "Validation accuracy", [.. groups.Select((group, i) => CurveOf(group, i, "val_acc", epoch => epoch.ValAccuracy))]),
            ],
            Width: 920,
            Height: 360 + (22 * legendRows),
            LegendRows: legendRows);
        return new(
            title,
            CountText(experiment, groups),
            groups.Count == 0
                ? "Empty: there are no runs yet."
                : $"Validation loss and accuracy over the epochs. In the end: {string.Join("; ", groups.Select(group => $"{group.Label}, {Ending(group)}"))}.",
            FigureRenderer.Instance.Render(drawing),
            drawing.Width,
            drawing.Height);
    }

    /// <summary>Shows every run as a dot, those of the same settings in one row with their mean: how far apart seeds alone lie.</summary>
    /// <param name="experiment">The runs.</param>
    /// <param name="measure">What to show; null: the test accuracy where a run has one, else the validation accuracy.</param>
    /// <returns>A figure with a row for each of the settings.</returns>
    public static Figure PlotSpread(this Experiment experiment, Measure? measure = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        Measure shown = measure ?? (experiment.Any(run => run.Test is not null) ? Measure.TestAccuracy : Measure.ValAccuracy);
        RunGroup[] groups = [.. experiment.BySettings().Where(group => group.Mean(shown) is not null)];
        string words = char.ToUpperInvariant(shown.Words()[0]) + shown.Words()[1..];
        string title = words + (experiment.Name.Length > 0 ? $": {experiment.Name}" : "");
        var drawing = new DotsDrawing(
            title,
            "Every run a dot, the mean of its settings a line",
            words,
            [
                .. groups.Select((group, i) => new DotRow(
                    group.Label,
                    Pick(ChartStyle.Series, i),
                    group.Results(shown),
                    [.. group.Runs.Where(run => run.Result(shown) is not null).Select(run => DotHover(run, group, shown))],
                    group.Mean(shown)!.Value,
                    $"{group.Label}<br>mean <b>{group.MeanText(shown)}</b> (n = {group.Results(shown).Count.ToString(CultureInfo.InvariantCulture)})")),
            ],
            Width: 760,
            Height: 134 + (46 * Math.Max(1, groups.Length)));
        return new(
            title,
            CountText(experiment, groups),
            groups.Length == 0
                ? "Empty: no run has this result."
                : $"{words} of every run, mean and standard deviation: {string.Join("; ", groups.Select(group => $"{group.Label}, {group.MeanText(shown)}"))}.",
            FigureRenderer.Instance.Render(drawing),
            drawing.Width,
            drawing.Height);
    }

    private static Curve CurveOf(RunGroup group, int index, string quantity, Func<EpochRecord, double?> value)
    {
        // Runs may have stopped early: each epoch is over the runs that reached it.
        var epochs = group.Runs.SelectMany(run => run.History)
            .Select(epoch => (epoch.Epoch, Value: value(epoch)))
            .Where(point => point.Value is { } y && double.IsFinite(y))
            .GroupBy(point => point.Epoch, point => point.Value!.Value)
            .OrderBy(epoch => epoch.Key)
            .Select(epoch => (Number: epoch.Key, Mean: epoch.Average(), Low: epoch.Min(), High: epoch.Max(), Count: epoch.Count()))
            .ToArray();
        return new(
            group.Label,
            Pick(ChartStyle.Series, index),
            Pick(ChartStyle.Symbols, index),
            [.. epochs.Select(epoch => epoch.Number)],
            [.. epochs.Select(epoch => (double?)epoch.Mean)],
            [
                .. epochs.Select(epoch => Invariant($"{group.Label}<br>Epoch {epoch.Number}: {quantity} <b>{epoch.Mean:0.0000}</b>")
                    + (epoch.Count > 1 ? Invariant($"<br>{epoch.Low:0.0000} to {epoch.High:0.0000} (n = {epoch.Count})") : "")),
            ],
            epochs.Any(epoch => epoch.Count > 1)
                ? new CurveBand([.. epochs.Select(epoch => (double?)epoch.Low)], [.. epochs.Select(epoch => (double?)epoch.High)])
                : null);
    }

    private static string DotHover(Run run, RunGroup group, Measure measure) =>
        Invariant($"{group.Label}<br>run {run.Number}{(run.Seed is { } seed ? Invariant($", seed {seed}") : "")}: <b>{run.Result(measure):0.0000}</b>");

    private static string Ending(RunGroup group) => $"{Measure.ValLoss.Name()} {group.MeanText(Measure.ValLoss)}, {Measure.ValAccuracy.Name()} {group.MeanText(Measure.ValAccuracy)}";

    private static string CountText(Experiment experiment, IReadOnlyCollection<RunGroup> groups) => Invariant(
        $"{experiment.Count} {(experiment.Count == 1 ? "run" : "runs")}, {groups.Count} {(groups.Count == 1 ? "setting" : "settings")}");

    private static string Pick(IReadOnlyList<string> list, int index) => list[index % list.Count];

    /// <summary>How many lines a legend needs where the figure is not drawn at its full width, as on a page of text.</summary>
    private static int LegendRows(IEnumerable<string> names)
    {
        const double Letter = 7.2, Symbol = 48, Width = 640;
        (int rows, double used) = (1, 0);
        double widest = names.Select(name => Symbol + (Letter * name.Length)).DefaultIfEmpty(0).Max(); // Plotly gives all entries the width of the widest.
        foreach (string _ in names)
        {
            if (used + widest > Width && used > 0)
            {
                (rows, used) = (rows + 1, 0);
            }

            used += widest;
        }

        return rows;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

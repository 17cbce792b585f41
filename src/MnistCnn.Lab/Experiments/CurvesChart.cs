
namespace MnistCnn.Lab;

/// <summary>The chart of the curves of many runs.</summary>
public static class CurvesChart
{
    /// <summary>
    /// Lays the runs over each other: validation loss and accuracy over the epochs, one colour for all seeds of the same
    /// settings; the line is their mean, the band reaches from the lowest to the highest.
    /// </summary>
    /// <param name="experiment">The runs; none give empty panels.</param>
    /// <returns>A figure with two panels.</returns>
    public static Figure PlotCurves(this Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        RunGroups groups = experiment.BySettings();
        return CurvePanels.Draw(
            "Validation curves" + (experiment.Name.Length > 0 ? $": {experiment.Name}" : ""),
            $"{Plural.Of(experiment.Count, "run")}, {Plural.Of(groups.Count, "setting")}",
            groups.Count == 0
                ? "Empty: there are no runs yet."
                : $"Validation loss and accuracy over the epochs. In the end: {string.Join("; ", groups.Select(Ending))}.",
            [
                ("Validation loss", [.. groups.Select((group, i) => CurveOf(group, i, "val_loss", e => e.ValLoss))]),
                ("Validation accuracy", [.. groups.Select((group, i) => CurveOf(group, i, "val_acc", e => e.ValAccuracy))]),
            ]);
    }

    private static Curve CurveOf(RunGroup group, int index, string quantity, Func<EpochRecord, double?> value)
    {
        // Runs may have stopped early: each epoch is over the runs that reached it.
        var epochs = group.Runs.SelectMany(run => run.History)
            .Select(epoch => (epoch.Epoch, Value: value(epoch)))
            .Where(point => point.Value is { } y && double.IsFinite(y))
            .GroupBy(point => point.Epoch, point => point.Value!.Value)
            .OrderBy(epoch => epoch.Key)
            .Select(e => (Number: e.Key, Mean: e.Average(), Low: e.Min(), High: e.Max(), Count: e.Count()))
            .ToArray();
        return new(
            group.Label,
            index,
            [.. epochs.Select(epoch => epoch.Number)],
            [.. epochs.Select(epoch => (double?)epoch.Mean)],
            [
                .. epochs.Select(e => Invariant($"{group.Label}<br>Epoch {e.Number}: {quantity} <b>{e.Mean:0.0000}</b>")
                    + (e.Count > 1 ? Invariant($"<br>{e.Low:0.0000} to {e.High:0.0000} (n = {e.Count})") : "")),
            ])
        {
            Band = epochs.Any(epoch => epoch.Count > 1) ? [.. epochs.Select(epoch => (epoch.Low, epoch.High))] : null,
        };
    }

    private static string Ending(RunGroup group) => $"{group.Label}, {Measure.ValLoss.Name()} {group.MeanText(Measure.ValLoss)}, "
        + $"{Measure.ValAccuracy.Name()} {group.MeanText(Measure.ValAccuracy)}";
}

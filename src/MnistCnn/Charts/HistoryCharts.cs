namespace MnistCnn;

/// <summary>Charts of a training run.</summary>
public static class HistoryCharts
{
    /// <summary>
    /// Draws loss and accuracy over the epochs, training and validation together: the exercise's <c>plot_history</c>.
    /// </summary>
    /// <param name="history">A run; one that was stopped in its first epoch gives a sentence.</param>
    /// <returns>A figure with two panels.</returns>
    public static Figure Plot(this History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Count == 0)
        {
            return new ImageGrid(
                "Loss and accuracy", [], Columns: 1, NarrowColumns: 1, TileSize: 1, HeaderHeight: 0, FooterHeight: 0,
                EmptyText: "The training has no finished epoch: there is no curve to draw.").Draw("", "");
        }

        (string summary, string description) = Describe(history);
        return CurvePanels.Draw(
            "Loss and accuracy",
            summary,
            description,
            [
                ("Loss", CurvesOf(history, "loss", epoch => epoch.Loss, epoch => epoch.ValLoss)),
                ("Accuracy", CurvesOf(history, "accuracy", epoch => epoch.Accuracy, epoch => epoch.ValAccuracy)),
            ]);
    }

    private static (string Summary, string Description) Describe(History history)
    {
        EpochRecord last = history[^1];
        string epochs = Plural.Of(history.Count, "epoch");
        string accuracy = last.ValAccuracy is { } val
            ? Invariant($"val_acc {val:0.0000}")
            : Invariant($"acc {last.Accuracy:0.0000}");
        return (
            $"{epochs}, {accuracy}",
            Invariant($"Loss and accuracy over {epochs}. After the last: training loss {last.Loss:0.0000}, ")
                + Invariant($"training accuracy {last.Accuracy:0.0000}")
                + (last is { ValLoss: { } valLoss, ValAccuracy: { } valAccuracy }
                    ? Invariant($", validation loss {valLoss:0.0000}, validation accuracy {valAccuracy:0.0000}.")
                    : "."));
    }

    private static Curve[] CurvesOf(
        History history, string quantity, Func<EpochRecord, double?> training, Func<EpochRecord, double?> validation)
    {
        Curve first = CurveOf("Training", 0, training);
        return history.Any(epoch => validation(epoch) is not null)
            ? [first, CurveOf("Validation", 1, validation)]
            : [first];

        Curve CurveOf(string name, int look, Func<EpochRecord, double?> value) => new(
            name,
            look,
            [.. history.Select(epoch => epoch.Epoch)],
            [.. history.Select(epoch => value(epoch) is { } y && double.IsFinite(y) ? y : (double?)null)],
            [.. history.Select(epoch => Invariant($"Epoch {epoch.Epoch}<br>{name} {quantity} <b>{value(epoch):0.0000}</b>"))]);
    }
}

using System.Globalization;

namespace MnistCnn;

/// <summary>Charts of a training run.</summary>
public static class HistoryCharts
{
    /// <summary>
    /// Draws loss and accuracy over the epochs, training and validation together: the exercise's <c>plot_history</c>.
    /// </summary>
    /// <param name="history">A run; one that was stopped in its first epoch gives empty panels.</param>
    /// <returns>A figure with two panels.</returns>
    public static Figure Plot(this History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        const string Title = "Loss and accuracy";
        var drawing = new CurvesDrawing(
            Title,
            [
                new("Epochs", "Loss", CurvesOf(history, "loss", e => e.Loss, e => e.ValLoss)),
                new("Epochs", "Accuracy", CurvesOf(history, "accuracy", e => e.Accuracy, e => e.ValAccuracy)),
            ],
            Width: 920,
            Height: 380);

        string json = FigureRenderer.Instance.Render(drawing);
        if (history.Count == 0)
        {
            return new(Title, "no finished epoch", "Empty: the run has no finished epoch.", json, drawing.Width, drawing.Height);
        }

        EpochRecord last = history[^1];
        string epochs = history.Count == 1 ? "1 epoch" : Invariant($"{history.Count} epochs");
        string summary = last.ValAccuracy is { } val
            ? Invariant($"{epochs}, val_acc {val:0.0000}")
            : Invariant($"{epochs}, acc {last.Accuracy:0.0000}");
        string description = Invariant($"Loss and accuracy over {epochs}. After the last: training loss {last.Loss:0.0000}, ")
            + Invariant($"training accuracy {last.Accuracy:0.0000}")
            + (last.ValLoss is { } valLoss && last.ValAccuracy is { } valAccuracy
                ? Invariant($", validation loss {valLoss:0.0000}, validation accuracy {valAccuracy:0.0000}.")
                : ".");
        return new(Title, summary, description, json, drawing.Width, drawing.Height);
    }

    private static List<Curve> CurvesOf(
        History history, string quantity, Func<EpochRecord, double> training, Func<EpochRecord, double?> validation)
    {
        var curves = new List<Curve> { CurveOf(history, "Training", ChartStyle.Blue, "circle", quantity, e => training(e)) };
        if (history.Any(e => validation(e) is not null))
        {
            curves.Add(CurveOf(history, "Validation", ChartStyle.Orange, "diamond", quantity, validation));
        }

        return curves;
    }

    private static Curve CurveOf(
        History history, string name, string color, string symbol, string quantity, Func<EpochRecord, double?> value) =>
        new(
            name,
            color,
            symbol,
            [.. history.Select(e => e.Epoch)],
            [.. history.Select(e => value(e) is { } y && double.IsFinite(y) ? y : (double?)null)],
            [.. history.Select(e => Invariant($"Epoch {e.Epoch}<br>{name} {quantity} <b>{value(e):0.0000}</b>"))]);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

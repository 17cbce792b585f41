using System.Globalization;
using System.Text;
using MnistCnn.Training;

namespace MnistCnn.Display;

/// <summary>Writes a snapshot of a training run as Keras 2.2 prints it (<c>keras.utils.Progbar</c>).</summary>
internal static class TrainingViewText
{
    private const int BarWidth = 30;

    /// <summary>Writes the whole run so far.</summary>
    public static string Write(TrainingView view)
    {
        var lines = new List<string>();
        foreach (EpochRecord record in view.History)
        {
            lines.Add(Title(record.Epoch, view.Epochs));
            lines.Add(
                Bar(view.Total, view.Total)
                + Invariant($" - {record.Duration.TotalSeconds:0}s {PerStep(record.Duration, view.Total)}")
                + Figures("loss", record.Loss) + Figures("acc", record.Accuracy)
                + Figures("val_loss", record.ValLoss) + Figures("val_acc", record.ValAccuracy));
        }

        bool unfinished = !view.Finished || (view.Cancelled && view.Seen > 0);
        if (unfinished && !view.History.Any(record => record.Epoch == view.Epoch))
        {
            lines.Add(Title(view.Epoch, view.Epochs));
            lines.Add(
                Bar(view.Seen, view.Total)
                + (!view.Finished && view.EpochRemaining is { } rest ? $" - ETA: {Eta(rest)}" : "")
                + Figures("loss", view.Loss) + Figures("acc", view.Accuracy));
        }

        if (view.Cancelled)
        {
            lines.Add(Invariant($"Stopped in epoch {view.Epoch} of {view.Epochs}."));
        }

        return string.Join('\n', lines);
    }

    private static string Title(int epoch, int epochs) => Invariant($"Epoch {epoch}/{epochs}");

    private static string Bar(int seen, int total)
    {
        string count = seen.ToString(CultureInfo.InvariantCulture).PadLeft(total.ToString(CultureInfo.InvariantCulture).Length);
        int done = total == 0 ? 0 : (int)(BarWidth * Math.Clamp((double)seen / total, 0, 1));
        var bar = new StringBuilder();
        if (done > 0)
        {
            bar.Append('=', done - 1).Append(seen < total ? '>' : '=');
        }

        return Invariant($"{count}/{total} [{bar.Append('.', BarWidth - done)}]");
    }

    private static string PerStep(TimeSpan duration, int steps) => (duration.TotalSeconds / Math.Max(1, steps)) switch
    {
        >= 1 and var seconds => Invariant($"{seconds:0}s/step"),
        >= 1e-3 and var seconds => Invariant($"{seconds * 1e3:0}ms/step"),
        var seconds => Invariant($"{seconds * 1e6:0}us/step"),
    };

    private static string Eta(TimeSpan rest) => rest.TotalSeconds switch
    {
        > 3600 => Invariant($"{(int)rest.TotalHours}:{rest.Minutes:00}:{rest.Seconds:00}"),
        > 60 => Invariant($"{rest.Minutes}:{rest.Seconds:00}"),
        var seconds => Invariant($"{(int)seconds}s"),
    };

    private static string Figures(string name, double? value) => value is { } number ? Invariant($" - {name}: {number:0.0000}") : "";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

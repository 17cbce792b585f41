using System.Diagnostics;
using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace MnistCnn;

/// <summary>
/// Writes the progress of a training run as Keras 2.2 does with <c>verbose=1</c>: one line an epoch, rewritten while the
/// epoch runs. Source of the format: <c>keras.utils.Progbar</c> and <c>keras.callbacks.ProgbarLogger</c>.
/// </summary>
/// <param name="output">Where to write; carriage returns are used to write over a line.</param>
/// <param name="interval">The shortest time between two writes of the same line; Keras uses 50 ms.</param>
public sealed class KerasProgressBar(TextWriter output, TimeSpan interval) : IProgress<FitProgress>
{
    private const int BarWidth = 30;

    private readonly Stopwatch _sinceWrite = Stopwatch.StartNew();
    private int _written;

    /// <summary>Writes what a report changes on the screen.</summary>
    /// <param name="value">The state of the run.</param>
    public void Report(FitProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        switch (value.Phase)
        {
            case FitPhase.Started:
                output.WriteLine(Header(value));
                break;
            case FitPhase.Training:
                if (value.Seen <= value.BatchSize)
                {
                    output.WriteLine(Title(value));
                }

                if (value.Seen < value.TrainImages && (_written == 0 || _sinceWrite.Elapsed >= interval))
                {
                    Rewrite(Line(value));
                }

                break;
            case FitPhase.EpochEnded:
                Rewrite(Line(value));
                output.WriteLine();
                _written = 0;
                break;
            case FitPhase.Finished:
                if (_written > 0)
                {
                    output.WriteLine();
                    _written = 0;
                }

                WriteEnding(value);
                break;
            default:
                break;
        }
    }

    /// <summary>The first line: <c>Train on 42000 samples, validate on 18000 samples</c>.</summary>
    /// <param name="progress">The state of the run.</param>
    public static string Header(FitProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return progress.ValidationImages > 0
            ? Invariant($"Train on {progress.TrainImages} samples, validate on {progress.ValidationImages} samples")
            : Invariant($"Train on {progress.TrainImages} samples");
    }

    /// <summary>The line above an epoch's bar: <c>Epoch 1/10</c>.</summary>
    /// <param name="progress">The state of the run.</param>
    public static string Title(FitProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return Invariant($"Epoch {progress.Epoch}/{progress.Epochs}");
    }

    /// <summary>
    /// The line of an epoch: <c>42000/42000 [====…====] - 21s 506us/step - loss: 0.4060 - acc: 0.8918</c>, while it runs
    /// with an ETA in place of the time, after it with the validation figures.
    /// </summary>
    /// <param name="progress">The state of the run.</param>
    public static string Line(FitProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        bool ended = progress.Phase == FitPhase.EpochEnded;
        int seen = ended ? progress.TrainImages : progress.Seen;
        var line = new StringBuilder(160);
        line.Append(Bar(seen, progress.TrainImages));
        double seconds = progress.EpochElapsed.TotalSeconds;
        double each = seen > 0 ? seconds / seen : 0;
        line.Append(seen < progress.TrainImages
            ? " - ETA: " + Eta(each * (progress.TrainImages - seen))
            : " - " + PythonFormat.Fixed(seconds, 0) + "s " + PerStep(each));
        line.Append(" - loss: ").Append(Figure(progress.Loss)).Append(" - acc: ").Append(Figure(progress.Accuracy));
        if (ended && progress.History[^1] is { ValLoss: { } valLoss, ValAccuracy: { } valAccuracy })
        {
            line.Append(" - val_loss: ").Append(Figure(valLoss)).Append(" - val_acc: ").Append(Figure(valAccuracy));
        }

        return line.ToString();
    }

    private static string Bar(int seen, int total)
    {
        string all = total.ToString(CultureInfo.InvariantCulture);
        int width = (int)((long)BarWidth * seen / total);
        string done = width == 0 ? "" : new string('=', width - 1) + (seen < total ? '>' : '=');
        return $"{seen.ToString(CultureInfo.InvariantCulture).PadLeft(all.Length)}/{all} [{done.PadRight(BarWidth, '.')}]";
    }

    private static string Eta(double seconds)
    {
        int whole = (int)seconds;
        return seconds > 3600 ? Invariant($"{whole / 3600}:{whole % 3600 / 60:00}:{whole % 60:00}")
            : seconds > 60 ? Invariant($"{whole / 60}:{whole % 60:00}")
            : Invariant($"{whole}s");
    }

    private static string PerStep(double seconds) =>
        seconds >= 1 ? PythonFormat.Fixed(seconds, 0) + "s/step"
        : seconds >= 1e-3 ? PythonFormat.Fixed(seconds * 1e3, 0) + "ms/step"
        : PythonFormat.Fixed(seconds * 1e6, 0) + "us/step";

    private static string Figure(double value) =>
        Math.Abs(value) > 1e-3 ? PythonFormat.Fixed(value, 4) : PythonFormat.Exponent(value, 4);

    /// <summary>What Keras's <c>EarlyStopping</c> says with <c>verbose=1</c>.</summary>
    private void WriteEnding(FitProgress progress)
    {
        if (progress.History.StoppedEarly)
        {
            output.WriteLine(Invariant($"Epoch {progress.Epoch}: early stopping"));
        }

        if (progress.History.HasBestWeights)
        {
            output.WriteLine(Invariant($"Restoring model weights from the end of the best epoch: {progress.History.BestEpoch}."));
        }
    }

    private void Rewrite(string line)
    {
        output.Write('\r' + line.PadRight(_written));
        output.Flush();
        _written = line.Length;
        _sinceWrite.Restart();
    }
}

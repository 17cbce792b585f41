using System.Diagnostics;
using System.Globalization;

namespace MnistCnn;

/// <summary>
/// Writes the progress of a training run as Keras 2.2 does with <c>verbose=1</c>: one line an epoch, rewritten while the
/// epoch runs. Source of the format: <c>keras.utils.Progbar</c> and <c>keras.callbacks.ProgbarLogger</c>.
/// </summary>
/// <param name="output">Where to write; carriage returns are used to write over a line.</param>
/// <param name="interval">The shortest time between two writes of the same line; Keras uses 50 ms.</param>
public sealed class ProgressBar(TextWriter output, TimeSpan interval) : Callback
{
    private const int BarWidth = 30;

    private readonly Stopwatch _sinceWrite = Stopwatch.StartNew();
    private int _written;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        output.WriteLine(Header(training.TrainImages, training.ValidationImages));
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        output.WriteLine(Title(training.Epoch, training.Epochs));
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.Seen < training.TrainImages && (_written == 0 || _sinceWrite.Elapsed >= interval))
        {
            Rewrite(Line(training.Progress));
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext training, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(record);
        Rewrite(Line(training.TrainImages, record));
        EndLine();
    }

    /// <summary>Ends the line of an epoch that was not finished, and says what Keras's <c>EarlyStopping</c> does.</summary>
    /// <param name="training">The run.</param>
    public override void OnTrainEnd(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        EndLine();
        History history = training.History;
        if (history.StoppedEarly)
        {
            output.WriteLine(Invariant($"Epoch {training.Epoch}: early stopping"));
        }

        if (history.HasBestWeights)
        {
            output.WriteLine(Invariant($"Restoring model weights from the end of the best epoch: {history.BestEpoch}."));
        }
    }

    /// <summary>The first line: <c>Train on 42000 samples, validate on 18000 samples</c>.</summary>
    internal static string Header(int trainImages, int validationImages) => validationImages > 0
        ? Invariant($"Train on {trainImages} samples, validate on {validationImages} samples")
        : Invariant($"Train on {trainImages} samples");

    /// <summary>The line above an epoch's bar: <c>Epoch 1/10</c>.</summary>
    internal static string Title(int epoch, int epochs) => Invariant($"Epoch {epoch}/{epochs}");

    /// <summary>
    /// The line of an epoch that runs:
    /// <c>21000/42000 [====&gt;…] - ETA: 5s - loss: 0.4060 - acc: 0.8918</c>.
    /// </summary>
    internal static string Line(TrainingProgress at) =>
        Line(at.Seen, at.TrainImages, at.EpochElapsed.TotalSeconds, at.Loss, at.Accuracy);

    /// <summary>
    /// The line of an epoch that has ended, with its time and its validation figures:
    /// <c>42000/42000 [====…====] - 21s 506us/step - loss: 0.4060 - acc: 0.8918</c>.
    /// </summary>
    internal static string Line(int trainImages, EpochRecord record) =>
        Line(trainImages, trainImages, record.Duration.TotalSeconds, record.Loss, record.Accuracy)
        + (record is { ValLoss: { } valLoss, ValAccuracy: { } valAccuracy }
            ? $" - val_loss: {Figure(valLoss)} - val_acc: {Figure(valAccuracy)}"
            : "");

    private static string Line(int seen, int total, double seconds, double loss, double accuracy)
    {
        double each = seen > 0 ? seconds / seen : 0;
        string time = seen < total
            ? $"ETA: {Eta(each * (total - seen))}"
            : $"{PythonFormat.Fixed(seconds, 0)}s {PerStep(each)}";
        return $"{Bar(seen, total)} - {time} - loss: {Figure(loss)} - acc: {Figure(accuracy)}";
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

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private void EndLine()
    {
        if (_written > 0)
        {
            output.WriteLine();
            _written = 0;
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

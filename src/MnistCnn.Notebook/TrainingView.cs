using static System.FormattableString;

namespace MnistCnn;

/// <summary>
/// What a reader sees of a training run at one moment: a progress bar with growing curves, and, once the run has ended, its
/// record. It follows from the report alone, draws nothing by itself and holds no reference to the run.
/// </summary>
/// <param name="Progress">What the run reported.</param>
public sealed record TrainingView(FitProgress Progress)
{
    /// <summary>Training images a second in this epoch; 0 before the first batch.</summary>
    public double ImagesPerSecond =>
        Progress.EpochElapsed > TimeSpan.Zero ? Progress.Seen / Progress.EpochElapsed.TotalSeconds : 0;

    /// <summary>
    /// The time this epoch's training still needs at the pace so far; null before the first batch. The validation after it is not
    /// counted, as in Keras.
    /// </summary>
    public TimeSpan? EpochRemaining => ImagesPerSecond > 0
        ? TimeSpan.FromSeconds(Math.Max(0, Progress.TrainImages - Progress.Seen) / ImagesPerSecond)
        : null;

    /// <summary>
    /// The time the whole run still needs: this epoch at the pace so far, each further one as long as the finished ones took on
    /// average, with their validation. Null before the first batch.
    /// </summary>
    public TimeSpan? Remaining
    {
        get
        {
            double perEpoch = Progress.History.Count > 0
                ? Progress.History.Average(epoch => epoch.Duration.TotalSeconds)
                : ImagesPerSecond > 0 ? Progress.TrainImages / ImagesPerSecond : 0;
            return EpochRemaining + TimeSpan.FromSeconds(perEpoch * Math.Max(0, Progress.Epochs - Progress.Epoch));
        }
    }

    /// <summary>Whether the run has ended.</summary>
    internal bool IsOver => Progress.Phase == FitPhase.Finished;

    /// <summary>Whether an epoch has begun that is not in the history, and has seen images.</summary>
    internal bool IsInEpoch => Progress.Seen > 0 && Progress.History.All(epoch => epoch.Epoch != Progress.Epoch);

    /// <summary>The snapshot as an HTML fragment without scripts, the same for the same snapshot.</summary>
    public string ToHtml() => TrainingViewHtml.Write(this);

    /// <summary>The snapshot as Keras prints it: the lines of the finished epochs, and that of the running one.</summary>
    public override string ToString()
    {
        var lines = new List<string> { KerasProgressBar.Header(Progress) };
        for (int i = 0; i < Progress.History.Count; i++)
        {
            EpochRecord record = Progress.History[i];
            AddEpoch(Progress with
            {
                Phase = FitPhase.EpochEnded,
                Epoch = record.Epoch,
                Loss = record.Loss,
                Accuracy = record.Accuracy,
                EpochElapsed = record.Duration,
                History = new([record]),
            });
        }

        if (IsInEpoch)
        {
            AddEpoch(Progress with { Phase = FitPhase.Training });
        }

        if (Progress.History.Cancelled)
        {
            lines.Add(Invariant($"Stopped in epoch {Progress.Epoch} of {Progress.Epochs}."));
        }

        lines.AddRange(ResultText.Notes(Progress.History));
        return string.Join('\n', lines);

        void AddEpoch(FitProgress epoch)
        {
            lines.Add(KerasProgressBar.Title(epoch));
            lines.Add(KerasProgressBar.Line(epoch));
        }
    }
}

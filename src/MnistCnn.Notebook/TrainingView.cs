namespace MnistCnn;

/// <summary>
/// What a reader sees of a training run at one moment: a progress bar with growing curves, and, once the run has ended, its
/// record in words, since the curves are then those of <see cref="HistoryCharts.Plot"/>. It follows from the report alone, draws
/// nothing by itself and holds no reference to the run.
/// </summary>
/// <param name="Progress">What the run reported.</param>
internal sealed record TrainingView(TrainingProgress Progress)
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

    /// <summary>Whether an epoch is under way and has seen images.</summary>
    public bool IsInEpoch =>
        !Progress.IsOver && Progress.Seen > 0 && Progress.History.All(epoch => epoch.Epoch != Progress.Epoch);

    /// <summary>How the run ended: how long it took, and where it was stopped.</summary>
    public string Ending
    {
        get
        {
            bool isBroken = Progress.History.Cancelled && Progress.History.All(epoch => epoch.Epoch != Progress.Epoch);
            var time = TimeSpan.FromSeconds(Progress.History.Sum(epoch => epoch.Duration.TotalSeconds)
                + (isBroken ? Progress.EpochElapsed.TotalSeconds : 0));
            int batches = (Progress.Seen + Progress.BatchSize - 1) / Progress.BatchSize;
            int all = (Progress.TrainImages + Progress.BatchSize - 1) / Progress.BatchSize;
            return !Progress.History.Cancelled ? $"Trained {Plural.Of(Progress.History.Count, "epoch")} in {Duration(time)}."
                : Invariant($"Stopped in epoch {Math.Max(1, Progress.Epoch)} of {Progress.Epochs} after {Duration(time)}")
                    + (isBroken ? Invariant($", {batches} of {all} batches done.") : ", which was finished.");
        }
    }

    /// <summary>A time as one says it: <c>2.6 s</c>, <c>17 s</c>, <c>3 min 0 s</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        >= 3600 => Invariant($"{(int)time.TotalHours} h {time.Minutes} min"),
        >= 60 => Invariant($"{time.Minutes} min {time.Seconds} s"),
        >= 10 => Invariant($"{time.TotalSeconds:0} s"),
        _ => Invariant($"{time.TotalSeconds:0.0} s"),
    };

    /// <summary>The snapshot as an HTML fragment without scripts, the same for the same snapshot.</summary>
    public string ToHtml() => TrainingViewHtml.Write(this);

    /// <summary>The snapshot as Keras prints it: the lines of the finished epochs, and that of the running one.</summary>
    public override string ToString()
    {
        var lines = new List<string> { ProgressBar.Header(Progress.TrainImages, Progress.ValidationImages) };
        foreach (EpochRecord record in Progress.History)
        {
            lines.Add(ProgressBar.Title(record.Epoch, Progress.Epochs));
            lines.Add(ProgressBar.Line(Progress.TrainImages, record));
        }

        if (IsInEpoch)
        {
            lines.Add(ProgressBar.Title(Progress.Epoch, Progress.Epochs));
            lines.Add(ProgressBar.Line(Progress));
        }

        if (Progress.History.Cancelled)
        {
            lines.Add(Ending);
        }

        lines.AddRange(ResultText.Notes(Progress.History));
        return string.Join('\n', lines);
    }
}

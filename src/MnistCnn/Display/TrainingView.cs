using MnistCnn.Training;

namespace MnistCnn.Display;

/// <summary>
/// What a reader sees of a training run at one moment: a snapshot that shows as a progress bar with growing curves, and, once
/// the run has ended, as its record. It draws nothing by itself and holds no reference to the run.
/// </summary>
public sealed record TrainingView
{
    /// <summary>The epoch that runs, or that ran last, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of epochs asked for.</summary>
    public required int Epochs { get; init; }

    /// <summary>Training images of this epoch that the model has seen.</summary>
    public required int Seen { get; init; }

    /// <summary>Training images in an epoch.</summary>
    public required int Total { get; init; }

    /// <summary>The time since this epoch began.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Mean training loss of this epoch so far, in nats; null before the first batch.</summary>
    public double? Loss { get; init; }

    /// <summary>Training accuracy of this epoch so far, 0 to 1; null before the first batch.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The finished epochs.</summary>
    public required History History { get; init; }

    /// <summary>Whether the run has ended: by its last epoch, or because it was stopped.</summary>
    public bool Finished { get; init; }

    /// <summary>Whether the run was stopped before its last epoch.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Training images a second in this epoch; 0 before the first batch.</summary>
    public double ImagesPerSecond => Elapsed > TimeSpan.Zero ? Seen / Elapsed.TotalSeconds : 0;

    /// <summary>
    /// The time this epoch's training still needs at the pace so far; null before the first batch. The validation after it is not
    /// counted, as in Keras.
    /// </summary>
    public TimeSpan? EpochRemaining =>
        ImagesPerSecond > 0 ? TimeSpan.FromSeconds(Math.Max(0, Total - Seen) / ImagesPerSecond) : null;

    /// <summary>The time the whole run still needs at the pace so far; null before the first batch.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            double perEpoch = History.Count > 0
                ? History.Average(epoch => epoch.Duration.TotalSeconds)
                : ImagesPerSecond > 0 ? Total / ImagesPerSecond : 0;
            return EpochRemaining is { } rest ? rest + TimeSpan.FromSeconds(perEpoch * Math.Max(0, Epochs - Epoch)) : null;
        }
    }

    /// <summary>The snapshot as an HTML fragment without scripts, the same for the same snapshot.</summary>
    public string ToHtml() => TrainingViewHtml.Write(this);

    /// <summary>The snapshot as Keras prints it: two lines for each finished epoch, and the progress bar of the running one.</summary>
    public override string ToString() => TrainingViewText.Write(this);
}

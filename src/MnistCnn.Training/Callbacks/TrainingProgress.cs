namespace MnistCnn;

/// <summary>A training run at one moment, as a progress bar or a live view shows it.</summary>
/// <param name="Epoch">The current epoch, from 1; before the first, the number of epochs done before the run.</param>
/// <param name="Epochs">The number of the last epoch.</param>
/// <param name="Seen">Training images seen in this epoch.</param>
/// <param name="TrainImages">Training images in an epoch.</param>
/// <param name="ValidationImages">Validation images; 0 without validation.</param>
/// <param name="Loss">Mean training loss over the images seen in this epoch, in nats.</param>
/// <param name="Accuracy">Share of the images seen in this epoch that were classified rightly.</param>
/// <param name="EpochElapsed">Time since the epoch began.</param>
/// <param name="History">The finished epochs.</param>
internal sealed record TrainingProgress(
    int Epoch, int Epochs, int Seen, int TrainImages, int ValidationImages, double Loss, double Accuracy, TimeSpan EpochElapsed,
    History History)
{
    /// <summary>Images in a batch.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Whether the epoch's validation is under way.</summary>
    public bool IsValidating { get; init; }

    /// <summary>Whether the run has ended.</summary>
    public bool IsOver { get; init; }
}

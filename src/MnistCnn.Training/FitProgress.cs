namespace MnistCnn;

/// <summary>What a training run reports while it runs: after every batch and every epoch.</summary>
/// <param name="Phase">Where the run stands.</param>
/// <param name="Epoch">The current epoch, from 1; 0 before the first.</param>
/// <param name="Epochs">The number of the last epoch.</param>
/// <param name="Seen">Training images seen in this epoch.</param>
/// <param name="TrainImages">Training images in an epoch.</param>
/// <param name="ValidationImages">Validation images; 0 without validation.</param>
/// <param name="BatchSize">Images in a batch.</param>
/// <param name="Loss">Mean training loss over the images seen in this epoch, in nats.</param>
/// <param name="Accuracy">Share of the images seen in this epoch that were classified rightly.</param>
/// <param name="EpochElapsed">Time since the epoch began.</param>
/// <param name="History">The finished epochs.</param>
public sealed record FitProgress(
    FitPhase Phase,
    int Epoch,
    int Epochs,
    int Seen,
    int TrainImages,
    int ValidationImages,
    int BatchSize,
    double Loss,
    double Accuracy,
    TimeSpan EpochElapsed,
    History History);

namespace MnistCnn;

/// <summary>What one epoch of training gave.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Loss">Mean training loss over the images of the epoch, in nats.</param>
/// <param name="Accuracy">Share of the epoch's training images that were classified rightly, 0 to 1.</param>
/// <param name="ValLoss">Mean validation loss after the epoch, in nats; null without validation data.</param>
/// <param name="ValAccuracy">Validation accuracy after the epoch, 0 to 1; null without validation data.</param>
/// <param name="Duration">Wall-clock time of training and validation together.</param>
public sealed record EpochRecord(
    int Epoch, double Loss, double Accuracy, double? ValLoss, double? ValAccuracy, TimeSpan Duration)
{
    /// <summary>The learning rate of the epoch's last step; null where it is not known.</summary>
    public double? LearningRate { get; init; }
}

using System.Collections;

namespace MnistCnn;

/// <summary>
/// The record of one training run, epoch by epoch: what Keras's <c>fit</c> returns as <c>History</c>.
/// </summary>
public sealed class History : IReadOnlyList<EpochRecord>
{
    private readonly IReadOnlyList<EpochRecord> _epochs;

    /// <summary>Keeps the records of a run.</summary>
    /// <param name="epochs">The finished epochs, in order.</param>
    /// <param name="cancelled">Whether the run was stopped before its last epoch.</param>
    public History(IReadOnlyList<EpochRecord> epochs, bool cancelled = false)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        _epochs = epochs;
        Cancelled = cancelled;
    }

    /// <summary>Whether the run was stopped before its last epoch; the finished epochs are here all the same.</summary>
    public bool Cancelled { get; }

    /// <summary>Whether a callback such as <c>EarlyStopping</c> ended the run before its last epoch.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>The number of the epoch that <c>EarlyStopping</c> found to be the best; null if none looked.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Whether the model was given back the weights of <see cref="BestEpoch"/> at the end.</summary>
    public bool HasBestWeights { get; init; }

    /// <summary>The number of finished epochs.</summary>
    public int Count => _epochs.Count;

    /// <summary>Whether every epoch has validation figures.</summary>
    public bool HasValidation => _epochs.Count > 0 && _epochs.All(e => e.ValLoss is not null && e.ValAccuracy is not null);

    /// <summary>The record of one epoch.</summary>
    /// <param name="index">The epoch's position, from 0.</param>
    public EpochRecord this[int index] => _epochs[index];

    /// <summary>Mean training loss of each epoch (Keras: <c>history['loss']</c>).</summary>
    public IReadOnlyList<double> Loss => [.. _epochs.Select(e => e.Loss)];

    /// <summary>Training accuracy of each epoch (Keras: <c>history['acc']</c>).</summary>
    public IReadOnlyList<double> Accuracy => [.. _epochs.Select(e => e.Accuracy)];

    /// <summary>Validation loss after each epoch (Keras: <c>history['val_loss']</c>); NaN where there is none.</summary>
    public IReadOnlyList<double> ValLoss => [.. _epochs.Select(e => e.ValLoss ?? double.NaN)];

    /// <summary>Validation accuracy after each epoch (Keras: <c>history['val_acc']</c>); NaN where there is none.</summary>
    public IReadOnlyList<double> ValAccuracy => [.. _epochs.Select(e => e.ValAccuracy ?? double.NaN)];

    /// <summary>
    /// The learning rate of the last step of each epoch (Keras: <c>history['learning_rate']</c>); NaN where it is not known.
    /// </summary>
    public IReadOnlyList<double> LearningRate => [.. _epochs.Select(e => e.LearningRate ?? double.NaN)];

    /// <inheritdoc/>
    public IEnumerator<EpochRecord> GetEnumerator() => _epochs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What one epoch of training gave.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Loss">Mean training loss over the images of the epoch, in nats.</param>
/// <param name="Accuracy">Share of the epoch's training images that were classified rightly, 0 to 1.</param>
/// <param name="ValLoss">Mean validation loss after the epoch, in nats; null without validation data.</param>
/// <param name="ValAccuracy">Validation accuracy after the epoch, 0 to 1; null without validation data.</param>
/// <param name="Duration">Wall-clock time of training and validation together.</param>
public sealed record EpochRecord(
    int Epoch, double Loss, double Accuracy, double? ValLoss, double? ValAccuracy, TimeSpan Duration) : InvariantRecord
{
    /// <summary>The learning rate of the epoch's last step; null where it is not known.</summary>
    public double? LearningRate { get; init; }
}

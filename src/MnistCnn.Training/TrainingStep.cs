using MnistCnn.Acceleration;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The gradients of one batch, computed by the library's own loops or by libtorch.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly ForwardPass _forward;
    private readonly LabeledDataset _train;
    private readonly AcceleratedStep? _accelerated;
    private readonly ImageAugmenter? _augmenter;
    private readonly optim.Optimizer _optimizer;
    private readonly double _labelSmoothing;

    /// <summary>Gets ready to train.</summary>
    /// <param name="forward">The way through the model.</param>
    /// <param name="train">The training set.</param>
    /// <param name="optimizer">What will use the gradients.</param>
    /// <param name="batchSize">The largest batch.</param>
    /// <param name="augmentation">How images are changed; null: not at all.</param>
    /// <param name="labelSmoothing">How much of each target is spread over all classes, 0 to below 1.</param>
    public TrainingStep(
        ForwardPass forward, LabeledDataset train, optim.Optimizer optimizer, int batchSize, ImageAugmentation? augmentation,
        double labelSmoothing)
    {
        (_forward, _train, _optimizer, _labelSmoothing) = (forward, train, optimizer, labelSmoothing);
        int capacity = Math.Min(batchSize, train.Count);
        _augmenter = augmentation is { IsOn: true } ? new ImageAugmenter(augmentation, train.X, forward.DataFormat, capacity) : null;
        _accelerated = AcceleratedStep.For(forward, train, capacity, labelSmoothing);
    }

    /// <summary>Sets the gradients of the mean loss of a batch.</summary>
    /// <param name="rows">Which samples.</param>
    /// <param name="seed">The seed of the epoch.</param>
    /// <param name="seen">The samples seen before in this epoch.</param>
    /// <returns>Loss and right ones, before the step; gradients are only set if the loss is finite.</returns>
    public MetricSums ComputeGradients(ReadOnlySpan<int> rows, int seed, int seen)
    {
        _augmenter?.Fill(rows, CounterKey.Of((ulong)seed, -1));
        if (_accelerated is not null)
        {
            return _accelerated.ComputeGradients(_augmenter?.Batch, rows, CounterKey.Of((ulong)seed, seen));
        }

        using var scope = NewDisposeScope();
        Tensor x = _augmenter is null
            ? Placement.RowsOn(_train.X, rows, _forward.Device)
            : _augmenter.Batch[..rows.Length].to(_forward.Device);
        Tensor y = Smoothed(Placement.RowsOn(_train.Y, rows, _forward.Device));
        _optimizer.zero_grad();
        Tensor logits = _forward.Logits(x);
        Tensor loss = nn.functional.cross_entropy(logits, y);
        if (!float.IsFinite(loss.item<float>()))
        {
            return new MetricSums(rows.Length, loss.item<float>(), 0);
        }

        loss.backward();
        using var off = no_grad();
        return BatchEvaluation.SumsOf(logits, y);
    }

    /// <summary>Gives the memory of the fast path back.</summary>
    public void Dispose()
    {
        _accelerated?.Dispose();
        _augmenter?.Dispose();
    }

    private Tensor Smoothed(Tensor y) =>
        _labelSmoothing > 0 ? (y * (1 - _labelSmoothing)) + (_labelSmoothing / y.shape[1]) : y;
}

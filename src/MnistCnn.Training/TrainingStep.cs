using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The gradients of one batch, computed by the library's own loops or by libtorch.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly ForwardPass _forward;
    private readonly Tensor _x;
    private readonly Tensor _y;
    private readonly float[] _targets;
    private readonly ICpuNetwork? _network;
    private readonly ImageAugmenter? _augmenter;
    private readonly optim.Optimizer _optimizer;
    private readonly Parameter[] _parameters;
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
        (_forward, _optimizer, _labelSmoothing) = (forward, optimizer, labelSmoothing);
        _parameters = [.. optimizer.parameters().Cast<Parameter>()];
        int capacity = Math.Min(batchSize, train.Count);
        _augmenter = augmentation is { IsOn: true }
            ? new ImageAugmenter(augmentation, train.X, forward.DataFormat, capacity)
            : null;
        _network = forward.ToNetwork(train.X, capacity, training: true);
        (_x, _y) = _network is null ? (train.X, train.Y) : (train.X.contiguous(), train.Y.cpu().contiguous());
        _targets = _network is null ? [] : new float[capacity * train.Y.shape[1]];
    }

    /// <summary>Sets the gradients of the mean loss of a batch.</summary>
    /// <param name="rows">Which samples.</param>
    /// <param name="seed">The seed of the epoch.</param>
    /// <param name="seen">The samples seen before in this epoch.</param>
    /// <returns>Loss and right ones, before the step; gradients are only set if the loss is finite.</returns>
    public MetricSums ComputeGradients(ReadOnlySpan<int> rows, int seed, int seen)
    {
        MetricSums sums = Compute(rows, seed, seen);

        // Without a gradient, not even an old one, an optimizer leaves a weight and what it remembers of it alone.
        foreach (Parameter frozen in _parameters.Where(parameter => !parameter.requires_grad))
        {
            frozen.grad = null;
        }

        return sums;
    }

    /// <summary>Gives the memory of the fast path back.</summary>
    public void Dispose()
    {
        _network?.Dispose();
        _augmenter?.Dispose();
    }

    private MetricSums Compute(ReadOnlySpan<int> rows, int seed, int seen)
    {
        _augmenter?.Fill(rows, SplitMix64.At((ulong)seed, -1));
        if (_network is not null)
        {
            ReadOnlySpan<float> targets = TargetsOf(rows);
            ulong key = SplitMix64.At((ulong)seed, seen);
            (double lossSum, int correct) = _augmenter is null
                ? _network.ComputeGradients(_x, rows, targets, key)
                : _network.ComputeGradients(_augmenter.Batch, [.. Enumerable.Range(0, rows.Length)], targets, key);
            return new MetricSums(rows.Length, lossSum, correct);
        }

        using var scope = NewDisposeScope();
        Tensor x = _augmenter is null
            ? Placement.RowsOn(_x, rows, _forward.Device)
            : _augmenter.Batch[..rows.Length].to(_forward.Device);
        Tensor y = Smoothed(Placement.RowsOn(_y, rows, _forward.Device));
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

    /// <summary>The smoothed targets of some samples, (rows, classes); not worth waking libtorch's threads for.</summary>
    private ReadOnlySpan<float> TargetsOf(ReadOnlySpan<int> rows)
    {
        int classes = (int)_y.shape[1];
        var (kept, spread) = ((float)(1 - _labelSmoothing), (float)(_labelSmoothing / classes));
        ReadOnlySpan<float> y = _y.Floats();
        for (int i = 0; i < rows.Length; i++)
        {
            for (int label = 0; label < classes; label++)
            {
                _targets[(i * classes) + label] = (y[(rows[i] * classes) + label] * kept) + spread;
            }
        }

        return _targets.AsSpan(0, rows.Length * classes);
    }

    private Tensor Smoothed(Tensor y) =>
        _labelSmoothing > 0 ? (y * (1 - _labelSmoothing)) + (_labelSmoothing / y.shape[1]) : y;
}

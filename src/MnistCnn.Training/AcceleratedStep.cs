using MnistCnn.Acceleration;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The part of a training step before the optimizer, computed by a <see cref="Network"/>.</summary>
internal sealed unsafe class AcceleratedStep : IDisposable
{
    private readonly Network _network;
    private readonly Tensor _x;
    private readonly Tensor _y;
    private readonly float[] _targets;
    private readonly float _kept;
    private readonly float _spread;

    private AcceleratedStep(Network network, LabeledDataset train, double labelSmoothing)
    {
        _network = network;
        (_kept, _spread) = ((float)(1 - labelSmoothing), (float)(labelSmoothing / network.Classes));
        _x = train.X.contiguous();
        _y = train.Y.cpu().contiguous();
        _targets = new float[network.Capacity * network.Classes];
    }

    /// <summary>Gets ready to train.</summary>
    /// <param name="forward">The way through the model.</param>
    /// <param name="train">The training set.</param>
    /// <param name="batchSize">The largest batch.</param>
    /// <param name="labelSmoothing">How much of each target is spread over all classes, 0 to below 1.</param>
    /// <returns>The step; null if the model is one for libtorch.</returns>
    public static AcceleratedStep? For(ForwardPass forward, LabeledDataset train, int batchSize, double labelSmoothing) =>
        forward.ToNetwork(train.X, batchSize, training: true) is { } network
            ? new AcceleratedStep(network, train, labelSmoothing)
            : null;

    /// <summary>Sets the gradients of the mean loss of a batch.</summary>
    /// <param name="batch">The samples as they are to be seen, in the order of the rows; null: as they are in the training set.</param>
    /// <param name="rows">Which samples.</param>
    /// <param name="dropoutKey">What the choices of dropout follow from.</param>
    /// <returns>Loss and right ones, before the step; gradients are only set if the loss is finite.</returns>
    public MetricSums ComputeGradients(Tensor? batch, ReadOnlySpan<int> rows, ulong dropoutKey)
    {
        int classes = _network.Classes;
        var y = new ReadOnlySpan<float>(WeightTensor.Address(_y), (int)_y.numel());
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> wanted = y.Slice(rows[i] * classes, classes);
            for (int label = 0; label < classes; label++)
            {
                _targets[(i * classes) + label] = (wanted[label] * _kept) + _spread;
            }
        }

        var context = new BatchContext(Training: true, dropoutKey);
        if (batch is null)
        {
            _network.Forward(WeightTensor.Address(_x), rows, context);
        }
        else
        {
            _network.Forward(WeightTensor.Address(batch), [.. Enumerable.Range(0, rows.Length)], context);
        }

        fixed (float* targets = _targets)
        {
            (double lossSum, int correct) =
                CrossEntropy.Of(_network.Logits, targets, rows.Length, classes, _network.LogitsGradient);
            if (double.IsFinite(lossSum))
            {
                _network.Backward(rows.Length);
            }

            return new MetricSums(rows.Length, lossSum, correct);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}

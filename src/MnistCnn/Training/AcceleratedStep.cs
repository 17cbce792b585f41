using MnistCnn.Acceleration;
using MnistCnn.Models;
using static TorchSharp.torch;

namespace MnistCnn.Training;

/// <summary>The part of a training step before the optimizer, computed by a <see cref="Network"/>.</summary>
internal sealed unsafe class AcceleratedStep : IDisposable
{
    private readonly Network _network;
    private readonly Tensor _x;
    private readonly Tensor _y;
    private readonly float[] _targets;

    private AcceleratedStep(Network network, TrainingSet train)
    {
        _network = network;
        _x = train.X.contiguous();
        _y = train.Y.contiguous();
        _targets = new float[network.Capacity * network.Classes];
    }

    /// <summary>Gets ready to train.</summary>
    /// <param name="forward">The way through the model.</param>
    /// <param name="train">The training set.</param>
    /// <param name="batchSize">The largest batch.</param>
    /// <returns>The step; null if the model is one for libtorch.</returns>
    public static AcceleratedStep? For(ForwardPass forward, TrainingSet train, int batchSize) =>
        forward.ToNetwork(train.X, batchSize, training: true) is { } network ? new AcceleratedStep(network, train) : null;

    /// <summary>Sets the gradients of the mean loss of a batch.</summary>
    /// <param name="rows">Which samples.</param>
    /// <param name="dropoutKey">What the choices of dropout follow from.</param>
    /// <returns>Loss and right ones, before the step; gradients are only set if the loss is finite.</returns>
    public Tally ComputeGradients(ReadOnlySpan<int> rows, ulong dropoutKey)
    {
        int classes = _network.Classes;
        var y = new ReadOnlySpan<float>(WeightTensor.Address(_y), (int)_y.numel());
        for (int i = 0; i < rows.Length; i++)
        {
            y.Slice(rows[i] * classes, classes).CopyTo(_targets.AsSpan(i * classes));
        }

        _network.Forward(WeightTensor.Address(_x), rows, new BatchContext(Training: true, dropoutKey));
        fixed (float* targets = _targets)
        {
            (double lossSum, int correct) =
                CrossEntropy.Of(_network.Logits, targets, rows.Length, classes, _network.LogitsGradient);
            if (double.IsFinite(lossSum))
            {
                _network.Backward(rows.Length);
            }

            return new Tally(rows.Length, lossSum, correct);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}

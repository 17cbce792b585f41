using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Passes over a data set in evaluation mode: no dropout, no gradients.</summary>
internal static class BatchEvaluation
{
    /// <summary>Images in a batch. The result does not depend on it; larger ones need more memory and are no faster.</summary>
    private const int BatchSize = 500;

    /// <summary>Hands over loss and right predictions of each batch of a set; false if it was cancelled before the end.</summary>
    public static bool Sums(
        nn.Module<Tensor, Tensor> model, ForwardPass forward, LabeledDataset set, Action<MetricSums> batchDone,
        CancellationToken cancellation) =>
        ForEachBatch(model, set.Count, (start, end) =>
        {
            Tensor y = set.Y[start..end];
            Tensor logits = forward.Logits(set.X[start..end], sameWeights: start > 0);
            batchDone(SumsOf(logits, y));
        }, cancellation);

    /// <summary>The probabilities of every sample; null if it was cancelled before the end.</summary>
    /// <param name="model">The model.</param>
    /// <param name="forward">The way through it.</param>
    /// <param name="x">The samples.</param>
    /// <param name="cancellation">Stops the pass.</param>
    /// <param name="y">One-hot targets, if the losses are wanted too.</param>
    /// <param name="batchDone">Takes loss and right predictions of each batch.</param>
    /// <returns>float32 tensor (n, classes), where the samples lie.</returns>
    public static Tensor? Probabilities(
        nn.Module<Tensor, Tensor> model, ForwardPass forward, Tensor x, CancellationToken cancellation,
        Tensor? y = null, Action<MetricSums>? batchDone = null)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        bool finished = ForEachBatch(model, (int)x.shape[0], (start, end) =>
        {
            Tensor logits = forward.Logits(x[start..end], sameWeights: start > 0);
            if (y is not null)
            {
                batchDone?.Invoke(SumsOf(logits, y[start..end]));
            }

            parts.Add(logits.MoveToOuterDisposeScope());
        }, cancellation);

        // At once for all: libtorch wakes its threads for it, which go on turning for milliseconds in case there is more to do,
        // on the cores that the next batch wants.
        return finished ? cat(parts).softmax(1).to(x.device).MoveToOuterDisposeScope() : null;
    }

    /// <summary>The losses of a batch and how many rows have their largest number where the target has its 1.</summary>
    /// <param name="logits">float tensor (n, classes).</param>
    /// <param name="y">Their targets, float32 (n, classes).</param>
    /// <remarks>Ten numbers an image are not worth the threads that libtorch would wake for each operation on them.</remarks>
    public static MetricSums SumsOf(Tensor logits, Tensor y)
    {
        using var scope = NewDisposeScope();
        if (CpuAcceleration.Backend is { } backend)
        {
            (double lossSum, int right) =
                backend.CrossEntropy(logits.to(ScalarType.Float32).cpu().contiguous(), y.cpu().contiguous());
            return new MetricSums((int)logits.shape[0], lossSum, right);
        }

        Tensor loss = nn.functional.cross_entropy(
            logits.to(ScalarType.Float64), y.to(ScalarType.Float64), reduction: nn.Reduction.Sum);
        Tensor correct = (logits.argmax(1) == y.argmax(1)).sum();
        return new MetricSums((int)logits.shape[0], loss.item<double>(), (int)correct.item<long>());
    }

    private static bool ForEachBatch(
        nn.Module<Tensor, Tensor> model, int count, Action<int, int> body, CancellationToken cancellation)
    {
        using var off = no_grad();
        using ModuleModes modes = ModuleModes.Eval(model);
        for (int start = 0; start < count; start += BatchSize)
        {
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            using var scope = NewDisposeScope();
            body(start, Math.Min(start + BatchSize, count));
        }

        return true;
    }
}

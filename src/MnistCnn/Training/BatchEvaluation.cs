using MnistCnn.Models;
using static TorchSharp.torch;

namespace MnistCnn.Training;

/// <summary>Passes over a data set in evaluation mode: no dropout, no gradients.</summary>
internal static class BatchEvaluation
{
    /// <summary>Images in a batch. The result does not depend on it; larger ones need more memory and are no faster.</summary>
    private const int BatchSize = 500;

    /// <summary>Sums loss and right predictions over a set; null if it was cancelled before the end.</summary>
    public static Tally? Tally(
        nn.Module<Tensor, Tensor> model, ForwardPass forward, TrainingSet set, CancellationToken cancellation, Action<int>? seen = null)
    {
        Tally total = default;
        bool finished = ForEachBatch(model, set.Count, (start, end) =>
        {
            Tensor y = set.Y[start..end];
            Tensor logits = forward.Logits(set.X[start..end]);
            total += new Tally(end - start, LossSum(logits, y), CountCorrect(logits, y));
            seen?.Invoke(end);
        }, cancellation);
        return finished ? total : null;
    }

    /// <summary>The probabilities of every sample; null if it was cancelled before the end.</summary>
    /// <param name="model">The model.</param>
    /// <param name="forward">The way through it.</param>
    /// <param name="x">The samples.</param>
    /// <param name="cancellation">Stops the pass.</param>
    /// <param name="y">One-hot targets, if the losses are wanted too.</param>
    /// <param name="losses">Takes the sum of the losses of each batch.</param>
    /// <returns>float32 tensor (n, classes).</returns>
    public static Tensor? Probabilities(
        nn.Module<Tensor, Tensor> model, ForwardPass forward, Tensor x, CancellationToken cancellation,
        Tensor? y = null, List<float>? losses = null)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        bool finished = ForEachBatch(model, (int)x.shape[0], (start, end) =>
        {
            Tensor logits = forward.Logits(x[start..end]);
            if (y is not null)
            {
                losses?.Add(LossSum(logits, y[start..end]));
            }

            parts.Add(logits.softmax(1).MoveToOuterDisposeScope());
        }, cancellation);
        return finished ? cat(parts).MoveToOuterDisposeScope() : null;
    }

    /// <summary>How many rows have their largest number where the target has its 1.</summary>
    public static long CountCorrect(Tensor logits, Tensor y) => (logits.argmax(1) == y.argmax(1)).sum().item<long>();

    private static float LossSum(Tensor logits, Tensor y) =>
        nn.functional.cross_entropy(logits, y, reduction: nn.Reduction.Sum).item<float>();

    private static bool ForEachBatch(
        nn.Module<Tensor, Tensor> model, int count, Action<int, int> body, CancellationToken cancellation)
    {
        bool wasTraining = model.training;
        using var off = no_grad();
        model.eval();
        try
        {
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
        finally
        {
            model.train(wasTraining);
        }
    }
}

using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What scikit-learn keeps in <c>sklearn.model_selection</c>.</summary>
public static class ModelSelection
{
    /// <summary>
    /// Splits samples and their targets at random into a training and a test (or validation) part, the same way for
    /// the same seed on every machine.
    /// </summary>
    /// <param name="x">Tensor (n, …) of samples.</param>
    /// <param name="y">Tensor (n, …) of their targets.</param>
    /// <param name="testSize">
    /// The share of the samples that goes into the second part, between 0 and 1; the number is rounded up, as
    /// scikit-learn does.
    /// </param>
    /// <param name="seed">The seed of the shuffling; null: the seed last given to <c>torch.manual_seed</c>.</param>
    /// <returns>Copies, in scikit-learn's order: training x, test x, training y, test y.</returns>
    /// <exception cref="ArgumentException">
    /// The counts differ, the share is not between 0 and 1, or one of the parts would be empty.
    /// </exception>
    public static (Tensor XTrain, Tensor XTest, Tensor YTrain, Tensor YTest) TrainTestSplit(
        Tensor x, Tensor y, double testSize = 0.25, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.dim() == 0 || y.dim() == 0 || x.shape[0] != y.shape[0])
        {
            throw new ArgumentException(
                $"Expected as many samples as targets, given {x.Shape()} and {y.Shape()}.", nameof(y));
        }

        long n = x.shape[0];
        long test = testSize is > 0 and < 1 ? (long)Math.Ceiling(testSize * n) : n;
        if (test >= n)
        {
            throw new ArgumentException(
                Invariant($"A share of {testSize} of {n} samples leaves one of the parts empty; it must be between 0 and 1."),
                nameof(testSize));
        }

        using var scope = NewDisposeScope();
        Tensor order = tensor(Permutation.Of((int)n, Permutation.Seed(seed ?? initial_seed(), stream: 0)));
        Tensor second = order[..(int)test];
        Tensor first = order[(int)test..];
        return (
            x.index_select(0, first.to(x.device)).MoveToOuterDisposeScope(),
            x.index_select(0, second.to(x.device)).MoveToOuterDisposeScope(),
            y.index_select(0, first.to(y.device)).MoveToOuterDisposeScope(),
            y.index_select(0, second.to(y.device)).MoveToOuterDisposeScope());
    }
}

using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What Keras and numpy say about arrays, said about TorchSharp's tensors.</summary>
public static class TensorExtensions
{
    /// <summary>The shape of a tensor, printed as numpy prints it: <c>(60000, 28, 28)</c>.</summary>
    /// <param name="tensor">Any tensor.</param>
    public static Shape Shape(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new Shape(tensor.shape);
    }

    /// <summary>
    /// Turns class numbers into one-hot rows: a 1 in the column of the class, 0 elsewhere (Keras: <c>to_categorical</c>).
    /// </summary>
    /// <param name="labels">Integer tensor (n) of class numbers from 0.</param>
    /// <param name="classes">The number of classes.</param>
    /// <returns>float32 tensor (n, classes).</returns>
    /// <exception cref="ArgumentException">
    /// The tensor has another rank or type, is empty, or a label is not between 0 and <paramref name="classes"/> − 1.
    /// </exception>
    public static Tensor ToCategorical(this Tensor labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRange.ThrowIfLessThan(classes, 1);
        if (labels.dim() != 1 || !labels.is_integral())
        {
            throw new ArgumentException(
                $"Expected whole numbers in the shape (n,), given {labels.dtype} of shape {labels.Shape()}.", nameof(labels));
        }

        Expect.NotEmpty(labels, nameof(labels));
        using var scope = NewDisposeScope();
        Tensor numbers = labels.to(ScalarType.Int64);
        (long low, long high) = (numbers.min().item<long>(), numbers.max().item<long>());
        if (low < 0 || high >= classes)
        {
            throw new ArgumentException(
                Invariant($"Expected class numbers from 0 to {classes - 1}, given {low} to {high}."), nameof(labels));
        }

        return nn.functional.one_hot(numbers, classes).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}

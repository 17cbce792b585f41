using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Samples and one-hot targets that were checked: they belong together and fit the model.</summary>
/// <param name="X">float32 tensor (n, …), images in the model's data format.</param>
/// <param name="Y">float32 tensor (n, classes), one 1 in each row.</param>
internal sealed record LabeledDataset(Tensor X, Tensor Y)
{
    /// <summary>The number of samples.</summary>
    public int Count => (int)X.shape[0];

    /// <summary>Checks a pair of tensors that came from a notebook.</summary>
    /// <param name="model">The model that will see them.</param>
    /// <param name="x">The samples.</param>
    /// <param name="y">The targets.</param>
    /// <param name="name">What the pair is called in the call: <c>train</c>, <c>validation</c>.</param>
    /// <exception cref="ArgumentException">Something is wrong with them; the message says what was expected.</exception>
    public static LabeledDataset Of(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y, string name)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        ArgumentNullException.ThrowIfNull(y, name);
        CheckSamples(model, x, name);
        if (y.dim() != 2)
        {
            throw new ArgumentException(
                Invariant($"Expected one-hot targets of shape ({x.shape[0]}, classes), ")
                + $"given {y.Shape()}; ToCategorical makes them.", name);
        }

        if (x.shape[0] != y.shape[0])
        {
            throw new ArgumentException(
                Invariant($"Expected as many targets as samples, given {x.shape[0]} samples {x.Shape()} ")
                + Invariant($"and {y.shape[0]} targets {y.Shape()}."),
                name);
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        if (!y.is_floating_point() || !IsOneHot(y))
        {
            throw new ArgumentException(
                Invariant($"Expected one-hot targets of shape ({x.shape[0]}, classes): float32, one 1 in each row and 0 ")
                + $"elsewhere; given {y.dtype} {y.Shape()} with other values. ToCategorical makes them.", name);
        }

        return new LabeledDataset(x, y.to(ScalarType.Float32).MoveToOuterDisposeScope());
    }

    /// <summary>Checks samples that came from a notebook.</summary>
    /// <param name="model">The model that will see them.</param>
    /// <param name="x">The samples.</param>
    /// <param name="name">What they are called in the call.</param>
    /// <exception cref="ArgumentException">Something is wrong with them; the message says what was expected.</exception>
    public static void CheckSamples(nn.Module<Tensor, Tensor> model, Tensor x, string name)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        if (x.dtype != ScalarType.Float32)
        {
            throw new ArgumentException(
                $"Expected samples as float32, given {x.dtype} {x.Shape()}; convert with .to(torch.float32) and scale to 0…1.",
                name);
        }

        Shape? input = ModelLayout.Of(model).InputShape;
        if (x.dim() < 2)
        {
            throw new ArgumentException(
                $"Expected samples of shape {input?.WithBatch(Shape.None).ToString() ?? "(n, …)"}, given {x.Shape()}.", name);
        }

        Expect.NotEmpty(x, name);
        if (input is not null && !x.shape.AsSpan(1).SequenceEqual(input.ToArray()))
        {
            throw new ArgumentException(
                $"The model was compiled for samples of shape {input.WithBatch(Shape.None)}, given {x.Shape()}.", name);
        }
    }

    private static bool IsOneHot(Tensor y) =>
        ((y == 0) | (y == 1)).all().item<bool>() && (y.sum(1) == 1).all().item<bool>();
}

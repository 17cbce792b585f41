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
    /// <param name="y">The targets, one-hot numbers of any type.</param>
    /// <param name="xName">What the samples are called in the call: <c>train</c>, <c>x</c>.</param>
    /// <param name="yName">What the targets are called in the call: <c>train</c>, <c>y</c>.</param>
    /// <exception cref="ArgumentException">Something is wrong with them; the message says what was expected.</exception>
    /// <exception cref="ObjectDisposedException">One of them was disposed.</exception>
    public static LabeledDataset Of(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y, string xName, string yName)
    {
        CheckSamples(model, x, xName);
        CheckAlive(y, yName, "targets");
        if (y.dim() != 2 || y.shape[1] == 1 || y.is_complex())
        {
            throw new ArgumentException(
                Invariant($"Expected one-hot targets of shape ({x.shape[0]}, classes), given {y.dtype} {y.Shape()}; ")
                + $"{(y.dim() == 2 ? "labels.flatten()" : "labels")}.ToCategorical(classes) makes them of whole numbers.", yName);
        }

        if (x.shape[0] != y.shape[0])
        {
            throw new ArgumentException(
                Invariant($"Expected as many targets as samples, given {x.shape[0]} samples {x.Shape()} ")
                + Invariant($"and {y.shape[0]} targets {y.Shape()}."),
                yName);
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        Tensor numbers = y.to(ScalarType.Float32);
        if (OtherThanOneHot(numbers) is { } row)
        {
            throw new ArgumentException(
                Invariant($"Expected one-hot targets of shape ({x.shape[0]}, classes), one 1 in each row and 0 elsewhere; ")
                + Invariant($"given {y.dtype} {y.Shape()}, whose row {row} is {RowText(numbers[row])}. ")
                + "ToCategorical makes them of labels.", yName);
        }

        return new LabeledDataset(x, numbers.MoveToOuterDisposeScope());
    }

    /// <summary>Checks samples that came from a notebook.</summary>
    /// <param name="model">The model that will see them.</param>
    /// <param name="x">The samples.</param>
    /// <param name="name">What they are called in the call.</param>
    /// <exception cref="ArgumentException">Something is wrong with them; the message says what was expected.</exception>
    public static void CheckSamples(nn.Module<Tensor, Tensor> model, Tensor x, string name)
    {
        CheckAlive(x, name, "samples");
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

    /// <summary>The first sample with NaN or an infinite number, and where it is; null: there is none.</summary>
    /// <remarks>Looked for only where a result is not finite: a pass over all images takes as long as a few batches.</remarks>
    public static string? NotFinite(Tensor x)
    {
        const int AtOnce = 1000;
        using var off = no_grad();
        for (int start = 0; start < x.shape[0]; start += AtOnce)
        {
            using var scope = NewDisposeScope();
            Tensor part = x[start..(int)Math.Min(start + AtOnce, x.shape[0])];
            Tensor places = part.isfinite().logical_not_().nonzero().cpu();
            if (places.shape[0] > 0)
            {
                long[] at = places[0].data<long>().ToArray();
                Tensor number = at.Aggregate(part, (rest, index) => rest[index]);
                return Invariant($"sample {start + at[0]} holds {number.item<float>()} at {new Shape(at[1..])}");
            }
        }

        return null;
    }

    private static void CheckAlive(Tensor tensor, string name, string what)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.IsInvalid)
        {
            throw new ObjectDisposedException(name, $"The {what} were disposed before the call.");
        }
    }

    /// <summary>The first row that has not one 1 and 0 elsewhere; null: all have.</summary>
    private static long? OtherThanOneHot(Tensor y)
    {
        Tensor right = ((y == 0) | (y == 1)).all(1) & (y.sum(1) == 1);
        return right.all().item<bool>() ? null : right.logical_not().nonzero()[0, 0].item<long>();
    }

    private static string RowText(Tensor row)
    {
        const int Shown = 10;
        string numbers = string.Join(", ", row.cpu().data<float>().Take(Shown).Select(number => Invariant($"{number}")));
        return numbers + (row.shape[0] > Shown ? ", …" : "");
    }
}

using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>
/// The directions in which samples differ most, and the samples seen along them: principal component analysis by the
/// singular value decomposition of the centred data (scikit-learn: <c>PCA</c>).
/// </summary>
public sealed class PrincipalComponents
{
    private PrincipalComponents(Tensor mean, Tensor directions, Tensor scores, double[] shares) =>
        (Mean, Directions, Scores, ExplainedShares) = (mean, directions, scores, shares);

    /// <summary>The mean of the samples: float tensor (features).</summary>
    public Tensor Mean { get; }

    /// <summary>The directions, of length 1 and at right angles to each other: float tensor (components, features).</summary>
    public Tensor Directions { get; }

    /// <summary>The samples seen along the directions: float tensor (n, components).</summary>
    public Tensor Scores { get; }

    /// <summary>The share of the whole variance that lies along each direction, 0 to 1, the largest first.</summary>
    public IReadOnlyList<double> ExplainedShares { get; }

    /// <summary>Finds the directions.</summary>
    /// <param name="x">float tensor (n, features), at least two samples.</param>
    /// <param name="components">How many directions.</param>
    /// <returns>
    /// The components. Of a direction and its opposite, the one whose largest number is positive is taken, so that a
    /// picture does not turn over from run to run.
    /// </returns>
    /// <exception cref="ArgumentException">Another form, or fewer samples or features than components.</exception>
    public static PrincipalComponents Fit(Tensor x, int components = 2)
    {
        Expect.FloatMatrix(x, nameof(x));
        ArgumentOutOfRange.ThrowIfLessThan(components, 1);
        if (x.shape[0] < 2 || Math.Min(x.shape[0], x.shape[1]) < components)
        {
            throw new ArgumentException(
                Invariant(
                    $"Expected at least {Math.Max(2, components)} samples of {components} numbers or more, given {x.Shape()}."),
                nameof(x));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        Tensor data = x.to(ScalarType.Float64);
        Tensor mean = data.mean([0]);
        (Tensor _, Tensor spread, Tensor directions) = linalg.svd(data - mean, fullMatrices: false);
        Tensor chosen = directions[..components];
        Tensor largest = chosen.gather(1, chosen.abs().argmax(1, keepdim: true));
        chosen *= largest.sign();
        Tensor variances = spread.square();
        double whole = Math.Max(variances.sum().item<double>(), double.Epsilon);
        return new PrincipalComponents(
            Outer(mean), Outer(chosen), Outer((data - mean).matmul(chosen.t())),
            [.. variances[..components].data<double>().Select(variance => variance / whole)]);

        static Tensor Outer(Tensor tensor) => tensor.to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Other samples, seen along the same directions.</summary>
    /// <param name="x">float tensor (n, features).</param>
    /// <returns>float tensor (n, components).</returns>
    public Tensor Transform(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        return (x - Mean).matmul(Directions.t()).MoveToOuterDisposeScope();
    }

    /// <summary>What they explain: <c>2 components, 41.3 % of the variance</c>.</summary>
    public override string ToString() => Invariant(
        $"{ExplainedShares.Count} components, {100 * ExplainedShares.Sum():0.0} % of the variance");
}

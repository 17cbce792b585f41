using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Scales every column to a range, with scikit-learn's <c>MinMaxScaler</c>'s meaning:
/// <c>X_scaled = X · scale + (min − data_min · scale)</c> with <c>scale = (max − min) / (data_max − data_min)</c>, where
/// the smallest and the largest value of each column are those of the set it was fitted on. A column that is constant in
/// that set, or varies by less than ten times the precision of its numbers (1.2e-6 for float32), counts as one of range 1: a
/// constant one maps to the lower end. NaN stands for a missing value: it is left out of the fit and stays what it is.
/// </summary>
/// <remarks>Source: scikit-learn's documentation of <c>sklearn.preprocessing.MinMaxScaler</c>.</remarks>
public sealed class MinMaxScaler
{
    /// <summary>Makes a scaler; it must be fitted before it can transform.</summary>
    /// <param name="min">The lower end of the range.</param>
    /// <param name="max">The upper end of the range; larger than <paramref name="min"/>.</param>
    /// <exception cref="ArgumentException">The range is empty or not finite.</exception>
    public MinMaxScaler(double min = 0, double max = 1)
    {
        if (!(double.IsFinite(min) && double.IsFinite(max) && min < max))
        {
            throw new ArgumentException(Invariant(
                $"The range must run from a smaller to a larger number; it is from {min} to {max}."), nameof(max));
        }

        (Min, Max) = (min, max);
    }

    /// <summary>The lower end of the range.</summary>
    public double Min { get; }

    /// <summary>The upper end of the range.</summary>
    public double Max { get; }

    /// <summary>The smallest value of each column of the set it was fitted on, (columns); null before.</summary>
    public Tensor? DataMin { get; private set; }

    /// <summary>The largest value of each column of the set it was fitted on, (columns); null before.</summary>
    public Tensor? DataMax { get; private set; }

    /// <summary>What each column is multiplied by, (columns); null before fitting.</summary>
    public Tensor? Scale { get; private set; }

    /// <summary>Learns the smallest and the largest value of each column.</summary>
    /// <param name="x">Floating-point tensor (samples, columns).</param>
    /// <returns>This scaler.</returns>
    /// <exception cref="ArgumentException">The tensor is empty, has another rank or type, or infinity in it.</exception>
    public MinMaxScaler Fit(Tensor x)
    {
        CheckSamples(x);
        using var scope = NewDisposeScope();
        Tensor low = x.amin([0]), high = x.amax([0]);
        if (low.isnan().any().item<bool>())
        {
            Tensor missing = x.isnan(), empty = missing.all(0);
            low = x.masked_fill(missing, double.PositiveInfinity).amin([0]).masked_fill_(empty, double.NaN);
            high = x.masked_fill(missing, double.NegativeInfinity).amax([0]).masked_fill_(empty, double.NaN);
        }

        Tensor range = high - low;
        range = range.masked_fill(range < 10 * finfo(x.dtype).eps, 1);
        DataMin = low.MoveToOuterDisposeScope();
        DataMax = high.MoveToOuterDisposeScope();
        Scale = ((Max - Min) / range).MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>Scales with what <see cref="Fit"/> has learnt. Values beyond the fitted ones go beyond the range.</summary>
    /// <param name="x">Floating-point tensor (samples, columns), with as many columns as the fitted one.</param>
    /// <returns>A new tensor (samples, columns).</returns>
    /// <exception cref="InvalidOperationException">The scaler is not fitted.</exception>
    /// <exception cref="ArgumentException">Another rank, type or number of columns, or infinity in it.</exception>
    public Tensor Transform(Tensor x)
    {
        CheckSamples(x);
        if (DataMin is not { } low || Scale is not { } scale)
        {
            throw new InvalidOperationException("The scaler does not know the data yet: call Fit or FitTransform first.");
        }

        if (x.shape[1] != low.shape[0])
        {
            throw new ArgumentException(
                Invariant($"The scaler was fitted on {low.shape[0]} columns; the tensor given has the shape {x.Shape()}."),
                nameof(x));
        }

        using var scope = NewDisposeScope();
        return (x * scale).add_(Min - (low * scale)).MoveToOuterDisposeScope();
    }

    /// <summary><see cref="Fit"/>, then <see cref="Transform"/> of the same tensor.</summary>
    /// <param name="x">Floating-point tensor (samples, columns).</param>
    /// <returns>A new tensor (samples, columns) with every column between <see cref="Min"/> and <see cref="Max"/>.</returns>
    /// <exception cref="ArgumentException">The tensor is empty, has another rank or type, or infinity in it.</exception>
    public Tensor FitTransform(Tensor x) => Fit(x).Transform(x);

    private static void CheckSamples(Tensor x)
    {
        Expect.FloatMatrix(x, nameof(x));
        using var scope = NewDisposeScope();
        // A sum takes no memory; only where it is not finite (infinity, NaN, large numbers) each number is looked at.
        if (!x.sum().isfinite().item<bool>() && x.isinf().nonzero() is var infinite && infinite.shape[0] > 0)
        {
            (long row, long column) = (infinite[0, 0].item<long>(), infinite[0, 1].item<long>());
            throw new ArgumentException(Invariant(
                $"Expected finite numbers, or NaN for a missing one, given infinity in row {row}, column {column}."), nameof(x));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"MinMaxScaler(feature_range=({Min}, {Max}))")
        + (DataMin is null ? ", not fitted" : $", fitted on {DataMin.shape[0]} columns");
}

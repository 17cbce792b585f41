using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Counts of true against predicted classes: row <c>i</c>, column <c>j</c> counts the samples of class <c>i</c> that
/// were taken for class <c>j</c>, as in scikit-learn's <c>confusion_matrix</c>.
/// </summary>
public sealed class ConfusionMatrix
{
    /// <summary>The most classes where their number is not given: a larger label is a mistake.</summary>
    private const int MostClasses = 1000;

    private readonly int[,] _counts;

    /// <summary>Counts pairs of labels.</summary>
    /// <param name="trueLabels">The class of each sample: integer tensor (n), from 0.</param>
    /// <param name="predictedLabels">The class the model chose for each sample: integer tensor (n) in the same order.</param>
    /// <param name="classes">The number of classes; null: one more than the largest label.</param>
    /// <exception cref="ArgumentException">
    /// A tensor holds no labels, the two differ in length, or a label is out of range.
    /// </exception>
    public ConfusionMatrix(Tensor trueLabels, Tensor predictedLabels, int? classes = null)
    {
        int most = classes ?? MostClasses;
        ArgumentOutOfRange.ThrowIfLessThan(most, 1, nameof(classes));
        int[] truth = Expect.WholeNumbers(trueLabels, most, nameof(trueLabels));
        int[] predicted = Expect.WholeNumbers(predictedLabels, most, nameof(predictedLabels));
        if (truth.Length != predicted.Length)
        {
            throw new ArgumentException(
                $"There are {truth.Length} true labels but {predicted.Length} predicted ones; the counts must be equal.",
                nameof(predictedLabels));
        }

        int size = classes ?? truth.Concat(predicted).DefaultIfEmpty().Max() + 1;
        _counts = new int[size, size];
        for (int i = 0; i < truth.Length; i++)
        {
            _counts[truth[i], predicted[i]]++;
        }
    }

    /// <summary>The number of classes: rows, and columns, of the matrix.</summary>
    public int Classes => _counts.GetLength(0);

    /// <summary>The number of samples of one class that were taken for another (or for itself).</summary>
    /// <param name="trueLabel">The row.</param>
    /// <param name="predictedLabel">The column.</param>
    public int this[int trueLabel, int predictedLabel] => _counts[trueLabel, predictedLabel];

    /// <summary>The number of samples of one class.</summary>
    /// <param name="trueLabel">The row.</param>
    public int RowSum(int trueLabel) => Enumerable.Range(0, Classes).Sum(column => _counts[trueLabel, column]);

    /// <summary>The number of samples that were taken for one class.</summary>
    /// <param name="predictedLabel">The column.</param>
    public int ColumnSum(int predictedLabel) => Enumerable.Range(0, Classes).Sum(row => _counts[row, predictedLabel]);

    /// <summary>The number of all samples.</summary>
    public int Total => Enumerable.Range(0, Classes).Sum(RowSum);

    /// <summary>
    /// The share of each true class that was taken for each class: every row divided by its sum, as
    /// <c>confusion_matrix(…, normalize='true')</c>. A class without samples has a row of zeros.
    /// </summary>
    /// <returns><see cref="Classes"/> × <see cref="Classes"/> shares between 0 and 1.</returns>
    public double[,] Normalize()
    {
        var shares = new double[Classes, Classes];
        for (int row = 0; row < Classes; row++)
        {
            int sum = RowSum(row);
            for (int column = 0; column < Classes && sum > 0; column++)
            {
                shares[row, column] = (double)_counts[row, column] / sum;
            }
        }

        return shares;
    }
}

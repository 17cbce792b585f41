using CsCheck;
using MnistCnn;
using Xunit;

namespace MnistCnn.Tests.Metrics;

public class ConfusionMatrixTests
{
    [Fact]
    public void Has_the_true_class_in_its_rows_and_the_predicted_one_in_its_columns()
    {
        var matrix = new ConfusionMatrix([0, 0, 1, 2, 2], [0, 1, 1, 2, 0], 3);
        int[] cells = [.. from row in Enumerable.Range(0, 3) from column in Enumerable.Range(0, 3) select matrix[row, column]];
        Assert.Equal([1, 1, 0, 0, 1, 0, 1, 0, 1], cells);
        Assert.Equal([2, 1, 2], Enumerable.Range(0, 3).Select(matrix.RowSum));
        Assert.Equal([2, 2, 1], Enumerable.Range(0, 3).Select(matrix.ColumnSum));
    }

    [Fact]
    public void Normalizes_each_row_to_1_and_an_empty_one_to_0()
    {
        double[,] shares = new ConfusionMatrix([0, 0, 0, 0, 2], [0, 0, 0, 2, 2], 3).Normalize();
        Assert.Equal([0.75, 0, 0.25, 0, 0, 0, 0, 0, 1], shares.Cast<double>());
    }

    [Fact]
    public void No_samples_make_zeros_as_in_scikit_learn() =>
        Assert.Equal([0, 0, 0, 0], new ConfusionMatrix([], [], 2).Normalize().Cast<double>());

    [Fact]
    public void Counts_every_sample_once() => Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4]).Array[0, 50]
        .Sample(pairs =>
        {
            int[] trueLabels = [.. pairs.Select(pair => pair.Item1)];
            int[] predicted = [.. pairs.Select(pair => pair.Item2)];
            var matrix = new ConfusionMatrix(trueLabels, predicted, 5);
            Assert.Equal(trueLabels.Length, matrix.Total);
            Assert.Equal(
                trueLabels.Zip(predicted).Count(pair => pair.First == pair.Second),
                Enumerable.Range(0, 5).Sum(i => matrix[i, i]));
        });

    [Fact]
    public void Says_what_is_wrong_with_labels()
    {
        Assert.Contains("There are 2 true labels but 1 predicted ones", Fails([0, 1], [0]), StringComparison.Ordinal);
        Assert.Contains("Label 3 at position 1 is outside 0 to 2.", Fails([0, 3], [0, 0]), StringComparison.Ordinal);
        Assert.Contains("Label -1 at position 0 is outside 0 to 2.", Fails([0], [-1]), StringComparison.Ordinal);
    }

    private static string Fails(int[] trueLabels, int[] predicted) =>
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix(trueLabels, predicted, 3)).Message;
}

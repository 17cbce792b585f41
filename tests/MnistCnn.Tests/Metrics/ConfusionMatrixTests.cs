using CsCheck;
using MnistCnn;
using MnistCnn.Tests.Charts;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Metrics;

public class ConfusionMatrixTests
{
    [Fact]
    public void Has_the_true_class_in_its_rows_and_the_predicted_one_in_its_columns()
    {
        var matrix = Samples.Matrix([0, 0, 1, 2, 2], [0, 1, 1, 2, 0], 3);
        int[] cells = [.. from row in Enumerable.Range(0, 3) from column in Enumerable.Range(0, 3) select matrix[row, column]];
        Assert.Equal([1, 1, 0, 0, 1, 0, 1, 0, 1], cells);
        Assert.Equal([2, 1, 2], Enumerable.Range(0, 3).Select(matrix.RowSum));
        Assert.Equal([2, 2, 1], Enumerable.Range(0, 3).Select(matrix.ColumnSum));
    }

    [Fact]
    public void Normalizes_each_row_to_1_and_an_empty_one_to_0()
    {
        double[,] shares = Samples.Matrix([0, 0, 0, 0, 2], [0, 0, 0, 2, 2], 3).Normalize();
        Assert.Equal([0.75, 0, 0.25, 0, 0, 0, 0, 0, 1], shares.Cast<double>());
    }

    [Fact]
    public void No_samples_make_zeros_as_in_scikit_learn() =>
        Assert.Equal([0, 0, 0, 0], Samples.Matrix([], [], 2).Normalize().Cast<double>());

    [Fact]
    public void Counts_every_sample_once() => Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4]).Array[0, 50]
        .Sample(pairs =>
        {
            int[] trueLabels = [.. pairs.Select(pair => pair.Item1)];
            int[] predicted = [.. pairs.Select(pair => pair.Item2)];
            var matrix = Samples.Matrix(trueLabels, predicted, 5);
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

    [Fact]
    public void Takes_as_many_classes_as_there_are_labels()
    {
        // The example of scikit-learn's confusion_matrix.
        ConfusionMatrix matrix = Samples.Matrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]);
        Assert.Equal(3, matrix.Classes);
        Assert.Equal([2, 0, 0, 0, 0, 1, 1, 0, 2],
            from row in Enumerable.Range(0, 3) from column in Enumerable.Range(0, 3) select matrix[row, column]);
        Assert.Equal((4, 4), (Samples.Matrix([3], [0]).Classes, Samples.Matrix([0], [3]).Classes));
        Assert.Equal(1, Samples.Matrix([], []).Classes);
    }

    [Fact]
    public void Takes_labels_of_every_whole_type_from_any_view()
    {
        Tensor labels = tensor(new long[,] { { 0, 9 }, { 1, 9 }, { 1, 9 } })[.., 0];
        Assert.All(new[] { ScalarType.Byte, ScalarType.Int32, ScalarType.Int64 }, type =>
        {
            var matrix = new ConfusionMatrix(labels.to(type), labels);
            Assert.Equal((2, 1, 2), (matrix.Classes, matrix[0, 0], matrix[1, 1]));
        });
    }

    public static TheoryData<string, Func<Tensor>> WrongLabels() => new()
    {
        { "given Float32 of shape (2, 3); .argmax(1) takes the class of each row.", () => eye(3)[..2] },
        { "given Float32 of shape (2,); convert with .to(torch.int64).", () => tensor([0f, float.NaN]) },
        { "given Bool of shape (2,); .nonzero().flatten() gives the positions where a mask is", () => tensor([true, false]) },
        { "given Int64 of shape ().", () => tensor(3L) },
        { "Label 4000000000 at position 1 is outside 0 to 999.", () => tensor([0L, 4_000_000_000L]) },
    };

    [Theory]
    [MemberData(nameof(WrongLabels))]
    public void Says_what_else_was_given_than_labels(string message, Func<Tensor> labels)
    {
        string first = Assert.Throws<ArgumentException>(() => new ConfusionMatrix(labels(), tensor([0, 1]))).Message;
        Assert.Contains(message, first, StringComparison.Ordinal);
        Assert.Contains("trueLabels", first, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', first);
        string second = Assert.Throws<ArgumentException>(() => new ConfusionMatrix(tensor([0, 1]), labels())).Message;
        Assert.Contains("predictedLabels", second, StringComparison.Ordinal);
    }

    private static string Fails(int[] trueLabels, int[] predicted) =>
        Assert.Throws<ArgumentException>(() => Samples.Matrix(trueLabels, predicted, 3)).Message;
}

using CsCheck;
using MnistCnn;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Data;

public class PreprocessingTests
{
    // Expected values: scikit-learn 1.2's MinMaxScaler on the same numbers.
    private static readonly float[,] s_samples = { { 1, 5, -2 }, { 3, 5, 0 }, { 2, 5, 6 } };

    [Fact]
    public void The_scaler_maps_each_column_of_the_fitted_set_to_0_to_1_and_a_constant_one_to_0()
    {
        Tensor scaled = new MinMaxScaler().FitTransform(tensor(s_samples));
        AssertClose([0, 0, 0, 1, 0, 0.25f, 0.5f, 0, 1], scaled);
    }

    [Fact]
    public void The_scaler_uses_what_it_was_fitted_on_for_every_other_set()
    {
        MinMaxScaler scaler = new MinMaxScaler().Fit(tensor(s_samples));
        AssertClose([1.5f, 2, -0.5f], scaler.Transform(tensor(new float[,] { { 4, 7, -6 } })));
    }

    [Fact]
    public void The_scaler_takes_another_range()
    {
        var scaler = new MinMaxScaler(-1, 2);
        AssertClose([-1, -1, -1, 2, -1, -0.25f, 0.5f, -1, 2], scaler.FitTransform(tensor(s_samples)));
        AssertClose([3.5f, 5, -2.5f], scaler.Transform(tensor(new float[,] { { 4, 7, -6 } })));
    }

    [Fact]
    public void The_scaler_stretches_a_column_however_little_it_varies() =>
        AssertClose([0, 0, 1, 1, 0.5f, 0.5f], new MinMaxScaler().FitTransform(
            tensor(new float[,] { { 0.25f, 0 }, { 0.5f, 0.0009765625f }, { 0.375f, 0.00048828125f } })));

    [Fact]
    public void The_scaler_leaves_what_it_is_given_unchanged()
    {
        Tensor x = tensor(s_samples);
        new MinMaxScaler().FitTransform(x);
        AssertClose([1, 5, -2, 3, 5, 0, 2, 5, 6], x);
    }

    private const float None = float.NaN;

    // Printed by scikit-learn 1.2.1: MinMaxScaler().fit(fit).transform(given), both np.float32.
    public static TheoryData<float[,], float[,], float[]> Unusual => new()
    {
        { new[,] { { 0, 1 }, { None, 5 }, { 10, 9 } }, new[,] { { 0, 1 }, { None, 5 }, { 10, 9 } }, [0, 0, None, 0.5f, 1, 1] },
        { new[,] { { None, 1 }, { 3, None } }, new[,] { { None, 1 }, { 3, None } }, [None, 0, 0, None] },
        { new[,] { { None, 1 }, { None, 5 } }, new float[,] { { 1, 1 } }, [None, 0] },
        { new float[,] { { 0, 1 }, { 2, 5 } }, new[,] { { None, 3 } }, [None, 0.5f] },
        { new[,] { { 0, 1 }, { 1e-7f, 5 } }, new[,] { { 0, 1 }, { 1e-7f, 5 } }, [0, 0, 1e-7f, 1] },
        { new[,] { { 0, 1 }, { 1.1e-6f, 5 } }, new[,] { { 1.1e-6f, 5 } }, [1.1e-6f, 1] },
        { new[,] { { 0, 1 }, { 1.2e-6f, 5 } }, new[,] { { 1.2e-6f, 5 } }, [1, 1] },
        { new[,] { { 1e8f, 1 } }, new[,] { { 1e8f, 1 } }, [0, 0] },
        { new float[,] { { 5, 5 } }, new float[,] { { 6, 4 } }, [1, -1] },
        { new[,] { { -3e38f, 0 }, { 3e38f, 1 } }, new[,] { { -3e38f, 0 }, { 3e38f, 1 } }, [0, 0, 0, 1] },
        { new[,] { { 3e38f, 0 }, { 3e38f, 1 } }, new[,] { { 3e38f, 0.5f } }, [0, 0.5f] },
    };

    [Theory]
    [MemberData(nameof(Unusual))]
    public void The_scaler_does_with_unusual_columns_what_scikit_learn_does(float[,] fitted, float[,] given, float[] expected)
    {
        float[] scaled = new MinMaxScaler().Fit(tensor(fitted)).Transform(tensor(given)).data<float>().ToArray();
        Assert.Equal(expected.Length, scaled.Length);
        Assert.All(expected.Zip(scaled), pair => Assert.True(
            pair.First.Equals(pair.Second) || MathF.Abs(pair.First - pair.Second) <= MathF.Abs(pair.First) * 1e-6f, $"{pair}"));
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-7, 1)]
    [InlineData(ScalarType.Float64, 1e-15, 1e-15)]
    [InlineData(ScalarType.Float16, 0.009, 0.009002685546875)]
    [InlineData(ScalarType.Float16, 0.011, 1)]
    public void Which_column_is_constant_depends_on_the_precision(ScalarType type, double value, double expected)
    {
        // scikit-learn 1.2.1: MinMaxScaler().fit_transform(np.array([[0], [value]], dtype)).
        Tensor scaled = new MinMaxScaler().FitTransform(tensor(new[,] { { 0 }, { value } }).to(type));
        Assert.Equal(expected, scaled[1, 0].to(ScalarType.Float64).item<double>(), expected * 1e-12);
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void The_scaler_says_where_infinity_is(float infinity)
    {
        Tensor x = tensor(new[,] { { 0, 1, None }, { 2, infinity, 3 } });
        Message(() => new MinMaxScaler().Fit(x), "given infinity in row 1, column 1.");
        Message(() => new MinMaxScaler().Fit(zeros(2, 3)).Transform(x), "given infinity in row 1, column 1.");
    }

    [Fact]
    public void The_scaler_says_what_it_expects()
    {
        var scaler = new MinMaxScaler();
        Assert.Throws<InvalidOperationException>(() => scaler.Transform(tensor(s_samples)));
        Message(() => scaler.Fit(zeros(3, 28, 28)), "Expected the shape (samples, columns), given (3, 28, 28).");
        Message(() => scaler.Fit(zeros(3, 2, dtype: uint8)), "Expected floating-point numbers, given Byte of shape (3, 2)");
        Message(() => scaler.Fit(zeros(0, 2)), "given an empty set of shape (0, 2)");
        scaler.Fit(tensor(s_samples));
        Message(
            () => scaler.Transform(zeros(3, 2)), "The scaler was fitted on 3 columns; the tensor given has the shape (3, 2).");
        Message(() => new MinMaxScaler(1, 1), "it is from 1 to 1");
    }

    [Fact]
    public void One_hot_rows_have_a_1_where_the_class_is()
    {
        Tensor oneHot = tensor(new byte[] { 7, 0 }).ToCategorical(10);
        Assert.Equal(float32, oneHot.dtype);
        AssertClose([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], oneHot);
        AssertClose([0, 1, 1, 0], tensor(new[] { true, false }).ToCategorical(2));
    }

    [Fact]
    public void One_hot_encoding_says_what_it_expects()
    {
        Message(() => tensor(new byte[] { 10 }).ToCategorical(10), "Expected class numbers from 0 to 9, given 10 to 10.");
        Message(() => tensor(new long[] { -1, 3 }).ToCategorical(10), "given -1 to 3");
        Message(() => zeros(2, 2, dtype: int64).ToCategorical(10),
            "Expected whole numbers in the shape (n,), given Int64 of shape (2, 2).");
        Message(() => zeros(2).ToCategorical(10), "given Float32 of shape (2,)");
        Message(() => zeros(0, dtype: int64).ToCategorical(10), "given an empty set of shape (0,)");
    }

    // scikit-learn 1.2.1: len(train_test_split(np.arange(count), test_size=share)[1]).
    [Theory]
    [InlineData(60000, 0.3, 18000)]
    [InlineData(10, 0.25, 3)]
    [InlineData(7, 0.5, 4)]
    [InlineData(2, 0.5, 1)]
    [InlineData(1000, 0.0001, 1)]
    [InlineData(100, 0.07, 8)]
    [InlineData(100, 0.29, 29)]
    [InlineData(100, 0.57, 57)]
    public void The_split_rounds_the_second_part_up_and_loses_nothing(int count, double share, int expected)
    {
        Tensor x = arange(count);
        var (xTrain, xTest, yTrain, yTest) = ModelSelection.TrainTestSplit(x, x * 2, share, seed: 1);
        Assert.Equal(expected, xTest.shape[0]);
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), cat([xTrain, xTest]).data<long>().ToArray().Order());
        Assert.True((yTrain == xTrain * 2).all().item<bool>());
        Assert.True((yTest == xTest * 2).all().item<bool>());
    }

    [Fact]
    public void The_split_depends_on_the_seed_and_on_nothing_else()
    {
        Tensor x = arange(1000);
        long[] Split(long? seed)
        {
            _ = rand(3);
            return ModelSelection.TrainTestSplit(x, x, 0.3, seed).XTest.data<long>().ToArray();
        }

        Assert.Equal(Split(1338), Split(1338));
        Assert.NotEqual(Split(1338), Split(1339));
        manual_seed(1338);
        Assert.Equal(Split(1338), Split(null));
        Assert.NotEqual(Split(1338).Order(), Split(1338));
    }

    [Fact]
    public void The_split_mixes_both_parts()
    {
        // As many from each end as chance gives: 100 of the 300 are from the first third, give or take 7 (hypergeometric).
        var (train, test, _, _) = ModelSelection.TrainTestSplit(arange(1000), arange(1000), 0.3, seed: 4);
        foreach (Tensor part in new[] { train, test })
        {
            long[] numbers = part.data<long>().ToArray();
            Assert.NotEqual(numbers.Order(), numbers);
            Assert.InRange(numbers.Count(number => number < 333) / (double)numbers.Length, 0.333 - 0.08, 0.333 + 0.08);
        }
    }

    [Fact]
    public void The_split_says_what_it_expects()
    {
        Message(
            () => ModelSelection.TrainTestSplit(zeros(3), zeros(4)), "Expected as many samples as targets, given (3,) and (4,).");
        Assert.All(new[] { 0, 1, -0.1, 1.5, 3, double.NaN }, share => Message(
            () => ModelSelection.TrainTestSplit(zeros(10), zeros(10), share),
            "leaves one of the parts empty; it must be between 0 and 1."));
        Message(() => ModelSelection.TrainTestSplit(zeros(3), zeros(3), 0.999),
            "A share of 0.999 of 3 samples leaves one of the parts empty");
        Message(() => ModelSelection.TrainTestSplit(zeros(1), zeros(1), 0.5), "leaves one of the parts empty");
    }

    [Fact]
    public void Shapes_print_as_Python_prints_tuples()
    {
        Assert.Equal("(60000, 28, 28, 1)", new Shape(28, 28, 1).WithBatch(60000).ToString());
        Assert.Equal("(None, 10)", new Shape(Shape.None, 10).ToString());
        Assert.Equal("(32,)", new Shape(32).ToString());
        Assert.Equal("()", new Shape().ToString());
        Assert.Equal("(2, 3)", zeros(2, 3).Shape().ToString());
    }

    [Fact]
    public void Shapes_are_equal_when_their_sizes_are() => Gen.Long[0, 5].Array[0, 4].Sample(sizes =>
    {
        Assert.Equal(new Shape(sizes), new Shape(sizes));
        Assert.Equal(new Shape(sizes).GetHashCode(), new Shape(sizes).GetHashCode());
        Assert.True(new Shape(sizes) != new Shape([.. sizes, 1]));
        Assert.Equal(sizes, (long[])new Shape(sizes));
    });

    private static void AssertClose(float[] expected, Tensor actual)
    {
        float[] values = actual.contiguous().data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    private static void Message(Func<object?> call, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(call).Message, StringComparison.Ordinal);
}

using MnistCnn;
using MnistCnn.Course;
using TorchSharp;
using Xunit;
using static MnistCnn.Tests.Course.Answers;
using static TorchSharp.torch;
using Check = MnistCnn.Course.Check;

namespace MnistCnn.Tests.Course;

/// <summary>The answers of task 1, of a small data set in MNIST's format.</summary>
public sealed class DataChecksTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public DataChecksTests() => UseSmall();

    private static Tensor X => Small.Train.Images;

    private static Tensor XTest => Small.Test.Images;

    private static Tensor Y => Small.Train.Labels;

    private static Tensor YTest => Small.Test.Labels;

    private static Tensor XShare => (X.to(float32) / 255).unsqueeze(-1);

    private static Tensor XTestShare => (XTest.to(float32) / 255).unsqueeze(-1);

    private static Tensor YHot => Y.ToCategorical(10);

    private static Tensor YTestHot => YTest.ToCategorical(10);

    private static MinMaxScaler Fitted => new MinMaxScaler().Fit(Flat(X));

    private static AnswerTable Table { get; } = new AnswerTable()
        .Right(() => Check.Loaded(X, Y, XTest, YTest), "600 training and 200 test images of 28 × 28 pixels")
        .Right(() => Check.Loaded(X.reshape(600, 784), Y.to(int64), XTest.to(float32), YTest.to(int32)))
        .Right(() => Check.Loaded(X.clone(), Y.clone(), XTest.clone(), YTest.clone()))
        .Right(() => Check.Loaded(X.unsqueeze(1), Y, XTest.unsqueeze(1), YTest))
        .Right(() => Check.Loaded(X.to(float64) / 255, Y.to(uint8), XTest.to(float64) / 255, YTest))
        .Right(() => Check.Loaded(tensor(X.data<byte>().ToArray(), [600, 28, 28]), Y, XTest, YTest))
        .Wrong(() => Check.Loaded(null, null, null, null), "X_train, y_train, X_test, y_test are still empty", "Mnist.Load()")
        .Wrong(() => Check.Loaded(X, Y, XTest, null), "y_test is still empty", "pair of pairs")
        .Wrong(() => Check.Loaded(XTest, YTest, X, Y), "swapped", "larger set")
        .Wrong(() => Check.Loaded(Y, X, YTest, XTest), "labels", "X are the images")
        .Wrong(() => Check.Loaded(X[..420], Y[..420], XTest, YTest), "X_train has the shape (420, 28, 28)", "600 images")
        .Wrong(() => Check.Loaded(X, YTest, XTest, YTest), "y_train has the shape (200,)", "one label for each")
        .Wrong(() => Check.Loaded(X, Y.flip(0), XTest, YTest), "other labels than MNIST", "in their order")
        .Wrong(() => Check.Loaded(X.transpose(1, 2), Y, XTest, YTest),
            "The pixels of image 0 of X_train are not those of image 0 of MNIST", "Rows and columns are swapped")
        .Wrong(() => Check.Loaded(X.flip(0), Y, XTest, YTest), "image 0 of X_train", "no longer in their order")
        .Wrong(() => Check.Loaded(X, Y, zeros_like(XTest), YTest), "image 0 of X_test", "mixed up")

        .Right(() => Check.Scaled(Fitted.Transform(Flat(X)), Fitted.Transform(Flat(XTest))), "The pixels run from 0 to 1")
        .Right(() => Check.Scaled(
            Fitted.Transform(Flat(X)).reshape(-1, 28, 28, 1), Fitted.Transform(Flat(XTest)).reshape(-1, 28, 28, 1)))
        .Right(() => Check.Scaled(XShare, XTestShare))
        .Right(() => Check.Scaled(X.to(float32).div_(255), XTest.to(float32).mul_(1f / 255)))
        .Right(() => Check.Scaled(X.to(float32) / X.max(), XTest.to(float32) / X.max()))
        .Right(() => Check.Scaled(X.to(float64).div(255).to(float32), XTest.to(float64).div(255).to(float32)))
        .Right(() => Check.Scaled(X.@float().reshape(-1, 1, 28, 28) / 255.0f, XTest.@float().reshape(-1, 1, 28, 28) / 255.0f))
        .Wrong(() => Check.Scaled(null, null), "X_train, X_test are still empty", "Load")
        .Wrong(() => Check.Scaled(X, XTest), "whole numbers from 0 to 255", "float32")
        .Wrong(() => Check.Scaled(X.div(255, RoundingMode.floor).to(uint8), XTestShare),
            "only the whole numbers 0 and 1", "fractions")
        .Wrong(() => Check.Scaled(Flat(X), Flat(XTest)), "from 0 to 255: not scaled", "MinMaxScaler")
        .Wrong(() => Check.Scaled((Flat(X) - Flat(X).mean()) / Flat(X).std(), Flat(XTest)), "X_train runs from -0.4", "no mean")
        .Wrong(() => Check.Scaled(new MinMaxScaler(-1, 1).FitTransform(Flat(X)), Flat(XTest)), "from -1 to 1", "lower end is 0")
        .Wrong(() => Check.Scaled(XShare / 255, XTestShare / 255), "X_train runs from 0 to 0.004", "twice")
        .Wrong(() => Check.Scaled(Flat(X) / 256, Flat(XTest) / 256), "X_train runs from 0 to 0.996", "reach 1")
        .Wrong(() => Scaled(new MinMaxScaler().Fit(cat([Flat(X), Flat(XTest)]))), "has seen the test images", "X_train alone")
        .Wrong(() => Scaled(new MinMaxScaler().Fit(Flat(XTest))), "The scaler was fitted on the test images", "X_train alone")
        .Wrong(() => Check.Scaled(Fitted.Transform(Flat(X)), new MinMaxScaler().FitTransform(Flat(XTest))),
            "its own smallest and largest", "learns anew")
        .Wrong(() => Check.Scaled(Fitted.Transform(Flat(X)), Flat(XTest)), "X_test is not scaled", "Scale it too")
        .Wrong(() => Check.Scaled(Fitted.Transform(Flat(X)), XTestShare), "another way", "same number in both")
        .Wrong(() => Check.Scaled(XShare.flip(0), XTestShare), "image 0 of X_train", "no longer in their order")
        .Wrong(() => Check.Scaled(XShare.transpose(1, 2), XTestShare), "image 0 of X_train", "Rows and columns are swapped")
        .Wrong(() => Check.Scaled(XShare.sqrt(), XTestShare.sqrt()), "not by a straight line", "subtracts and divides")
        .Wrong(() => Check.Scaled(XShare[..420], XTestShare), "X_train has the shape (420, 28, 28, 1)", "600 images")
        .Wrong(() => Check.Scaled(XShare.to(float64), XTestShare.to(float64)), "X_train is Float64", "float32")

        .Right(() => Check.NetworkShape(XShare, XTestShare), "X_train is (600, 28, 28, 1) and X_test (200, 28, 28, 1)")
        .Right(() => Check.NetworkShape(XShare.reshape(-1, 28, 28, 1), XTestShare.view(200, 28, 28, 1)))
        .Right(() => Check.NetworkShape(Flat(X).reshape(new MnistCnn.Shape(28, 28, 1).WithBatch(600)) / 255, XTestShare))
        .Right(() => Check.NetworkShape(XShare.squeeze(-1)[TensorIndex.Ellipsis, TensorIndex.Null], XTestShare))
        .Right(() => Check.NetworkShape(XShare.permute(0, 3, 1, 2).permute(0, 2, 3, 1), XTestShare))
        .Right(() => Check.NetworkShape(Fitted.Transform(Flat(X)).reshape(-1, 28, 28, 1), XTestShare))
        .Right(() => Check.NetworkShape(stack([XShare.squeeze(-1)], dim: 3), XTestShare.clone()))
        .Right(() => ChannelsFirst(() => Check.NetworkShape(XShare.squeeze(-1).unsqueeze(1), XTestShare.reshape(200, 1, 28, 28))))
        .Wrong(() => Check.NetworkShape(null, XTestShare), "X_train is still empty", "go_on cell")
        .Wrong(() => Check.NetworkShape(Flat(X), XTestShare),
            "X_train is (600, 784); the network needs (600, 28, 28, 1)", "one row")
        .Wrong(() => Check.NetworkShape(X, XTestShare), "X_train is (600, 28, 28);", "channel axis is missing")
        .Wrong(() => Check.NetworkShape(X.unsqueeze(1), XTestShare), "X_train is (600, 1, 28, 28);", "channels_last")
        .Wrong(() => Check.NetworkShape(XShare, XTest), "X_test is (200, 28, 28);", "channel axis")
        .Wrong(() => Check.NetworkShape(XShare[..420], XTestShare), "X_train is (420, 28, 28, 1);", "split the set since")
        .Wrong(() => Check.NetworkShape(XShare.transpose(1, 2), XTestShare), "image 0 of X_train", "Rows and columns are swapped")
        .Wrong(() => Check.NetworkShape(XShare.reshape(28, 28, 1, 600).permute(3, 0, 1, 2), XTestShare),
            "image 0 of X_train", "mixed up")
        .Wrong(() => Check.NetworkShape(XShare, XTestShare.reshape(28, 200, 28, 1).transpose(0, 1)),
            "image 0 of X_test", "mixed up")
        .Wrong(() => Check.NetworkShape(XShare, XTestShare.flip(0)), "image 0 of X_test", "no longer in their order")
        .Wrong(() => Check.NetworkShape(X.unsqueeze(-1), XTestShare), "X_train is Byte", "float32")
        .Wrong(() => ChannelsFirst(() => Check.NetworkShape(XShare, XTestShare)), "needs (600, 1, 28, 28)", "channels_first")

        .Right(() => Check.OneHot(YHot, YTestHot), "one 1 in each row, at the right digit")
        .Right(() => Check.OneHot(eye(10).index_select(0, Y.to(int64)), YTestHot.to(float64)))
        .Right(() => Check.OneHot(nn.functional.one_hot(Y.to(int64), 10).to(float32), YTestHot))
        .Right(() => Check.OneHot(zeros(600, 10).scatter_(1, Y.to(int64).unsqueeze(1), ones(600, 1)), YTestHot))
        .Right(() => Check.OneHot(Y.unsqueeze(1).eq(arange(10)).to(float32), YTestHot))
        .Right(() => Check.OneHot(eye(10)[Y.to(int64)], eye(10)[YTest.to(int64)]))
        .Wrong(() => Check.OneHot(null, null), "Y_train, Y_test are still empty", "one-hot")
        .Wrong(() => Check.OneHot(Y, YTestHot), "Y_train is (600,)", "ten numbers")
        .Wrong(() => Check.OneHot(Y.ToCategorical(11), YTestHot), "Y_train has 11 columns", "0 is one")
        .Wrong(() => Check.OneHot(YTestHot, YHot), "Y_train is (200, 10); expected (600, 10)", "right labels")
        .Wrong(() => Check.OneHot(YHot.T, YTestHot), "Y_train is (10, 600); expected (600, 10)", "One row for each image")
        .Wrong(() => Check.OneHot(YHot.flip(0), YTestHot), "do not stand at the labels", "row by row")
        .Wrong(() => Check.OneHot(YHot.roll(1, 1), YTestHot), "do not stand at the labels", "Column 0 is for the digit 0")
        .Wrong(() => Check.OneHot(YHot * 2, YTestHot), "Y_train is not one-hot", "single 1")
        .Wrong(() => Check.OneHot(YHot.to(int64), YTestHot), "Y_train is Int64", "float32")

        .Right(() => SplitBy(ModelSelection.TrainTestSplit(XShare, YHot, testSize: 0.3, seed: 5)),
            "420 training and 180 validation")
        .Right(() => Check.Split(XShare[..420], XShare[420..], YHot[..420], YHot[420..]))
        .Right(() => Check.Split(XShare[180..], XShare[..180], YHot[180..], YHot[..180]))
        .Right(() => SplitInOrder(randperm(600), XShare, YHot))
        .Right(() => SplitInOrder(randperm(600), XShare.permute(0, 3, 1, 2), Y.to(int64)))
        .Right(() => SplitInOrder(arange(600), Fitted.Transform(Flat(X)).reshape(-1, 1, 28, 28), YHot))
        .Right(() => Check.Split(XShare.split([420, 180])[0], XShare.split([420, 180])[1], YHot[..420], YHot[420..]))
        .Wrong(() => Check.Split(XShare, null, YHot, null), "X_val, Y_val are still empty", "four tensors")
        .Wrong(() => Check.Split(XShare[..420], YHot[..420], XShare[420..], YHot[420..]),
            "X_train is (420, 28, 28, 1)", "mixed up")
        .Wrong(() => Check.Split(XShare[..180], XShare[180..], YHot[..180], YHot[180..]), "180 training and 420", "testSize")
        .Wrong(() => Check.Split(XShare[..420], XShare[420..], YHot[420..], YHot[..420]),
            "180 and 420 targets", "order of the four")
        .Wrong(() => Check.Split(XShare[..450], XShare[450..], YHot[..450], YHot[450..]), "450 training and 150", "70 %")
        .Wrong(() => Check.Split(XShare, XShare[420..], YHot, YHot[420..]), "600 training and 180", "leave")
        .Wrong(() => Check.Split(XShare[..294], XShare[294..420], YHot[..294], YHot[294..420]), "294 training and 126", "twice")
        .Wrong(() => Check.Split(XShare[..420], XShare[..180], YHot[..420], YHot[..180]), "in both", "without overlap")
        .Wrong(() => Check.Split(XShare[..420], XShare[420..], YHot.flip(0)[..420], YHot.flip(0)[420..]),
            "belong together", "one call")
        .Wrong(() => Check.Split(XShare, XTestShare, YHot, YTestHot), "X_val holds the test images", "the worst of mistakes")
        .Wrong(() => Check.Split(XShare[..420], XTestShare[..180], YHot[..420], YTestHot[..180]),
            "the test images", "worst of mistakes")
        .Wrong(() => Check.Split(rand(420, 28, 28, 1), rand(180, 28, 28, 1), YHot[..420], YHot[420..]),
            "no longer holds", "Its check above");

    public static TheoryData<string> Rights => Table.Rights;

    public static TheoryData<string> Wrongs => Table.Wrongs;

    public void Dispose()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public void A_right_answer_passes(string source) => Table.Try(source);

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void A_wrong_answer_is_told_why(string source) => Table.Try(source);

    [Fact]
    public void The_shape_of_an_image_in_either_format()
    {
        Passes(Check.ImageShape([28, 28, 1]));
        Fails(Check.ImageShape(null), "empty", "shape of one image");
        Fails(Check.ImageShape([1, 28, 28]), "the data format is channels_last", "channel axis");
        Fails(Check.ImageShape([28, 28, 3]), "(28, 28, 3)", "grey");
        Fails(Check.ImageShape([28, 28]), "(28, 28)", "three axes");
        Fails(Check.ImageShape([32, 32, 1]), "(32, 32, 1)", "28 rows");
        Backend.ImageDataFormat = ImageDataFormat.ChannelsFirst;
        Passes(Check.ImageShape([1, 28, 28]));
        Fails(Check.ImageShape([28, 28, 1]), "channels_first", "channel axis");
    }

    [Fact]
    public void Other_data_in_MNISTs_format_are_compared_with_themselves()
    {
        Tensor x = X.flip(1), y = (9 - Y).to(uint8), xTest = XTest.flip(1), yTest = (9 - YTest).to(uint8);
        ImageDataset.Latest = ("/other/fashion", () => new(new(x.clone(), y.clone()), new(xTest.clone(), yTest.clone())));
        Passes(Check.Loaded(x, y, xTest, yTest));
        Passes(Check.Scaled(x.to(float32) / 255, xTest.to(float32) / 255));
        Passes(Check.NetworkShape((x.to(float32) / 255).unsqueeze(-1), (xTest.to(float32) / 255).unsqueeze(-1)));
        Passes(Check.OneHot(y.ToCategorical(10), yTest.ToCategorical(10)));
        Passes(SplitBy(ModelSelection.TrainTestSplit(x.to(float32), y.ToCategorical(10), testSize: 0.3, seed: 5)));
        Fails(Check.Loaded(X, y, xTest, yTest), "are not those of image 0 of fashion", "mixed up");
    }

    [Fact]
    public void The_data_set_that_was_loaded_last_is_the_one_to_compare_with()
    {
        ImageDataset.Latest = null;
        Mnist.Load();
        Assert.Equal(DataFolder.For("mnist"), ImageDataset.Latest!.Value.Folder);
        Passes(Check.Loaded(RawTrain, TrainLabels, RawTest, TestLabels));
        Fails(Check.Loaded(X, Y, XTest, YTest), "X_train has the shape (600, 28, 28)", "60,000 images of 28 × 28");
    }

    [Fact]
    public void Prepared_data_count_as_loaded_in_the_checks_above_them()
    {
        var (train, val, test) = Prepared.Data();
        Assert.All(
            [
                Check.Loaded(train.X, null, test.X, null), Check.Scaled(train.X, test.X), Check.NetworkShape(train.X, test.X),
                Check.OneHot(train.Y, test.Y),
            ],
            result => Assert.StartsWith("✓ Loaded", result.ToString(), StringComparison.Ordinal));
        Passes(Check.Split(train.X, val.X, train.Y, val.Y));
    }

    [Fact]
    public void What_a_check_cannot_look_at_is_said_in_words()
    {
        Tensor gone = zeros(3);
        gone.Dispose();
        Assert.False(Check.Scaled(gone, gone).Passed);
        Assert.False(Check.Network(4, Prepared.NewModel(1), [28, 28, 1]).Passed);
        Fails(Check.Network(4, Prepared.NewModel(1), [28, 28, 1]), "could not look", "in order");
    }

    private static CheckResult Scaled(MinMaxScaler scaler) =>
        Check.Scaled(scaler.Transform(Flat(X)), scaler.Transform(Flat(XTest)));

    private static CheckResult SplitBy((Tensor XTrain, Tensor XVal, Tensor YTrain, Tensor YVal) split) =>
        Check.Split(split.XTrain, split.XVal, split.YTrain, split.YVal);

    private static CheckResult SplitInOrder(Tensor order, Tensor x, Tensor y) => Check.Split(
        x.index_select(0, order[..420]), x.index_select(0, order[420..]),
        y.index_select(0, order[..420]), y.index_select(0, order[420..]));

    private static CheckResult ChannelsFirst(Func<CheckResult> check)
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsFirst;
        return check();
    }
}

using MnistCnn;
using MnistCnn.Course;
using Xunit;
using static TorchSharp.torch;
using Check = MnistCnn.Course.Check;

namespace MnistCnn.Tests.Checks;

public sealed class DataCheckTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        _scope.Dispose();
    }

    [Fact]
    public void The_shape_of_an_image_in_either_format()
    {
        Answers.Passes(Check.ImageShape([28, 28, 1]));
        Answers.Fails(Check.ImageShape(null), "empty", "shape of one image");
        Answers.Fails(Check.ImageShape([1, 28, 28]), "the data format is channels_last", "channel axis");
        Answers.Fails(Check.ImageShape([28, 28, 3]), "(28, 28, 3)", "grey");
        Answers.Fails(Check.ImageShape([28, 28]), "(28, 28)", "three axes");
        Answers.Fails(Check.ImageShape([32, 32, 1]), "(32, 32, 1)", "28 rows");
        Backend.ImageDataFormat = ImageDataFormat.ChannelsFirst;
        Answers.Passes(Check.ImageShape([1, 28, 28]));
        Answers.Fails(Check.ImageShape([28, 28, 1]), "channels_first", "channel axis");
    }

    [Fact]
    public void Loaded_data_as_they_come_or_already_converted()
    {
        (Tensor x, Tensor y, Tensor xTest, Tensor yTest) = (Answers.RawTrain, Answers.TrainLabels, Answers.RawTest, Answers.TestLabels);
        Answers.Passes(Check.Loaded(x, y, xTest, yTest));
        Answers.Passes(Check.Loaded(x.reshape(60000, 784), y.to(int64), xTest.to(float32), yTest.to(int32)));
        Answers.Fails(Check.Loaded(null, null, null, null), "X_train, y_train, X_test, y_test are still empty", "Mnist.Load()");
        Answers.Fails(Check.Loaded(x, y, xTest, null), "y_test is still empty", "pair of pairs");
        Answers.Fails(Check.Loaded(xTest, yTest, x, y), "swapped", "larger set");
        Answers.Fails(Check.Loaded(y, x, yTest, xTest), "labels", "X are the images");
        Answers.Fails(Check.Loaded(x[..42000], y[..42000], xTest, yTest), "X_train has the shape (42000, 28, 28)", "60,000 images");
        Answers.Fails(Check.Loaded(x, yTest, xTest, yTest), "y_train has the shape (10000,)", "one label for each");
        Answers.Fails(Check.Loaded(x, y.flip(0), xTest, yTest), "other labels", "Mnist.Load()");
    }

    [Fact]
    public void The_shape_that_the_network_takes_in_either_format()
    {
        Tensor x = Answers.RawTrain.to(float32) / 255;
        Tensor xTest = Answers.RawTest.to(float32) / 255;
        Answers.Passes(Check.NetworkShape(x.unsqueeze(-1), xTest.reshape(-1, 28, 28, 1)));
        Answers.Fails(Check.NetworkShape(null, xTest), "X_train is still empty", "go_on cell");
        Answers.Fails(Check.NetworkShape(x.reshape(60000, 784), xTest), "X_train is (60000, 784); the network needs (60000, 28, 28, 1)", "one row");
        Answers.Fails(Check.NetworkShape(x, xTest), "X_train is (60000, 28, 28);", "channel axis is missing");
        Answers.Fails(Check.NetworkShape(x.unsqueeze(1), xTest), "X_train is (60000, 1, 28, 28);", "channels_last");
        Answers.Fails(Check.NetworkShape(x.unsqueeze(-1), xTest), "X_test is (10000, 28, 28);", "channel axis");
        Answers.Fails(Check.NetworkShape(x.transpose(1, 2).unsqueeze(-1), xTest.unsqueeze(-1)), "swapped", "reshape");
        Answers.Fails(Check.NetworkShape(Answers.RawTrain.unsqueeze(-1), xTest.unsqueeze(-1)), "X_train is Byte", "float32");
        Backend.ImageDataFormat = ImageDataFormat.ChannelsFirst;
        Answers.Passes(Check.NetworkShape(x.unsqueeze(1), xTest.unsqueeze(1)));
        Answers.Fails(Check.NetworkShape(x.unsqueeze(-1), xTest.unsqueeze(-1)), "(60000, 1, 28, 28)", "channels_first");
    }

    [Fact]
    public void One_hot_targets_however_they_are_made()
    {
        Tensor y = Answers.TrainLabels.ToCategorical(10);
        Tensor yTest = Answers.TestLabels.ToCategorical(10);
        Answers.Passes(Check.OneHot(y, yTest));
        Answers.Passes(Check.OneHot(eye(10).index_select(0, Answers.TrainLabels.to(int64)), yTest.to(float64)));
        Answers.Fails(Check.OneHot(null, null), "Y_train, Y_test are still empty", "one-hot");
        Answers.Fails(Check.OneHot(Answers.TrainLabels, yTest), "Y_train is (60000,)", "ten numbers");
        Answers.Fails(Check.OneHot(Answers.TrainLabels.ToCategorical(11), yTest), "Y_train has 11 columns", "0 is one");
        Answers.Fails(Check.OneHot(yTest, y), "Y_train is (10000, 10); expected (60000, 10)", "right labels");
        Answers.Fails(Check.OneHot(y.flip(0), yTest), "do not stand at the labels", "row by row");
        Answers.Fails(Check.OneHot(y * 2, yTest), "Y_train is not one-hot", "single 1");
        Answers.Fails(Check.OneHot(y.to(int64), yTest), "Y_train is Int64", "float32");
    }

    [Fact]
    public void Scaled_pixel_by_pixel_or_by_255()
    {
        Tensor x = Answers.Flat(Answers.RawTrain);
        Tensor xTest = Answers.Flat(Answers.RawTest);
        var scaler = new MinMaxScaler();
        Answers.Passes(Check.Scaled(scaler.FitTransform(x), scaler.Transform(xTest)));
        Answers.Passes(Check.Scaled(scaler.FitTransform(x).reshape(-1, 28, 28, 1), scaler.Transform(xTest).reshape(-1, 28, 28, 1)));
        Answers.Passes(Check.Scaled(x / 255, xTest / 255));
        Answers.Passes(Check.Scaled(x.reshape(-1, 28, 28) / x.max(), xTest.reshape(-1, 28, 28) / x.max()));
    }

    [Fact]
    public void Scaled_wrongly_each_with_its_own_hint()
    {
        Tensor x = Answers.Flat(Answers.RawTrain);
        Tensor xTest = Answers.Flat(Answers.RawTest);
        var scaler = new MinMaxScaler();
        Tensor right = scaler.FitTransform(x);
        Tensor rightTest = scaler.Transform(xTest);
        var both = new MinMaxScaler().Fit(cat([x, xTest]));
        Answers.Fails(Check.Scaled(null, null), "X_train, X_test are still empty", "Load");
        Answers.Fails(Check.Scaled(Answers.RawTrain, Answers.RawTest), "whole numbers from 0 to 255", "float32");
        Answers.Fails(Check.Scaled(Answers.RawTrain.div(255, RoundingMode.floor).to(uint8), rightTest), "only the whole numbers 0 and 1", "fractions");
        Answers.Fails(Check.Scaled(x, xTest), "from 0 to 255: not scaled", "MinMaxScaler");
        Answers.Fails(Check.Scaled((x - x.mean()) / x.std(), (xTest - x.mean()) / x.std()), "X_train runs from -0.424", "no mean");
        Answers.Fails(Check.Scaled(new MinMaxScaler(-1, 1).FitTransform(x), rightTest), "X_train runs from -1 to 1", "lower end is 0");
        Answers.Fails(Check.Scaled(right / 255, rightTest / 255), "X_train runs from 0 to 0.004", "twice");
        Answers.Fails(Check.Scaled(x / 256, xTest / 256), "X_train runs from 0 to 0.996", "reach 1");
        Answers.Fails(Check.Scaled(both.Transform(x), both.Transform(xTest)), "has seen the test images", "X_train alone");
        Answers.Fails(Check.Scaled(right, new MinMaxScaler().FitTransform(xTest)), "its own smallest and largest", "learns anew");
        Answers.Fails(Check.Scaled(right, xTest), "X_test is not scaled", "Scale it too");
        Answers.Fails(Check.Scaled(right, xTest / 255), "another way", "same number in both");
        Answers.Fails(Check.Scaled(right.flip(0), rightTest), "no longer the images", "in order");
        Answers.Fails(Check.Scaled(right[..42000], rightTest), "X_train has the shape (42000, 784)", "60,000 images");
        Answers.Fails(Check.Scaled(right.to(float64), rightTest.to(float64)), "X_train is Float64", "float32");
    }

    [Fact]
    public void Split_by_the_library_or_by_hand()
    {
        Tensor x = (Answers.RawTrain.to(float32) / 255).unsqueeze(-1);
        Tensor y = Answers.TrainLabels.ToCategorical(10);
        var (xTrain, xVal, yTrain, yVal) = ModelSelection.TrainTestSplit(x, y, testSize: 0.3, seed: 5);
        Answers.Passes(Check.Split(xTrain, xVal, yTrain, yVal));
        Answers.Passes(Check.Split(x[..42000], x[42000..], y[..42000], y[42000..]));
        Tensor order = randperm(60000);
        Answers.Passes(Check.Split(
            x.index_select(0, order[..42000]), x.index_select(0, order[42000..]), y.index_select(0, order[..42000]), y.index_select(0, order[42000..])));
        var scaled = new MinMaxScaler().FitTransform(Answers.Flat(Answers.RawTrain)).reshape(-1, 1, 28, 28);
        Answers.Passes(Check.Split(scaled[..42000], scaled[42000..], y[..42000], y[42000..]));
    }

    [Fact]
    public void Split_wrongly_each_with_its_own_hint()
    {
        Tensor x = (Answers.RawTrain.to(float32) / 255).unsqueeze(-1);
        Tensor y = Answers.TrainLabels.ToCategorical(10);
        var (xTrain, xVal, yTrain, yVal) = ModelSelection.TrainTestSplit(x, y, testSize: 0.3, seed: 5);
        Answers.Fails(Check.Split(x, null, y, null), "X_val, Y_val are still empty", "four tensors");
        Answers.Fails(Check.Split(xTrain, yTrain, xVal, yVal), "X_train is (42000, 28, 28, 1)", "mixed up");
        Answers.Fails(Check.Split(xVal, xTrain, yVal, yTrain), "18,000 training and 42,000", "testSize");
        Answers.Fails(Check.Split(xTrain, xVal, yVal, yTrain), "but 18,000 and 42,000 targets", "order of the four");
        Answers.Fails(Check.Split(x[..45000], x[45000..], y[..45000], y[45000..]), "45,000 training and 15,000", "70 %");
        Answers.Fails(Check.Split(x, xVal, y, yVal), "60,000 training and 18,000", "leave");
        Answers.Fails(Check.Split(xTrain[..29400], xTrain[29400..], yTrain[..29400], yTrain[29400..]), "29,400 training and 12,600", "twice");
        Answers.Fails(Check.Split(x[..42000], x[..18000], y[..42000], y[..18000]), "in both", "without overlap");
        Answers.Fails(Check.Split(xTrain, xVal, y[..42000], y[42000..]), "no longer belong together", "one call");
    }

    [Fact]
    public void What_a_check_cannot_look_at_is_said_in_words()
    {
        Tensor gone = zeros(3);
        gone.Dispose();
        Assert.False(Check.Scaled(gone, gone).Passed);
        Assert.False(Check.Network(4, Prepared.NewModel(1), [28, 28, 1]).Passed);
        Answers.Fails(Check.Network(4, Prepared.NewModel(1), [28, 28, 1]), "could not look", "in order");
    }
}

using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>The checks of loading, shapes and targets.</summary>
internal static class DataChecks
{
    private const string SplitSince = "if you have split the set since, this check is for the step right above it.";

    /// <summary>The shape of one image that the present data format asks for.</summary>
    public static Shape ExpectedImage =>
        Backend.ImageDataFormat == ImageDataFormat.ChannelsFirst ? new Shape(1, 28, 28) : new Shape(28, 28, 1);

    /// <summary>What a check of task 1 says once the prepared data have been taken.</summary>
    public static CheckResult IsPrepared => CheckResult.Loaded("Loaded: these are the prepared data of the go_on cell below.");

    public static CheckResult ImageShape(Shape? image)
    {
        string format = Backend.ImageDataFormat.KerasName();
        return image switch
        {
            null => Wrong("shape_ord is empty.", "It is the shape of one image: rows, columns and channels."),
            _ when image == ExpectedImage => Right($"One image has the shape {image} with {format}."),
            { Count: not 3 } => Wrong($"shape_ord is {image}.", "One image has three axes: rows, columns and channels."),
            _ when image.Contains(3) => Wrong(
                $"shape_ord is {image}.", "MNIST is grey: how many channels does such an image have?"),
            _ when image.Order().SequenceEqual(ExpectedImage.Order()) => Wrong(
                $"shape_ord is {image}, but the data format is {format}.",
                "Which end does the channel axis belong to? Run its cell again after you turn the switch."),
            _ => Wrong($"shape_ord is {image}.", "An image has 28 rows, 28 columns and one channel."),
        };
    }

    public static CheckResult Loaded(Tensor? xTrain, Tensor? yTrain, Tensor? xTest, Tensor? yTest)
    {
        ReferenceData data = ReferenceData.Present;
        return 0 switch
        {
            _ when Prepared.Gave(xTrain) => IsPrepared,
            _ when Missing(("X_train", xTrain), ("y_train", yTrain), ("X_test", xTest), ("y_test", yTest)) is { } names => Wrong(
                $"{names} still empty.", "Mnist.Load() gives a pair of pairs: ((X_train, y_train), (X_test, y_test))."),
            _ when xTrain!.shape[0] == data.Test.Count && xTest!.shape[0] == data.Train.Count => Wrong(
                "Training and test set are swapped.", "The larger set is the one to learn from: which pair comes first?"),
            _ when xTrain!.dim() == 1 && yTrain!.dim() > 1 => Wrong(
                "X_train holds labels and y_train images.", "X are the images, y the labels: look at their order in the pair."),
            _ => data.FirstWrong("X", xTrain!, xTest!, WrongSize)
                ?? data.FirstWrong("y", yTrain!, yTest!, (name, tensor, set) => tensor.dim() != 1 || tensor.shape[0] != set.Count
                    ? Wrong(
                        $"{name} has the shape {tensor.Shape()}.",
                        Invariant($"Expected one label for each of the {set.Count:N0} images."))
                    : Same(tensor.to(ScalarType.Int64), set.Labels.to(ScalarType.Int64))
                    ? null
                    : Wrong($"{name} holds other labels than {data.Name}.", "Load again, and leave the labels in their order."))
                ?? data.FirstWrong("X", xTrain!, xTest!, data.WrongPixels)
                ?? Right(Invariant($"{data.Train.Count:N0} training and {data.Test.Count:N0} test images ")
                    + Invariant($"of {data.Train.Images.shape[1]} × {data.Train.Images.shape[2]} pixels, each with its label.")),
        };
    }

    public static CheckResult NetworkShape(Tensor? xTrain, Tensor? xTest) => NoImages(xTrain, xTest)
        ?? ReferenceData.Present.FirstWrong("X", xTrain!, xTest!, WrongShape)
        ?? ReferenceData.Present.FirstWrong("X", xTrain!, xTest!, ReferenceData.Present.WrongPixels)
        ?? NotFloat(xTrain!, xTest!)
        ?? Right($"X_train is {xTrain!.Shape()} and X_test {xTest!.Shape()}, as the network takes them.");

    public static CheckResult OneHot(Tensor? yTrain, Tensor? yTest) => 0 switch
    {
        _ when Prepared.Gave(yTrain) => IsPrepared,
        _ when Missing(("Y_train", yTrain), ("Y_test", yTest)) is { } names => Wrong(
            $"{names} still empty.", "Turn y_train and y_test into one-hot rows and give the results these names."),
        _ => ReferenceData.Present.FirstWrong("Y", yTrain!, yTest!, WrongTargets) ?? Right(
            $"Y_train is {yTrain!.Shape()} and Y_test {yTest!.Shape()}, one 1 in each row, at the right digit."),
    };

    /// <summary>What the checks of images say where there are none, or the prepared ones.</summary>
    public static CheckResult? NoImages(Tensor? xTrain, Tensor? xTest) => 0 switch
    {
        _ when Prepared.Gave(xTrain) => IsPrepared,
        _ when Missing(("X_train", xTrain), ("X_test", xTest)) is { } names => Wrong(
            $"{names} still empty.", "Load the data first, or take the go_on cell below."),
        _ => null,
    };

    /// <summary>What is wrong where there are too many or too few images of a set.</summary>
    public static CheckResult? WrongSize(string name, Tensor tensor, LabeledImages set) => tensor.numel() == set.Images.numel()
        ? null
        : Wrong(
            $"{name} has the shape {tensor.Shape()}.",
            Invariant($"Expected {set.Count:N0} images of {set.Images.shape[1]} × {set.Images.shape[2]} pixels; ") + SplitSince);

    public static CheckResult? NotFloat(Tensor xTrain, Tensor xTest) =>
        xTrain.dtype == ScalarType.Float32 && xTest.dtype == ScalarType.Float32
            ? null
            : Wrong($"X_train is {xTrain.dtype}, X_test {xTest.dtype}.", "The network computes in float32: .to(torch.float32).");

    /// <summary>The names of the tensors that are not there, with a verb; null if all are.</summary>
    public static string? Missing(params (string Name, Tensor? Tensor)[] tensors)
    {
        string[] names = [.. tensors.Where(t => t.Tensor is null || t.Tensor.IsInvalid).Select(t => t.Name)];
        return names.Length == 0 ? null : $"{string.Join(", ", names)} {(names.Length == 1 ? "is" : "are")}";
    }

    private static CheckResult? WrongShape(string name, Tensor tensor, LabeledImages set)
    {
        (Shape shape, Shape expected) = (tensor.Shape(), ExpectedImage.WithBatch(set.Count));
        return shape == expected ? null : Wrong($"{name} is {shape}; the network needs {expected}.", shape switch
        {
            { Count: 2 } => "Each image is still one row: reshape brings rows, columns and channels back.",
            { Count: 3 } => "The channel axis is missing: shape_ord.WithBatch(…) is a shape that reshape takes.",
            { Count: 4 } when shape[0] == set.Count =>
                $"The data format is {Backend.ImageDataFormat.KerasName()}: where does the channel axis go?",
            _ when tensor.numel() != set.Images.numel() => $"There are not as many images as before; {SplitSince}",
            _ => "The first axis counts the images; then comes the shape of one image.",
        });
    }

    private static CheckResult? WrongTargets(string name, Tensor tensor, LabeledImages set)
    {
        var expected = new Shape(set.Count, ReferenceData.Present.Classes);
        Tensor numbers = tensor.to(ScalarType.Float32);
        return 0 switch
        {
            _ when tensor.dim() == 1 => Wrong(
                $"{name} is {tensor.Shape()}: still one label an image.", "ToCategorical makes ten numbers of each label."),
            _ when tensor.dim() == 2 && tensor.shape[0] == expected[0] && tensor.shape[1] != expected[1] => Wrong(
                Invariant($"{name} has {tensor.shape[1]} columns."),
                "How many digits are there to tell apart? 0 is one of them."),
            _ when tensor.Shape() != expected => Wrong(
                $"{name} is {tensor.Shape()}; expected {expected}.",
                "One row for each image, one column for each digit; is it made of the right labels?"),
            _ when !((numbers == 0) | (numbers == 1)).all().item<bool>() || !(numbers.sum(1) == 1).all().item<bool>() => Wrong(
                $"{name} is not one-hot.", "Each row has a single 1; all other numbers are 0."),
            _ when !Same(numbers.argmax(1), set.Labels.to(ScalarType.Int64)) => Wrong(
                $"The 1s of {name} do not stand at the labels.",
                "Column 0 is for the digit 0, column 9 for the digit 9, row by row in the order of the images."),
            _ when !tensor.is_floating_point() => Wrong(
                $"{name} is {tensor.dtype}.", "The loss is computed with fractions: .to(torch.float32)."),
            _ => null,
        };
    }

    private static bool Same(Tensor left, Tensor right) => left.eq(right).all().item<bool>();
}

using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>The checks of loading, shapes and targets.</summary>
internal static class DataChecks
{
    private const long TrainImages = 60_000;
    private const long TestImages = 10_000;
    private const long Classes = 10;

    /// <summary>The shape of one image that the present data format asks for.</summary>
    public static Shape ExpectedImage =>
        Backend.ImageDataFormat == ImageDataFormat.ChannelsFirst ? new Shape(1, 28, 28) : new Shape(28, 28, 1);

    public static CheckResult ImageShape(Shape? image)
    {
        string format = Backend.ImageDataFormat.KerasName();
        return image switch
        {
            null => CheckResult.Wrong("shape_ord is empty.", "It is the shape of one image: rows, columns and channels."),
            _ when image == ExpectedImage => CheckResult.Right($"One image has the shape {image} with {format}."),
            { Count: not 3 } => CheckResult.Wrong(
                $"shape_ord is {image}.", "One image has three axes: rows, columns and channels."),
            _ when image.Contains(3) => CheckResult.Wrong(
                $"shape_ord is {image}.", "MNIST is grey: how many channels does such an image have?"),
            _ when image.Order().SequenceEqual(ExpectedImage.Order()) => CheckResult.Wrong(
                $"shape_ord is {image}, but the data format is {format}.",
                "Which end does the channel axis belong to? Run its cell again after you turn the switch."),
            _ => CheckResult.Wrong($"shape_ord is {image}.", "An image has 28 rows, 28 columns and one channel."),
        };
    }

    public static CheckResult Loaded(Tensor? xTrain, Tensor? yTrain, Tensor? xTest, Tensor? yTest)
    {
        if (Missing(("X_train", xTrain), ("y_train", yTrain), ("X_test", xTest), ("y_test", yTest)) is { } names)
        {
            return CheckResult.Wrong(
                $"{names} still empty.", "Mnist.Load() gives a pair of pairs: ((X_train, y_train), (X_test, y_test)).");
        }

        if (xTrain!.shape[0] == TestImages && xTest!.shape[0] == TrainImages)
        {
            return CheckResult.Wrong(
                "Training and test set are swapped.", "The larger set is the one to learn from: which pair comes first?");
        }

        if (xTrain.dim() == 1 && yTrain!.dim() > 1)
        {
            return CheckResult.Wrong(
                "X_train holds labels and y_train images.", "X are the images, y the labels: look at their order in the pair.");
        }

        foreach ((string name, Tensor tensor, long count) in new[]
        {
            ("X_train", xTrain, TrainImages), ("X_test", xTest!, TestImages),
        })
        {
            if (tensor.numel() != count * 784)
            {
                return CheckResult.Wrong(
                    $"{name} has the shape {tensor.Shape()}.", Invariant($"Expected {count:N0} images of 28 × 28 pixels."));
            }
        }

        foreach ((string name, Tensor tensor, Tensor expected) in new[]
        {
            ("y_train", yTrain!, MnistReference.Train.Labels), ("y_test", yTest!, MnistReference.Test.Labels),
        })
        {
            if (tensor.dim() != 1 || tensor.shape[0] != expected.shape[0])
            {
                return CheckResult.Wrong(
                    $"{name} has the shape {tensor.Shape()}.",
                    Invariant($"Expected one label for each of the {expected.shape[0]:N0} images."));
            }

            if (!Same(tensor.to(ScalarType.Int64), expected.to(ScalarType.Int64)))
            {
                return CheckResult.Wrong(
                    $"{name} holds other labels than MNIST.",
                    "Load again with Mnist.Load(), and leave the labels in their order.");
            }
        }

        return CheckResult.Right("60,000 training and 10,000 test images of 28 × 28 pixels, each with its label.");
    }

    public static CheckResult NetworkShape(Tensor? xTrain, Tensor? xTest)
    {
        if (Missing(("X_train", xTrain), ("X_test", xTest)) is { } names)
        {
            return CheckResult.Wrong($"{names} still empty.", "Load the data first, or take the go_on cell below.");
        }

        foreach ((string name, Tensor tensor, long count) in new[]
        {
            ("X_train", xTrain!, TrainImages), ("X_test", xTest!, TestImages),
        })
        {
            Shape expected = ExpectedImage.WithBatch(count);
            Shape shape = tensor.Shape();
            if (shape != expected)
            {
                return CheckResult.Wrong($"{name} is {shape}; the network needs {expected}.", shape switch
                {
                    { Count: 2 } => "Each image is still one row: reshape brings rows, columns and channels back.",
                    { Count: 3 } => "The channel axis is missing: shape_ord.WithBatch(…) is a shape that reshape takes.",
                    { Count: 4 } when shape[0] == count =>
                        $"The data format is {Backend.ImageDataFormat.KerasName()}: where does the channel axis go?",
                    _ when shape.Aggregate(1L, (product, size) => product * size) != count * 784 =>
                        "There are not as many images as before; if you have split the set since, this check is for the step "
                        + "right above it.",
                    _ => "The first axis counts the images; then comes the shape of one image.",
                });
            }
        }

        // Right shapes, but were the axes perhaps swapped? A transposed digit is another digit.
        Tensor first = xTrain!.reshape(TrainImages, 28, 28)[..200] > 0;
        Tensor raw = MnistReference.Train.Images[..200] > 0;
        if (!Same(first, raw) && Same(first, raw.transpose(1, 2)))
        {
            return CheckResult.Wrong(
                "Rows and columns of the images are swapped.",
                "reshape alone does it; permute or transpose turns the images over.");
        }

        return xTrain.dtype != ScalarType.Float32 || xTest!.dtype != ScalarType.Float32
            ? CheckResult.Wrong(
                $"X_train is {xTrain.dtype}, X_test {xTest!.dtype}.", "The network computes in float32: .to(torch.float32).")
            : CheckResult.Right($"X_train is {xTrain.Shape()} and X_test {xTest.Shape()}, as the network takes them.");
    }

    public static CheckResult OneHot(Tensor? yTrain, Tensor? yTest)
    {
        if (Missing(("Y_train", yTrain), ("Y_test", yTest)) is { } names)
        {
            return CheckResult.Wrong(
                $"{names} still empty.", "Turn y_train and y_test into one-hot rows and give the results these names.");
        }

        foreach ((string name, Tensor tensor, Tensor labels) in new[]
        {
            ("Y_train", yTrain!, MnistReference.Train.Labels), ("Y_test", yTest!, MnistReference.Test.Labels),
        })
        {
            var expected = new Shape(labels.shape[0], Classes);
            if (tensor.dim() == 1)
            {
                return CheckResult.Wrong(
                    $"{name} is {tensor.Shape()}: still one label an image.", "ToCategorical makes ten numbers of each label.");
            }

            if (tensor.dim() == 2 && tensor.shape[0] == expected[0] && tensor.shape[1] is var columns && columns != Classes)
            {
                return CheckResult.Wrong(Invariant($"{name} has {columns} columns."),
                    "How many digits are there to tell apart? 0 is one of them.");
            }

            if (tensor.Shape() != expected)
            {
                return CheckResult.Wrong(
                    $"{name} is {tensor.Shape()}; expected {expected}.",
                    "One row for each image, one column for each digit; is it made of the right labels?");
            }

            Tensor numbers = tensor.to(ScalarType.Float32);
            if (!((numbers == 0) | (numbers == 1)).all().item<bool>() || !(numbers.sum(1) == 1).all().item<bool>())
            {
                return CheckResult.Wrong($"{name} is not one-hot.", "Each row has a single 1; all other numbers are 0.");
            }

            if (!Same(numbers.argmax(1), labels.to(ScalarType.Int64)))
            {
                return CheckResult.Wrong(
                    $"The 1s of {name} do not stand at the labels.",
                    "Column 0 is for the digit 0, column 9 for the digit 9, row by row in the order of the images.");
            }

            if (!tensor.is_floating_point())
            {
                return CheckResult.Wrong(
                    $"{name} is {tensor.dtype}.", "The loss is computed with fractions: .to(torch.float32).");
            }
        }

        return CheckResult.Right(
            $"Y_train is {yTrain!.Shape()} and Y_test {yTest!.Shape()}, one 1 in each row, at the right digit.");
    }

    /// <summary>The names of the tensors that are not there, with a verb; null if all are.</summary>
    public static string? Missing(params (string Name, Tensor? Tensor)[] tensors)
    {
        string[] names = [.. tensors.Where(t => t.Tensor is null || t.Tensor.IsInvalid).Select(t => t.Name)];
        return names.Length == 0 ? null : $"{string.Join(", ", names)} {(names.Length == 1 ? "is" : "are")}";
    }

    private static bool Same(Tensor left, Tensor right) => left.eq(right).all().item<bool>();
}

/// <summary>The images as they are in the files, to compare a student's with. Kept once loaded: the checks ask often.</summary>
internal static class MnistReference
{
    private static readonly Lazy<ImageDataset> s_mnist = new(LoadForGood);

    public static LabeledImages Train => s_mnist.Value.Train;

    public static LabeledImages Test => s_mnist.Value.Test;

    private static ImageDataset LoadForGood()
    {
        ImageDataset mnist = Mnist.Load();
        foreach (LabeledImages set in new[] { mnist.Train, mnist.Test })
        {
            set.Images.DetachFromDisposeScope();
            set.Labels.DetachFromDisposeScope();
        }

        return mnist;
    }
}

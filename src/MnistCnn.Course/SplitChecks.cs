using System.Globalization;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>The check of the split. Images are recognised by which of their pixels have ink, however they were scaled.</summary>
internal static class SplitChecks
{
    private const int Train = 42_000;
    private const int Validation = 18_000;
    private const int Chunk = 6000;

    private static readonly Lazy<Dictionary<double, long>> s_labels = new(LabelsByInk);

    public static CheckResult Split(Tensor? xTrain, Tensor? xVal, Tensor? yTrain, Tensor? yVal)
    {
        if (DataChecks.Missing(("X_train", xTrain), ("X_val", xVal), ("Y_train", yTrain), ("Y_val", yVal)) is { } names)
        {
            return CheckResult.Wrong(
                $"{names} still empty.", "ModelSelection.TrainTestSplit gives four tensors; mind their order.");
        }

        return Sizes(xTrain!, xVal!, yTrain!, yVal!) ?? Contents(xTrain!, xVal!, yTrain!, yVal!)
            ?? CheckResult.Right("42,000 training and 18,000 validation images, none in both, each with its target.");
    }

    private static CheckResult? Sizes(Tensor xTrain, Tensor xVal, Tensor yTrain, Tensor yVal)
    {
        (long train, long val) = (xTrain.shape[0], xVal.shape[0]);
        string sizes = string.Create(CultureInfo.InvariantCulture, $"{train:N0} training and {val:N0} validation images");
        if (yTrain.dim() > 2 || yVal.dim() > 2)
        {
            return CheckResult.Wrong(
                $"X_train is {xTrain.Shape()}, X_val {xVal.Shape()}, Y_train {yTrain.Shape()}, Y_val {yVal.Shape()}.",
                "Images and targets are mixed up: TrainTestSplit gives both parts of X first, then both parts of Y.");
        }

        if (train != yTrain.shape[0] || val != yVal.shape[0])
        {
            return CheckResult.Wrong(
                string.Create(CultureInfo.InvariantCulture, $"{sizes}, but {yTrain.shape[0]:N0} and {yVal.shape[0]:N0} targets."),
                "Each image needs its target: split both in one call, and mind the order of the four results.");
        }

        return (train, val) switch
        {
            (Train, Validation) => null,
            (Validation, Train) => CheckResult.Wrong(
                $"{sizes}.", "The larger part is for training: testSize is the share of the second part."),
            (60_000, _) => CheckResult.Wrong($"{sizes}.", "The validation images must leave the training set."),
            _ when train + val == 42_000 => CheckResult.Wrong(
                $"{sizes}.", "It was split twice: load and prepare again, then split once."),
            _ when train + val == 60_000 => CheckResult.Wrong(
                $"{sizes}.", "The sheet wants 70 % and 30 %: what does testSize say?"),
            _ => CheckResult.Wrong(
                $"{sizes}.", "Together they should be the 60,000 training images; the test images stay apart."),
        };
    }

    private static CheckResult? Contents(Tensor xTrain, Tensor xVal, Tensor yTrain, Tensor yVal)
    {
        double[] train = Ink(xTrain);
        double[] val = Ink(xVal);
        Dictionary<double, long> labels = s_labels.Value;
        if (train.Count(labels.ContainsKey) < Train / 2)
        {
            return null; // Scaled in a way that leaves no paper at 0: nothing to recognise them by.
        }

        var inTrain = train.ToHashSet();
        if (val.Count(inTrain.Contains) > Validation / 100)
        {
            return CheckResult.Wrong(
                "Some images are in both parts.",
                "What is looked at must not be what is learnt: cut one set into two, without overlap.");
        }

        return Fit(train, yTrain, labels) && Fit(val, yVal, labels)
            ? null
            : CheckResult.Wrong(
                "Images and targets no longer belong together.",
                "They must be shuffled alike: split X and Y in one call, with one seed.");
    }

    private static bool Fit(double[] ink, Tensor y, Dictionary<double, long> labels)
    {
        long[] targets = (y.dim() == 2 ? y.argmax(1) : y.to(ScalarType.Int64)).data<long>().ToArray();
        int wrong = ink.Where((value, i) => labels.TryGetValue(value, out long label) && label != targets[i]).Count();
        return wrong < ink.Length / 100;
    }

    private static Dictionary<double, long> LabelsByInk()
    {
        using var scope = NewDisposeScope();
        double[] ink = Ink(MnistReference.Train.Images);
        byte[] classes = MnistReference.Train.Labels.data<byte>().ToArray();
        var labels = new Dictionary<double, long>();
        for (int i = 0; i < ink.Length; i++)
        {
            labels.TryAdd(ink[i], classes[i]);
        }

        return labels;
    }

    /// <summary>A number for each image that depends on which pixels have ink.</summary>
    private static double[] Ink(Tensor images)
    {
        using var scope = NewDisposeScope();

        // Whole numbers below 2^40: their sums are exact, in whatever order they are added up.
        using var generator = new Generator(1);
        Tensor weights = randint(0, 1L << 40, [784, 1], ScalarType.Float64, generator: generator);
        Tensor flat = images.reshape(images.shape[0], 784);
        var sums = new List<double>();
        for (long start = 0; start < flat.shape[0]; start += Chunk)
        {
            using var inner = NewDisposeScope();
            Tensor inked = (flat.narrow(0, start, Math.Min(Chunk, flat.shape[0] - start)) > 0).to(ScalarType.Float64);
            sums.AddRange(inked.matmul(weights).reshape(-1).data<double>());
        }

        return [.. sums];
    }
}

using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>The check of the split. Images are recognised by which of their pixels have ink, however they were scaled.</summary>
internal static class SplitChecks
{
    public static CheckResult Split(Tensor? xTrain, Tensor? xVal, Tensor? yTrain, Tensor? yVal)
    {
        if (DataChecks.Missing(("X_train", xTrain), ("X_val", xVal), ("Y_train", yTrain), ("Y_val", yVal)) is { } names)
        {
            return Wrong($"{names} still empty.", "ModelSelection.TrainTestSplit gives four tensors; mind their order.");
        }

        if (Prepared.Gave(xTrain))
        {
            return DataChecks.IsPrepared;
        }

        ReferenceData data = ReferenceData.Present;
        return Sizes(data, xTrain!, xVal!, yTrain!, yVal!) ?? Contents(data, xTrain!, xVal!, yTrain!, yVal!)
            ?? Right(
                Invariant($"{xTrain!.shape[0]:N0} training and {xVal!.shape[0]:N0} validation images, ")
                + "none in both, each with its target.");
    }

    /// <summary>What to say where the test images are looked at too early; null where most images are others.</summary>
    public static CheckResult? TestImages(Tensor images, string where) =>
        ReferenceData.Present.Recognise(ReferenceData.Present.Ink(images)).Average(image => image?.IsTest == true ? 1 : 0) < 0.5
            ? null
            : Wrong(
                $"{where} the test images.",
                "That is the worst of mistakes: whoever chooses epochs and layers by the test images has fitted them to these "
                + "images, and no image is left that says how well the network reads what it has never seen. Take the validation "
                + "images from the training set.");

    private static CheckResult? Sizes(ReferenceData data, Tensor xTrain, Tensor xVal, Tensor yTrain, Tensor yVal)
    {
        (long train, long val, long all) = (xTrain.shape[0], xVal.shape[0], data.Train.Count);
        string sizes = Invariant($"{train:N0} training and {val:N0} validation images");
        if (yTrain.dim() > 2 || yVal.dim() > 2)
        {
            return Wrong(
                $"X_train is {xTrain.Shape()}, X_val {xVal.Shape()}, Y_train {yTrain.Shape()}, Y_val {yVal.Shape()}.",
                "Images and targets are mixed up: TrainTestSplit gives both parts of X first, then both parts of Y.");
        }

        if (xVal.numel() == val * data.Pixels && TestImages(xVal, "X_val holds") is { } wrong)
        {
            return wrong;
        }

        if (train != yTrain.shape[0] || val != yVal.shape[0])
        {
            return Wrong(
                Invariant($"{sizes}, but {yTrain.shape[0]:N0} and {yVal.shape[0]:N0} targets."),
                "Each image needs its target: split both in one call, and mind the order of the four results.");
        }

        // 30 %, rounded up or down.
        long share = (all * 3 + 9) / 10;
        return (train, val) switch
        {
            _ when train + val == all && Math.Abs(val - share) <= 1 => null,
            _ when train + val == all && Math.Abs(train - share) <= 1 => Wrong(
                $"{sizes}.", "The larger part is for training: testSize is the share of the second part."),
            _ when train == all => Wrong($"{sizes}.", "The validation images must leave the training set."),
            _ when train + val == all - share => Wrong(
                $"{sizes}.", "It was split twice: load and prepare again, then split once."),
            _ when train + val == all => Wrong($"{sizes}.", "The sheet wants 70 % and 30 %: what does testSize say?"),
            _ => Wrong(
                $"{sizes}.", Invariant($"Together they should be the {all:N0} training images; the test images stay apart.")),
        };
    }

    private static CheckResult? Contents(ReferenceData data, Tensor xTrain, Tensor xVal, Tensor yTrain, Tensor yVal)
    {
        (double[] train, double[] val) = (data.Ink(xTrain), data.Ink(xVal));
        var known = data.Recognise(train);
        if (known.Count(image => image is not null) < known.Length / 2)
        {
            return Wrong(
                $"X_train no longer holds the images of {data.Name}.",
                "Its check above says what has become of them; load again, and run the cells from there in order, each once.");
        }

        var inTrain = train.ToHashSet();
        if (val.Count(inTrain.Contains) > val.Length / 100)
        {
            return Wrong(
                "Some images are in both parts.",
                "What is looked at must not be what is learnt: cut one set into two, without overlap.");
        }

        return Fit(known, yTrain) && Fit(data.Recognise(val), yVal)
            ? null
            : Wrong(
                "Images and targets no longer belong together.",
                "They must be shuffled alike: split X and Y in one call, with one seed.");
    }

    private static bool Fit((bool IsTest, long Label)?[] images, Tensor y)
    {
        long[] targets = (y.dim() == 2 ? y.argmax(1) : y.to(ScalarType.Int64)).data<long>().ToArray();
        return images.Where((image, i) => image is { } known && known.Label != targets[i]).Count() < (images.Length / 100) + 1;
    }
}

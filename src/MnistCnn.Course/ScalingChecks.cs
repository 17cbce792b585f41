using System.Globalization;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>
/// The check of scaling. Any scaling passes that treats each pixel alike in both sets and learns from the training set alone.
/// </summary>
internal static class ScalingChecks
{
    private const int Pixels = 784;
    private const float Tolerance = 1e-3f;

    /// <summary>Images that are compared number by number; the ranges are those of all.</summary>
    private const int Compared = 2000;

    public static CheckResult Scaled(Tensor? xTrain, Tensor? xTest)
    {
        if (DataChecks.Missing(("X_train", xTrain), ("X_test", xTest)) is { } names)
        {
            return CheckResult.Wrong($"{names} still empty.", "Load the data first, or take the go_on cell below.");
        }

        foreach ((string name, Tensor tensor, LabeledImages set) in new[]
        {
            ("X_train", xTrain!, MnistReference.Train), ("X_test", xTest!, MnistReference.Test),
        })
        {
            if (tensor.numel() != set.Count * Pixels)
            {
                return CheckResult.Wrong(
                    $"{name} has the shape {tensor.Shape()}.",
                    $"It should still hold all {set.Count.ToString("N0", CultureInfo.InvariantCulture)} images of 28 × 28 "
                    + "pixels; if you have split it since, this check is for the step right above it.");
            }

            if (!tensor.is_floating_point())
            {
                return tensor.max().item<byte>() > 1
                    ? CheckResult.Wrong(
                        $"{name} still holds whole numbers from 0 to 255.", "Convert with .to(torch.float32), then scale.")
                    : CheckResult.Wrong(
                        $"{name} holds only the whole numbers 0 and 1.",
                        "Dividing whole numbers loses the fractions: convert with .to(torch.float32) first.");
            }
        }

        Tensor train = Flat(xTrain!);
        Tensor test = Flat(xTest!);
        (Tensor low, Tensor high) = (train.amin([0]), train.amax([0]));
        float min = low.min().item<float>();
        float max = high.max().item<float>();
        return Range(min, max)
            ?? Consistent(train, test, low, high)
            ?? (xTrain!.dtype == ScalarType.Float32 && xTest!.dtype == ScalarType.Float32
                ? CheckResult.Right("The pixels run from 0 to 1, and the test images are scaled like the training images.")
                : CheckResult.Wrong(
                    $"X_train is {xTrain.dtype}, X_test {xTest!.dtype}.",
                    "The network computes in float32: .to(torch.float32)."));
    }

    private static CheckResult? Range(float min, float max)
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"X_train runs from {min:0.###} to {max:0.###}");
        return (min, max) switch
        {
            _ when !float.IsFinite(min) || !float.IsFinite(max) => CheckResult.Wrong(
                "X_train holds numbers that are not finite.",
                "Some pixels are 0 in every image: dividing by their range divides by 0."),
            (_, > 2) when min >= -Tolerance => CheckResult.Wrong(
                $"{range}: not scaled yet.", "The ink is 255 in the files and should be 1; MinMaxScaler does that."),
            ( < -Tolerance, _) => CheckResult.Wrong(
                $"{range}.", "The sheet wants 0 to 1: no mean is taken away, and the lower end is 0."),
            (_, > 1 + Tolerance) => CheckResult.Wrong($"{range}.", "The upper end should be 1. What was it divided by?"),
            (_, < 1 - Tolerance) when max > 0.5 => CheckResult.Wrong(
                $"{range}.", "Some training image has full ink, and should reach 1. Was the scaler fitted on other images?"),
            (_, < 1 - Tolerance) => CheckResult.Wrong($"{range}.", "The upper end should be 1: were the images scaled twice?"),
            _ => null,
        };
    }

    private static CheckResult? Consistent(Tensor train, Tensor test, Tensor low, Tensor high)
    {
        Tensor rawTrain = Flat(MnistReference.Train.Images);
        Tensor rawTest = Flat(MnistReference.Test.Images);
        (Tensor rawLow, Tensor rawHigh) = (rawTrain.amin([0]).to(ScalarType.Float32), rawTrain.amax([0]).to(ScalarType.Float32));
        Tensor inked = rawHigh > rawLow;
        Tensor slope = (high - low) / (rawHigh - rawLow).masked_fill(inked.logical_not(), 1);
        if (!Agree(train[..Compared], (rawTrain[..Compared] - rawLow) * slope + low, inked))
        {
            return CheckResult.Wrong(
                "X_train is no longer the images of MNIST, scaled.",
                "Load again, and run the cells from there in order, each once.");
        }

        Tensor bothHigh = maximum(rawHigh, rawTest.amax([0]).to(ScalarType.Float32));
        if (((bothHigh > rawHigh) & (high < 1 - Tolerance) & inked).any().item<bool>()
            && Agree(high, rawHigh / bothHigh.masked_fill(bothHigh == 0, 1), inked))
        {
            return CheckResult.Wrong(
                "The scaler has seen the test images.", "Fit it on X_train alone; X_test is scaled with what was learnt there.");
        }

        if (Agree(test, (rawTest - rawLow) * slope + low, inked))
        {
            return null;
        }

        if (test.max().item<float>() > 2 && Agree(test, rawTest, inked))
        {
            return CheckResult.Wrong("X_test is not scaled.", "Scale it too, with what was learnt from X_train.");
        }

        Tensor testHigh = rawTest.amax([0]).to(ScalarType.Float32);
        return Agree(test, rawTest / testHigh.masked_fill(testHigh == 0, 1), inked)
            ? CheckResult.Wrong(
                "X_test was scaled by its own smallest and largest values.",
                "FitTransform learns anew: for the test images take what only transforms.")
            : CheckResult.Wrong(
                "X_test is scaled in another way than X_train.", "The same pixel value must become the same number in both.");
    }

    private static bool Agree(Tensor values, Tensor expected, Tensor columns) =>
        ((values - expected).abs() * columns).max().item<float>() < Tolerance * 10;

    private static Tensor Flat(Tensor images) => images.dtype == ScalarType.Byte
        ? images.reshape(images.shape[0], -1)
        : images.reshape(images.numel() / Pixels, Pixels).to(ScalarType.Float32);
}

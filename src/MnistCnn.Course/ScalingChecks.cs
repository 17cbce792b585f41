using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>
/// The check of scaling. Any scaling passes that treats each pixel alike in both sets and learns from the training set alone.
/// </summary>
internal static class ScalingChecks
{
    private const float Tolerance = 1e-3f;

    /// <summary>Images that are compared number by number; the ranges are those of all.</summary>
    private const int Compared = 2000;

    public static CheckResult Scaled(Tensor? xTrain, Tensor? xTest) => DataChecks.NoImages(xTrain, xTest)
        ?? ReferenceData.Present.FirstWrong("X", xTrain!, xTest!, DataChecks.WrongSize)
        ?? ReferenceData.Present.FirstWrong("X", xTrain!, xTest!, WholeNumbers)
        ?? Values(ReferenceData.Present, xTrain!, xTest!)
        ?? DataChecks.NotFloat(xTrain!, xTest!)
        ?? Right("The pixels run from 0 to 1, and the test images are scaled like the training images.");

    private static CheckResult? WholeNumbers(string name, Tensor tensor, LabeledImages set) => 0 switch
    {
        _ when tensor.is_floating_point() => null,
        _ when tensor.max().to(ScalarType.Int64).item<long>() > 1 => Wrong(
            $"{name} still holds whole numbers from 0 to 255.", "Convert with .to(torch.float32), then scale."),
        _ => Wrong(
            $"{name} holds only the whole numbers 0 and 1.",
            "Dividing whole numbers loses the fractions: convert with .to(torch.float32) first."),
    };

    private static CheckResult? Values(ReferenceData data, Tensor xTrain, Tensor xTest)
    {
        Tensor Flat(Tensor images) => images.reshape(-1, data.Pixels).to(ScalarType.Float32);
        (Tensor train, Tensor test) = (Flat(xTrain), Flat(xTest));
        (Tensor rawTrain, Tensor rawTest) = (Flat(data.Train.Images), Flat(data.Test.Images));
        (Tensor low, Tensor high) = (train.amin([0]), train.amax([0]));
        return FittedOnTest(train, rawTrain, rawTest)
            ?? Range(low.min().item<float>(), high.max().item<float>())
            ?? data.FirstWrong("X", xTrain, xTest, data.WrongPixels)
            ?? Consistent(train, test, low, high, rawTrain, rawTest);
    }

    private static CheckResult? FittedOnTest(Tensor train, Tensor rawTrain, Tensor rawTest)
    {
        (Tensor low, Tensor high, Tensor trainHigh) = (rawTest.amin([0]), rawTest.amax([0]), rawTrain.amax([0]));
        Tensor inked = high > low;
        Tensor range = (high - low).masked_fill(inked.logical_not(), 1);
        return ((trainHigh != high) & inked).any().item<bool>()
            && Agree(train[..Compared], (rawTrain[..Compared] - low) / range, inked)
                ? Wrong(
                    "The scaler was fitted on the test images.",
                    "Fit it on X_train alone: the test images stand for images that nobody has seen yet.")
                : null;
    }

    private static CheckResult? Range(float min, float max)
    {
        string range = Invariant($"X_train runs from {min:0.###} to {max:0.###}");
        return (min, max) switch
        {
            _ when !float.IsFinite(min) || !float.IsFinite(max) => Wrong(
                "X_train holds numbers that are not finite.",
                "Some pixels are 0 in every image: dividing by their range divides by 0."),
            (_, > 2) when min >= -Tolerance => Wrong(
                $"{range}: not scaled yet.", "The ink is 255 in the files and should be 1; MinMaxScaler does that."),
            ( < -Tolerance, _) => Wrong($"{range}.", "The sheet wants 0 to 1: no mean is taken away, and the lower end is 0."),
            (_, > 1 + Tolerance) => Wrong($"{range}.", "The upper end should be 1. What was it divided by?"),
            (_, < 1 - Tolerance) when max > 0.5 => Wrong(
                $"{range}.", "Some training image has full ink, and should reach 1. Was the scaler fitted on other images?"),
            (_, < 1 - Tolerance) => Wrong($"{range}.", "The upper end should be 1: were the images scaled twice?"),
            _ => null,
        };
    }

    private static CheckResult? Consistent(Tensor train, Tensor test, Tensor low, Tensor high, Tensor rawTrain, Tensor rawTest)
    {
        (Tensor rawLow, Tensor rawHigh) = (rawTrain.amin([0]), rawTrain.amax([0]));
        Tensor inked = rawHigh > rawLow;
        Tensor slope = (high - low) / (rawHigh - rawLow).masked_fill(inked.logical_not(), 1);
        (Tensor testHigh, Tensor bothHigh) = (rawTest.amax([0]), maximum(rawHigh, rawTest.amax([0])));
        return 0 switch
        {
            _ when !Agree(train[..Compared], (rawTrain[..Compared] - rawLow) * slope + low, inked) => Wrong(
                "X_train is scaled, but not by a straight line from its smallest to its largest value.",
                "Load again, and run the cells from there in order, each once; scaling subtracts and divides, no more."),
            _ when ((bothHigh > rawHigh) & (high < 1 - Tolerance) & inked).any().item<bool>()
                && Agree(high, rawHigh / bothHigh.masked_fill(bothHigh == 0, 1), inked) => Wrong(
                "The scaler has seen the test images.", "Fit it on X_train alone; X_test is scaled with what was learnt there."),
            _ when Agree(test, (rawTest - rawLow) * slope + low, inked) => null,
            _ when test.max().item<float>() > 2 && Agree(test, rawTest, inked) => Wrong(
                "X_test is not scaled.", "Scale it too, with what was learnt from X_train."),
            _ when Agree(test, rawTest / testHigh.masked_fill(testHigh == 0, 1), inked) => Wrong(
                "X_test was scaled by its own smallest and largest values.",
                "FitTransform learns anew: for the test images take what only transforms."),
            _ => Wrong(
                "X_test is scaled in another way than X_train.", "The same pixel value must become the same number in both."),
        };
    }

    private static bool Agree(Tensor values, Tensor expected, Tensor columns) =>
        ((values - expected).abs() * columns).max().item<float>() < Tolerance * 10;
}

using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>The checks of what a student works out from a network's predictions: labels, errors, the largest errors.</summary>
internal static class PredictionChecks
{
    private const int Largest = 6;

    /// <summary>How far probabilities may be off that were computed in another order.</summary>
    private const double Rounding = 1e-3;

    private const string Again = "If model has been built or trained since, run this task's cells again from the first.";

    public static CheckResult Predictions(
        nn.Module<Tensor, Tensor>? model, Tensor? xTest, Tensor? yTest, Tensor? yPred, Tensor? predicted, Tensor? truth)
    {
        if (EvaluationChecks.Nothing(
            model, xTest, yTest, ("Y_pred", yPred), ("y_pred", predicted), ("y_true", truth)) is { } nothing)
        {
            return nothing;
        }

        Tensor p = ModelAnswers.Probabilities(model!, xTest!).cpu();
        return 0 switch
        {
            _ when yPred!.Shape() != p.Shape() => Wrong(
                $"Y_pred is {yPred!.Shape()}; expected {p.Shape()}.",
                "It has a row for each image of X_test, and in it a probability for each digit."),
            _ when !Near(yPred!, p) => Wrong(
                "Y_pred is not what the network in model says of X_test.",
                $"Each row holds ten probabilities, with the sum 1, in the order of X_test. {Again}"),
            _ => WrongLabels("y_pred", predicted!, p, "the largest probability in its row of Y_pred")
                ?? WrongLabels("y_true", truth!, yTest!, "the 1 in its row of Y_test")
                ?? Right(Invariant($"A predicted and a true label for each of the {p.shape[0]:N0} test images.")),
        };
    }

    public static CheckResult LargestErrors(
        nn.Module<Tensor, Tensor>? model, Tensor? xTest, Tensor? yTest, Tensor? errors, Tensor? margin, Tensor? largest)
    {
        if (EvaluationChecks.Nothing(
            model, xTest, yTest, ("errors", errors), ("margin", margin), ("largest", largest)) is { } nothing)
        {
            return nothing;
        }

        Tensor p = ModelAnswers.Probabilities(model!, xTest!).cpu(), truth = yTest!.argmax(1).cpu();
        Tensor isWrong = p.argmax(1) != truth, wrong = isWrong.nonzero().flatten();
        Tensor margins = p.amax(1) - p.gather(1, truth.unsqueeze(1)).squeeze(1);
        return WrongMask(errors!.cpu(), isWrong, p.topk(2, 1).values)
            ?? WrongMargin(margin!.cpu(), isWrong, margins[wrong])
            ?? WrongPositions(largest!.cpu(), wrong, margins)
            ?? Right(Invariant($"{wrong.shape[0]:N0} errors, and the largest of them found."));
    }

    private static CheckResult? WrongLabels(string name, Tensor labels, Tensor rows, string place) => 0 switch
    {
        _ when labels.Shape() != new Shape(rows.shape[0]) => Wrong(
            $"{name} is {labels.Shape()}; expected {new Shape(rows.shape[0])}, one label for each image.",
            "Axis 0 counts the images, axis 1 the digits: along which of them is the largest number looked for?"),
        _ when !IsWhole(labels) => Wrong($"{name} is {labels.dtype}.", "Labels are whole numbers, as argmax gives them."),
        _ when !IsWithin(labels, rows.shape[1])
            || !Near(rows.gather(1, labels.to(ScalarType.Int64).unsqueeze(1)).squeeze(1), rows.amax(1)) => Wrong(
            $"{name} is not the digit of each image.", $"The digit of an image is the position of {place}."),
        _ => null,
    };

    /// <param name="errors">The student's mask.</param>
    /// <param name="isWrong">The right one.</param>
    /// <param name="top">The two largest probabilities of each image: where they are equal, either label is right.</param>
    private static CheckResult? WrongMask(Tensor errors, Tensor isWrong, Tensor top)
    {
        if (errors.Shape() != isWrong.Shape())
        {
            return Wrong(
                $"errors is {errors.Shape()}; expected {isWrong.Shape()}.",
                "A mask has true or false for each image. Positions come later: where the mask is true.");
        }

        Tensor sure = top[.., 0] - top[.., 1] > Rounding, differs = (errors.to(ScalarType.Bool) != isWrong) & sure;
        return 0 switch
        {
            _ when !differs.any().item<bool>() => null,
            _ when differs.sum().item<long>() == sure.sum().item<long>() => Wrong(
                "errors is true where the network is right.", "Which comparison is true where two labels differ?"),
            _ => Wrong("errors does not mark the images that the network gets wrong.", $"Compare y_pred with y_true. {Again}"),
        };
    }

    private static CheckResult? WrongMargin(Tensor margin, Tensor isWrong, Tensor expected)
    {
        const string Means = "Of each image: the probability of the digit that was predicted, less that of the true digit.";
        Tensor ofErrors = margin.Shape() == isWrong.Shape() ? margin[isWrong] : margin;
        return 0 switch
        {
            _ when ofErrors.Shape() != expected.Shape() => Wrong(
                $"margin is {margin.Shape()}; expected {isWrong.Shape()}.", Means),
            _ when Near(ofErrors, expected) => null,
            _ when Near(-ofErrors, expected) => Wrong("margin has the wrong sign.", Means),
            _ => Wrong("margin is not how far the wrong digits lie above the true ones.", Means),
        };
    }

    /// <param name="largest">The student's positions.</param>
    /// <param name="wrong">The positions of all errors.</param>
    /// <param name="margins">The margin of each image.</param>
    private static CheckResult? WrongPositions(Tensor largest, Tensor wrong, Tensor margins)
    {
        long count = Math.Min(Largest, wrong.shape[0]);
        bool Are(Tensor positions, bool descending) =>
            Near(margins[positions].sort().Values, margins[wrong].sort(descending: descending).Values[..(int)count].sort().Values)
            && positions.data<long>().Distinct().Count() == count && isin(positions, wrong).all().item<bool>();
        return 0 switch
        {
            _ when largest.Shape() != new Shape(count) || !IsWhole(largest) => Wrong(
                $"largest is {largest.dtype} of shape {largest.Shape()}.",
                Invariant($"Expected the positions of {count} images, whole numbers.")),
            _ when IsWithin(largest, margins.shape[0]) && Are(largest.to(ScalarType.Int64), descending: true) => null,
            _ when IsWithin(largest, wrong.shape[0]) && Are(wrong[largest], descending: true) => Wrong(
                "largest counts among the errors alone.", "Which image of X_test is the first error, which the second?"),
            _ when IsWithin(largest, margins.shape[0]) && Are(largest.to(ScalarType.Int64), descending: false) => Wrong(
                "largest holds the smallest errors.", "Which end of the sorted margins holds the largest?"),
            _ => Wrong("largest does not hold the errors with the largest margin.",
                Invariant($"Sort the margins of the errors; the {count} largest belong to the images that are looked for.")),
        };
    }

    private static bool IsWhole(Tensor x) => x.is_integral() && x.dtype != ScalarType.Bool;

    private static bool IsWithin(Tensor x, long below) =>
        x.numel() == 0 || (x.min().to(ScalarType.Int64).item<long>() >= 0 && x.max().to(ScalarType.Int64).item<long>() < below);

    private static bool Near(Tensor left, Tensor right) => (left.cpu() - right.cpu()).abs().le(Rounding).all().item<bool>();
}

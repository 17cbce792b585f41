using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>
/// The check of the student's <c>evaluate</c>: whether the cells have shown what the sheet asks for, of this network and these
/// images. It works the figures out by itself, and takes the library's views as well as the student's own text and pictures.
/// </summary>
internal sealed class EvaluationChecks
{
    private const int ShownErrors = 6;
    private const int ShownPredictions = 15;

    /// <summary>How far probabilities may be off that were computed in another order.</summary>
    private const float Rounding = 1e-3f;

    /// <summary>In how many bins a histogram may be counted.</summary>
    private static readonly int[] s_bins = [5, 10, 20, 25, 50, 100];

    private readonly Evaluation _evaluation;
    private readonly IReadOnlyList<ShownNumber> _numbers = ShownOutputs.Numbers;
    private readonly ConfusionMatrix _matrix;

    private EvaluationChecks(Evaluation evaluation) => (_evaluation, _matrix) = (evaluation, evaluation.ConfusionMatrix());

    public static CheckResult Evaluated(nn.Module<Tensor, Tensor>? model, Tensor? xTest, Tensor? yTest)
    {
        if (Nothing(model, xTest, yTest) is { } nothing)
        {
            return nothing;
        }

        Evaluation evaluation = ModelAnswers.Judge(model!, xTest!, yTest!);
        (string What, string Hint)[] missing = [.. new EvaluationChecks(evaluation).Missing()];
        string images = Invariant($"all {evaluation.Count:N0} test images");
        return missing.Length switch
        {
            0 => Right(Invariant($"Judged by {images}: loss {evaluation.Loss:F4}, accuracy {evaluation.Accuracy:F4}.")),
            6 => Wrong(
                $"Nothing of the sheet's list has been shown yet for this network and {images}.",
                "Is the body of evaluate still empty, or are its results only computed? .Display() or Console.WriteLine(…) shows "
                + "them. It takes all of X_test and Y_test, and the network in model."),
            _ => Wrong($"evaluate does not show {missing[0].What} yet, for this network and {images}.", missing[0].Hint),
        };
    }

    /// <summary>What is said where there is nothing to judge.</summary>
    public static CheckResult? Nothing(
        nn.Module<Tensor, Tensor>? model, Tensor? xTest, Tensor? yTest, params (string Name, Tensor? Tensor)[] own) => 0 switch
        {
            _ when model is null => Wrong(
                "There is no model to judge.", "Build and train one first, or take the go_on cell above."),
            _ when DataChecks.Missing(("X_test", xTest), ("Y_test", yTest)) is { } names => Wrong(
                $"{names} still empty.", "Prepare the data first, or take the go_on cell of task 1."),
            _ when DataChecks.Missing(own) is { } names => Wrong(
                $"{names} still empty.", "The cells above make them one after the other, under these names."),
            _ => null,
        };

    /// <summary>The mean of -log p as it stands; the evaluation's own takes at least 1e-7 for p, as Keras does.</summary>
    private double LossWithoutBound =>
        Enumerable.Range(0, _evaluation.Count).Average(i => -Math.Log(Row(i)[_evaluation.TrueLabels[i]]));

    /// <summary>The parts of the sheet's list that were not shown, and where to look.</summary>
    private IEnumerable<(string What, string Hint)> Missing()
    {
        int[] errors = [.. _evaluation.ErrorsByMargin()];
        int largest = LargestErrors(errors).Max(images => images.Count(IsShownError));
        int first = Math.Min(ShownPredictions, _evaluation.Count), drawn = Enumerable.Range(0, first).Count(IsDrawn);
        bool areDrawn = drawn == first || (HasPredictions(first)
            && (ShownOutputs.HasPictures || Enumerable.Range(0, first).All(IsDrawnAlone)));
        (string? What, string Hint)[] parts =
        [
            (!HasFigure(_evaluation.Loss) && !HasFigure(LossWithoutBound) ? "the loss" : !HasAccuracy() ? "the accuracy" : null,
                "The loss is the mean of -log p, where p is the probability of the right digit; the accuracy is the share of "
                + "right answers. Write both with two decimals or more."),
            (HasReport() ? null : "the classification report", "It has precision and recall for each digit."),
            (Probability(), "It compares the probabilities of digit 0, for true zeros and for all other digits."),
            (Matrix(), "Row by row: how often each true digit was taken for each digit."),
            (largest >= Math.Min(ShownErrors, errors.Length) ? null : SoFar("largest errors", largest),
                "They are the wrong answers of which the network was surest, with the predicted and the true label."),
            (areDrawn ? null : SoFar("first test images", drawn),
                "Each is shown as an image, with the digit that the network takes it for."),
        ];
        return parts.Where(part => part.What is not null).Select(part => (part.What!, part.Hint));
    }

    private static string SoFar(string what, int shown) =>
        shown == 0 ? $"the {what}" : Invariant($"as many {what} as the sheet wants ({shown} so far)");

    private bool HasFigure(double value) => double.IsFinite(value)
        && _numbers.Any(number => number.Decimals >= 2 && number.Means(value, Rounding * value));

    private bool HasAccuracy() => HasFigure(_evaluation.Accuracy)
        || ShownOutputs.Shows(_numbers, [Math.Round(_evaluation.Accuracy * _evaluation.Count), _evaluation.Count], 0.1)
        || ShownOutputs.Of<ClassificationReport>().Any(IsReport);

    private bool IsReport(ClassificationReport shown)
    {
        ClassScores[] right = [.. _evaluation.ClassificationReport().Classes];
        return shown.Classes.Count == right.Length && shown.Classes.Zip(right).All(pair => pair.First.Name == pair.Second.Name
            && pair.First.Support == pair.Second.Support
            && Math.Abs(pair.First.Precision - pair.Second.Precision) < 0.01
            && Math.Abs(pair.First.Recall - pair.Second.Recall) < 0.01);
    }

    private bool HasReport() => ShownOutputs.Of<ClassificationReport>().Any(IsReport)
        || _evaluation.ClassificationReport().Classes.All(scores =>
        ShownOutputs.Shows(_numbers, [scores.Precision, scores.Recall], 2 * Rounding)
        || ShownOutputs.Shows(_numbers, [scores.Recall, scores.Precision], 2 * Rounding));

    /// <summary>What is missing of the histogram: a figure, bins or the probabilities themselves will do.</summary>
    private string? Probability()
    {
        const string What = "the probability of being a zero";
        var figures = ShownOutputs.Of<(int Digit, IReadOnlyList<float> Probabilities)>()
            .Where(shown => shown.Digit < _evaluation.Classes
                && Near(shown.Probabilities, _evaluation.ProbabilitiesOf(shown.Digit)))
            .ToList();
        (float[] zeros, float[] others) = ([.. Probabilities(isZero: true)], [.. Probabilities(isZero: false)]);
        return figures switch
        {
            _ when figures.Any(shown => shown.Digit == 0) => null,
            { Count: > 0 } => $"{What}, but that of another digit,",
            _ when s_bins.Any(bins =>
                ShownOutputs.Shows(_numbers, Histogram(zeros, bins), 2, gap: 4)
                && ShownOutputs.Shows(_numbers, Histogram(others, bins), 2, gap: 4)) => null,
            _ when Listed(zeros) && Listed(others) => null,
            _ => What,
        };
    }

    private IEnumerable<float> Probabilities(bool isZero) =>
        _evaluation.ProbabilitiesOf(0).Where((_, i) => _evaluation.TrueLabels[i] == 0 == isZero);

    private bool Listed(float[] values) =>
        ShownOutputs.Shows(_numbers, [.. values.Take(20).Select(value => (double)value)], Rounding);

    private static double[] Histogram(float[] values, int bins)
    {
        var counts = new double[bins];
        foreach (float value in values)
        {
            counts[Math.Clamp((int)(value * bins), 0, bins - 1)]++;
        }

        return counts;
    }

    private string? Matrix()
    {
        int[] digits = [.. Enumerable.Range(0, _matrix.Classes)];
        double[,] shares = _matrix.Normalize();
        ConfusionMatrix[] shown = [.. ShownOutputs.Of<ConfusionMatrix>().Where(other => other.Classes == _matrix.Classes)];
        bool Is(Func<int, int, int> other) => digits.Sum(row => digits.Sum(
            column => Math.Abs(_matrix[row, column] - other(row, column)))) <= 2 + (_evaluation.Count / 2000);
        bool Written(Func<int, int, double> number, double tolerance) => digits.All(row => ShownOutputs.Shows(
            _numbers, [.. digits.Select(column => number(row, column))], tolerance));
        return 0 switch
        {
            _ when shown.Any(other => Is((row, column) => other[row, column])) => null,
            _ when shown.Any(other => Is((row, column) => other[column, row]))
                && !Written((row, column) => _matrix[row, column], 0) =>
                "the confusion matrix with the true digits in its rows (they are in the columns)",
            _ when Written((row, column) => _matrix[row, column], 1) => null,
            _ when Written((row, column) => shares[row, column], 2 * Rounding) => null,
            _ => "the confusion matrix",
        };
    }

    /// <summary>
    /// The errors that may be called largest: by the margin, by the wrong digit's probability, or by the right digit's; equal
    /// ones count alike.
    /// </summary>
    private IEnumerable<int[]> LargestErrors(int[] errors) => new Func<int, float>[]
    {
        i => Row(i)[_evaluation.PredictedLabels[i]] - Row(i)[_evaluation.TrueLabels[i]],
        i => Row(i)[_evaluation.PredictedLabels[i]],
        i => -Row(i)[_evaluation.TrueLabels[i]],
    }
        .Select(size => errors.Select(i => (Image: i, Size: size(i)))
            .OrderByDescending(error => error.Size).Take(3 * ShownErrors).ToArray())
        .Select(largest => (int[])
        [
            .. largest.Where((error, i) => i < ShownErrors || error.Size >= largest[ShownErrors - 1].Size - Rounding)
                .Select(error => error.Image),
        ]);

    private ReadOnlySpan<float> Row(int image) => _evaluation.Row(image);

    /// <summary>Whether an error was shown with both labels: as an image, or by its position.</summary>
    private bool IsShownError(int image)
    {
        (int predicted, int right) = (_evaluation.PredictedLabels[image], _evaluation.TrueLabels[image]);
        return IsDrawn(image)
            || ShownOutputs.Shows(_numbers, [image, predicted, right], 0, gap: 1)
            || ShownOutputs.Shows(_numbers, [image, right, predicted], 0, gap: 1)
            || (IsDrawnAlone(image) && HasLabels(predicted, right));
    }

    /// <summary>Whether an image was shown with its labels.</summary>
    private bool IsDrawn(int image) => ShownOutputs.Of<IReadOnlyList<ImagePrediction>>().SelectMany(shown => shown)
        .Concat(ShownOutputs.Of<ImagePrediction>())
        .Any(shown => shown.PredictedLabel == _evaluation.PredictedLabels[image]
            && shown.TrueLabel == _evaluation.TrueLabels[image] && IsImage(shown.Image, image));

    private bool IsDrawnAlone(int image) => ShownOutputs.Of<GrayImage>().Any(shown => IsImage(shown, image));

    /// <summary>Whether it is an image of the set: its number may count among the errors alone.</summary>
    private bool IsImage(GrayImage shown, int image) => Near(shown.Pixels, _evaluation[image].Image.Pixels);

    private bool HasLabels(int predicted, int right) => ShownOutputs.Shows(_numbers, [predicted, right], 0, gap: 1)
        || ShownOutputs.Shows(_numbers, [right, predicted], 0, gap: 1);

    private bool HasPredictions(int count) => ShownOutputs.Shows(
        _numbers, [.. _evaluation.PredictedLabels.Take(count).Select(label => (double)label)], 0, gap: 3);

    private static bool Near(IReadOnlyList<float> left, IReadOnlyList<float> right) =>
        left.Count == right.Count && left.Zip(right).All(pair => Math.Abs(pair.First - pair.Second) < 5 * Rounding);
}

using MnistCnn;
using MnistCnn.Tests.Charts;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Metrics;

public class EvaluationTests
{
    // Five samples of three classes: right, wrong by 0.1, right, wrong by 0.7, wrong by 0.3.
    private static readonly Evaluation s_evaluation = Samples.Evaluation(
        0.5, [0, 1, 2, 0, 1], [.8f, .1f, .1f, .45f, .35f, .2f, 0, .4f, .6f, .1f, .8f, .1f, .2f, .3f, .6f],
        index => new GrayImage(1, 1, [index]));

    [Fact]
    public void Has_loss_and_accuracy_as_a_pair_too()
    {
        var (loss, accuracy) = s_evaluation;
        Assert.Equal(0.5, loss);
        Assert.Equal(0.4, accuracy, 1e-12);
        Assert.Equal("loss 0.5000, accuracy 0.4000 on 5 images", s_evaluation.ToString());
    }

    [Fact]
    public void Predicts_the_class_with_the_largest_probability() => Assert.Equal([0, 0, 2, 1, 2], s_evaluation.PredictedLabels);

    [Fact]
    public void Of_equal_probabilities_the_first_class_is_predicted_as_by_numpys_argmax()
    {
        var undecided = Samples.Evaluation(0, [0, 1], [.2f, .4f, .4f, .5f, 0, .5f], _ => null!);
        Assert.Equal([1, 0], undecided.PredictedLabels);

        // numpy 1.24.2: np.argmax([[.2, nan, .4, nan], [.1, .2, .3, .4]], axis=1).
        var unknown = Samples.Evaluation(0, [1, 1], [.2f, float.NaN, .4f, float.NaN, .1f, .2f, .3f, .4f], _ => null!);
        Assert.Equal([1, 3], unknown.PredictedLabels);
    }

    [Fact]
    public void An_error_is_as_large_as_the_truth_was_far_below_the_answer()
    {
        // The first is surer of its answer, the second is farther from the truth.
        var evaluation = Samples.Evaluation(
            0, [1, 2], [.6f, .35f, .05f, .5f, .4f, .1f], index => new GrayImage(1, 1, [index]));
        IReadOnlyList<ImagePrediction> errors = evaluation.LargestErrors(2);
        Assert.Equal([1, 0], errors.Select(error => error.Index));
        Assert.Equal(0.4, errors[0].Margin, 1e-6);
        Assert.Equal(0.25, errors[1].Margin, 1e-6);
        Assert.Equal(0, s_evaluation[0].Margin);
    }

    [Fact]
    public void Gives_the_surest_errors_first()
    {
        IReadOnlyList<ImagePrediction> errors = s_evaluation.LargestErrors(2);
        Assert.Equal([3, 4], errors.Select(error => error.Index));
        Assert.Equal((0, 1), (errors[0].TrueLabel, errors[0].PredictedLabel));
        Assert.Equal(0.7, errors[0].Margin, 1e-6);
        Assert.Equal([3f], errors[0].Image.Pixels);
        Assert.Equal(3, s_evaluation.LargestErrors(6).Count);
    }

    [Fact]
    public void Gives_the_first_predictions_in_order()
    {
        Assert.Equal([0, 1, 2], s_evaluation.FirstPredictions(3).Select(p => p.Index));
        Assert.Equal([true, false, true], s_evaluation.FirstPredictions(3).Select(p => p.IsCorrect));
        Assert.Equal(5, s_evaluation.FirstPredictions(15).Count);
    }

    [Fact]
    public void Gives_the_probability_of_one_class_for_every_sample() =>
        Assert.Equal([.1f, .35f, .4f, .8f, .3f], s_evaluation.ProbabilitiesOf(1));

    [Fact]
    public void Counts_the_confusions()
    {
        ConfusionMatrix matrix = s_evaluation.ConfusionMatrix();
        Assert.Equal([1, 1, 0, 1, 0, 1, 0, 0, 1],
            from row in Enumerable.Range(0, 3) from column in Enumerable.Range(0, 3) select matrix[row, column]);
        Assert.Equal(0.4, s_evaluation.ClassificationReport().Accuracy, 1e-12);
        Assert.Contains(" 0.40 ", s_evaluation.ClassificationReport().ToString(), StringComparison.Ordinal);
        Assert.Contains(" 0.4000 ", s_evaluation.ClassificationReport(digits: 4).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_what_is_wrong()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => s_evaluation[5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_evaluation.ProbabilitiesOf(3));
        Fails("Expected at least one sample", tensor(Array.Empty<int>()), zeros(0, 2));
        Fails("There are 2 labels but probabilities of 3 samples.", tensor([0, 1]), zeros(3, 2));
        Fails("Label 2 at position 1 is outside 0 to 1.", tensor([0, 2]), zeros(2, 2));
        Fails("given Float32 of shape (2, 2); .argmax(1) takes the class of each row.", eye(2), zeros(2, 2));
    }

    private static void Fails(string message, Tensor trueLabels, Tensor probabilities) => Assert.Contains(
        message,
        Assert.Throws<ArgumentException>(() => new Evaluation(0, trueLabels, probabilities, _ => Samples.Image())).Message,
        StringComparison.Ordinal);
}

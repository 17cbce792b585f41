using System.Globalization;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>The checks of training and of the student's <c>evaluate</c>.</summary>
internal static class TrainingChecks
{
    /// <summary>What a network reaches within one epoch of a few thousand images; a guess is right in a tenth.</summary>
    private const double LearntSomething = 0.5;

    private const int ShownErrors = 6;
    private const int ShownPredictions = 15;

    public static CheckResult Trained(int number, nn.Module<Tensor, Tensor>? model)
    {
        if (model is null)
        {
            return CheckResult.Wrong("There is no model yet.", "Build it first, or take the go_on cell below.");
        }

        if (NetworkChecks.NumberOf(model) is var found and > 0 && found != number)
        {
            return CheckResult.Wrong("model is still the network of another section.", "Build the one of this section first, then train it.");
        }

        if (Prepared.IsLoaded(model))
        {
            return CheckResult.Right("This is the trained network that was loaded.");
        }

        History history = model.History();
        if (history.Count == 0)
        {
            return CheckResult.Wrong(
                "The network has not been trained.",
                history.Cancelled ? "The run was stopped before its first epoch ended." : "model.Fit trains it. After Compile, or a new model, it starts afresh.");
        }

        EpochRecord last = history[^1];
        if (!history.HasValidation)
        {
            return CheckResult.Wrong("The validation figures are missing.", "Fit takes the validation images and targets as validation: (…, …).");
        }

        string accuracy = string.Create(CultureInfo.InvariantCulture, $"val_acc {last.ValAccuracy:F4} after {history.Count} epoch{(history.Count == 1 ? "" : "s")}");
        return !(last.ValAccuracy > LearntSomething)
            ? CheckResult.Wrong($"The network has hardly learnt: {accuracy}.", "Are the pixels scaled, and do images and targets belong together?")
            : CheckResult.Right($"The network is trained: {accuracy}.");
    }

    public static CheckResult Evaluated(nn.Module<Tensor, Tensor>? model, Tensor? xTest, Tensor? yTest)
    {
        if (model is null)
        {
            return CheckResult.Wrong("There is no model to judge.", "Build and train one first, or take the go_on cell above.");
        }

        if (DataChecks.Missing(("X_test", xTest), ("Y_test", yTest)) is { } names)
        {
            return CheckResult.Wrong($"{names} still empty.", "Prepare the data first, or take the go_on cell of task 1.");
        }

        TrainingState state = TrainingState.Of(model);
        if (state.Evaluation is not { } evaluation)
        {
            // Predict alone is a way too: everything can be worked out from the probabilities.
            return state.Predicted == xTest!.shape[0]
                ? CheckResult.Right("The network was asked for its predictions of all test images. Compare your figures with model.Evaluate(X_test, Y_test).")
                : CheckResult.Wrong("evaluate has not looked at this model.", "Is its body still empty? model.Evaluate gives loss and accuracy. And write model = …, never var model: evaluate knows only the first one.");
        }

        if (evaluation.Count != xTest!.shape[0])
        {
            return CheckResult.Wrong(
                string.Create(CultureInfo.InvariantCulture, $"The model was judged by {evaluation.Count:N0} images; there are {xTest.shape[0]:N0} test images."),
                "Take the X_test and Y_test that evaluate is given, all of them.");
        }

        if (!evaluation.TrueLabels.SequenceEqual(yTest!.argmax(1).data<long>().Select(label => (int)label)))
        {
            return CheckResult.Wrong("The model was judged by other targets than Y_test.", "Take the X_test and Y_test that evaluate is given.");
        }

        return Missing(evaluation) is { } missing
            ? CheckResult.Wrong($"evaluate does not show {missing} yet.", "Each is one call on what model.Evaluate returns; display(…) shows it.")
            : CheckResult.Right(string.Create(
                CultureInfo.InvariantCulture, $"Judged by all {evaluation.Count:N0} test images: loss {evaluation.Loss:F4}, accuracy {evaluation.Accuracy:F4}."));
    }

    /// <summary>The part of the sheet's list that was not asked for; null if all was, or if it was worked out from the labels by hand.</summary>
    private static string? Missing(Evaluation evaluation)
    {
        EvaluationUse use = evaluation.Use;
        return use switch
        {
            { LabelsRead: true } => null,
            { ReportMade: false } => "the classification report",
            { ProbabilitiesOf: null } => "the probability of being a zero",
            { ProbabilitiesOf: not 0 } => "the probability of being a zero, but that of another digit,",
            { MatrixMade: false } => "the confusion matrix",
            { Errors: null } => "the largest errors",
            { Errors: < ShownErrors } => string.Create(CultureInfo.InvariantCulture, $"as many largest errors as the sheet wants ({use.Errors} so far)"),
            { Predictions: null } => "the first test images with their predictions",
            { Predictions: < ShownPredictions } => string.Create(CultureInfo.InvariantCulture, $"as many first test images as the sheet wants ({use.Predictions} so far)"),
            _ => null,
        };
    }
}

using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>The check of training: whether the network reads images that it has not learnt from.</summary>
internal static class TrainingChecks
{
    /// <summary>What a network reaches within one epoch of a few thousand images; a guess is right in a tenth.</summary>
    private const double LearntSomething = 0.5;

    /// <summary>As many validation images as show whether a network has learnt.</summary>
    private const int Looked = 2000;

    public static CheckResult Trained(int number, nn.Module<Tensor, Tensor>? model, Tensor? xVal, Tensor? yVal)
    {
        if (model is null)
        {
            return Wrong("There is no model yet.", "Build it first, or take the go_on cell below.");
        }

        if (NetworkChecks.NumberOf(model) is var found and > 0 && found != number)
        {
            return Wrong(
                $"model is still the network of another section, {NetworkChecks.Describe(found)}.",
                "There is one model for all sections, and it is what was built last: build this section's, then train it.");
        }

        if (Prepared.IsModel(model, number) is { } loaded)
        {
            return loaded;
        }

        if (DataChecks.Missing(("X_val", xVal), ("Y_val", yVal)) is { } names)
        {
            return Wrong($"{names} still empty.", "Split the training set first, or take the go_on cell of task 1.");
        }

        if (TrainingState.Of(model).ValidationSamples is { } seen
            && SplitChecks.TestImages(tensor(seen), "The validation images that Fit was given are") is { } wrong)
        {
            return wrong;
        }

        // The network itself says whether it has learnt, whoever's loop has trained it.
        History history = model.History();
        int count = (int)Math.Min(Looked, xVal!.shape[0]);
        double accuracy = ModelAnswers.Judge(model, xVal[..count], yVal![..count]).Accuracy;
        string reached = history.HasValidation
            ? Invariant($"val_acc {history[^1].ValAccuracy:F4} after {Plural.Of(history.Count, "epoch")}")
            : Invariant($"accuracy {accuracy:F4} on {count:N0} validation images");
        return (accuracy > LearntSomething, history.Count) switch
        {
            (true, > 0) when !history.HasValidation => Wrong(
                "The validation figures are missing.", "Fit takes the validation images and targets as validation: (…, …)."),
            (true, _) => Right($"The network is trained: {reached}."),
            (_, 0) => Wrong($"The network has not been trained: {reached}, as by guessing.", history.Cancelled
                ? "The run was stopped before its first epoch ended."
                : "model.Fit trains it, or a loop of your own. After Compile, or a new model, it starts afresh."),
            _ => Wrong(
                $"The network has hardly learnt: {reached}.",
                "Are the pixels scaled, and do images and targets belong together?"),
        };
    }
}

using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>Remembers for the checks how a model was judged: the last one that was.</summary>
internal sealed class EvaluationRecorder : Callback
{
    private Judgement? _last;

    /// <summary>The one that takes part in a notebook and that the checks ask.</summary>
    public static EvaluationRecorder Instance { get; } = new();

    /// <summary>What was found with a model's present weights.</summary>
    /// <param name="model">The model.</param>
    /// <returns>What <c>Evaluate</c> returned, null if nothing; and how many samples <c>Predict</c> was given.</returns>
    public (Evaluation? Evaluation, int Predicted) Of(nn.Module<Tensor, Tensor> model) =>
        _last is { } last && last.Model.TryGetTarget(out var judged) && ReferenceEquals(judged, model)
        && last.Version == TrainingState.Of(model).Version
            ? (last.Evaluation, last.Predicted)
            : default;

    public override void OnTestEnd(EvaluationContext test)
    {
        if (test.Result is { } evaluation)
        {
            Keep(test.Model, evaluation, Of(test.Model).Predicted);
        }
    }

    public override void OnPredictEnd(EvaluationContext prediction) =>
        Keep(prediction.Model, Of(prediction.Model).Evaluation, prediction.Samples);

    private void Keep(nn.Module<Tensor, Tensor> model, Evaluation? evaluation, int predicted) =>
        _last = new(new(model), TrainingState.Of(model).Version, evaluation, predicted);

    private sealed record Judgement(
        WeakReference<nn.Module<Tensor, Tensor>> Model, long Version, Evaluation? Evaluation, int Predicted);
}

using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>Which views of an evaluation a notebook has shown lately, as they are or as figures: the checks ask.</summary>
internal static class ShownResults
{
    /// <summary>A few times what one evaluation shows, also if each image is shown by itself.</summary>
    private const int Kept = 100;

    private static readonly ConcurrentQueue<object> s_shown = new();

    /// <summary>Notes what was shown, if it is such a view.</summary>
    /// <param name="value">A result of the library, or a figure of one.</param>
    public static void Add(object? value)
    {
        object? result = value is Figure figure ? figure.Source : value;
        if (result is ClassificationReport or ConfusionMatrix or (int, IReadOnlyList<float>)
            or ImagePrediction or IReadOnlyList<ImagePrediction>)
        {
            s_shown.Enqueue(result);
            if (s_shown.Count > Kept)
            {
                s_shown.TryDequeue(out _);
            }
        }
    }

    /// <summary>The results of a type.</summary>
    public static IEnumerable<T> Of<T>() => s_shown.OfType<T>();

    /// <summary>Forgets all.</summary>
    public static void Clear() => s_shown.Clear();
}

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

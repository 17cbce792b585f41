using System.Text.Json.Nodes;
using MnistCnn.Course;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Hands the results of trainings to a host that collects them, as the headless runner does in a sweep: through the entry
/// <c>NotebookHost.Glue</c> of <see cref="AppContext"/>, an <c>Action&lt;string, string&gt;</c> that takes a name and JSON. Where
/// there is no such entry nothing happens.
/// </summary>
/// <remarks>
/// The first training of a notebook is <c>training 1</c>, and so on. A result is one JSON object: numbers, and Keras's lists of a
/// number for each epoch. When the trained model is evaluated, the result is handed over again with the test figures: the last
/// one of a name counts, as in scrapbook. A training with <c>verbose: false</c> belongs to the notebook's inner workings and is
/// not reported.
/// </remarks>
internal sealed class ResultRecorder : Callback
{
    /// <summary>The models in the order of their trainings, those whose results a host took.</summary>
    private readonly List<WeakReference<nn.Module<Tensor, Tensor>>> _trained = [];

    private static Action<string, string>? Glue => AppContext.GetData("NotebookHost.Glue") as Action<string, string>;

    public override void OnTrainEnd(TrainingContext training)
    {
        if (Glue is { } glue && !training.HasFailed)
        {
            lock (_trained)
            {
                _trained.Add(new(training.Model));
                glue(Name(_trained.Count), Result(training.Model, training.History));
            }
        }
    }

    public override void OnTestEnd(EvaluationContext test)
    {
        if (Glue is not { } glue || test.Result is not { } evaluation)
        {
            return;
        }

        lock (_trained)
        {
            int training = 1 + _trained.FindLastIndex(
                trained => trained.TryGetTarget(out var model) && ReferenceEquals(model, test.Model));
            if (training > 0)
            {
                glue(Name(training), Result(test.Model, test.Model.History(), evaluation));
            }
        }
    }

    /// <summary>Hands over the points of a sheet that is shown, as <c>points</c>.</summary>
    /// <returns>The same points.</returns>
    public static SheetPoints Told(SheetPoints points)
    {
        Glue?.Invoke("points", new JsonObject { ["points"] = points.Reached, ["of"] = points.Of }.ToJsonString());
        return points;
    }

    private static string Name(int training) => FormattableString.Invariant($"training {training}");

    private static string Result(nn.Module<Tensor, Tensor> model, History history, Evaluation? evaluation = null)
    {
        // What settings are judged by comes first.
        var json = new JsonObject();
        if (evaluation is not null)
        {
            json["test_loss"] = Finite(evaluation.Loss);
            json["test_acc"] = Finite(evaluation.Accuracy);
        }

        foreach ((string name, JsonNode? list) in Lists(history))
        {
            json[name] = list!.DeepClone();
        }

        json["parameters"] = model.parameters().Sum(parameter => parameter.numel());
        json["seconds"] = Math.Round(history.Sum(epoch => epoch.Duration.TotalSeconds), 3);
        return json.ToJsonString();
    }

    /// <summary>Keras's <c>history</c>: a list for each figure, a number for each epoch.</summary>
    public static JsonObject Lists(History history)
    {
        var lists = new JsonObject();
        if (history.HasValidation)
        {
            lists["val_loss"] = List(history.ValLoss);
            lists["val_acc"] = List(history.ValAccuracy);
        }

        lists["loss"] = List(history.Loss);
        lists["acc"] = List(history.Accuracy);
        return lists;
    }

    private static JsonArray List(IEnumerable<double> values) => new([.. values.Select(Finite)]);

    /// <summary>JSON has no NaN: null.</summary>
    public static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}

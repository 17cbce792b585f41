using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Hands the results of trainings to a host that collects them, as the headless runner does in a sweep: through the entry
/// <c>NotebookHost.Glue</c> of <see cref="AppContext"/>, an <c>Action&lt;string, string&gt;</c> that takes a name and JSON. Where
/// there is no such entry nothing happens.
/// </summary>
/// <remarks>
/// The first training of a notebook is <c>training 1</c>, and so on. A result is one JSON object: numbers, and Keras's lists of a
/// number for each epoch. When the trained model is evaluated, the result is handed over again with the test figures: the last one
/// of a name counts, as in scrapbook. A training with <c>verbose: false</c> belongs to the notebook's inner workings and is not
/// reported.
/// </remarks>
internal static class GluedRuns
{
    private static readonly ConditionalWeakTable<nn.Module<Tensor, Tensor>, Result> s_results = [];

    private static int s_count;

    /// <summary>Asks to be told of trainings and evaluations.</summary>
    internal static void Listen() => (RunReports.Trained, RunReports.Evaluated) = (Trained, Evaluated);

    private static Action<string, string>? Glue => AppContext.GetData("NotebookHost.Glue") as Action<string, string>;

    private static void Trained(nn.Module<Tensor, Tensor> model, History history)
    {
        if (Glue is not { } glue)
        {
            return;
        }

        // What settings are judged by comes first.
        var json = new JsonObject();
        if (history.HasValidation)
        {
            json["val_loss"] = List(history.ValLoss);
            json["val_acc"] = List(history.ValAccuracy);
        }

        json["loss"] = List(history.Loss);
        json["acc"] = List(history.Accuracy);
        json["parameters"] = model.parameters().Sum(parameter => parameter.numel());
        json["seconds"] = Math.Round(history.Sum(epoch => epoch.Duration.TotalSeconds), 3);
        var result = new Result($"training {Interlocked.Increment(ref s_count)}", json);
        s_results.AddOrUpdate(model, result);
        glue(result.Name, json.ToJsonString());
    }

    private static void Evaluated(nn.Module<Tensor, Tensor> model, Evaluation evaluation)
    {
        if (Glue is { } glue && s_results.TryGetValue(model, out Result? result))
        {
            var json = new JsonObject { ["test_loss"] = Finite(evaluation.Loss), ["test_acc"] = Finite(evaluation.Accuracy) };
            foreach ((string name, JsonNode? value) in result.Json)
            {
                json[name] = value?.DeepClone();
            }

            glue(result.Name, json.ToJsonString());
        }
    }

    private static JsonArray List(IEnumerable<double> values) => new([.. values.Select(Finite)]);

    /// <summary>JSON has no NaN: null.</summary>
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private sealed record Result(string Name, JsonObject Json);
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MnistCnn;
using TorchSharp;
using Xunit;

namespace MnistCnn.Tests.Notebook;

public sealed class ResultRecorderTests : IDisposable
{
    // A number of weights that no other test's model has: trainings of other tests may be reported meanwhile.
    private const int Inputs = 16, Classes = 7, Parameters = (Inputs * Classes) + Classes;

    private readonly ConcurrentQueue<(string Name, JsonNode Data)> _glued = [];

    public ResultRecorderTests() => AppContext.SetData(
        "NotebookHost.Glue", new Action<string, string>((name, json) => _glued.Enqueue((name, JsonNode.Parse(json)!))));

    private (string Name, JsonNode Data)[] Glued =>
        [.. _glued.Where(result => result.Data["parameters"]!.GetValue<long>() == Parameters)];

    public void Dispose() => AppContext.SetData("NotebookHost.Glue", null);

    [Fact]
    public void A_training_that_was_shown_is_handed_over_and_again_with_its_test()
    {
        (TorchSharp.Modules.Sequential model, torch.Tensor x, torch.Tensor y) = Task();
        History history = model.Fit((x, y), validation: (x, y), epochs: 2, seed: 1);

        (string name, JsonNode data) = Assert.Single(Glued);
        Assert.Matches(@"^training \d+$", name);
        Assert.Equal(
            ["val_loss", "val_acc", "loss", "acc", "parameters", "seconds"], data.AsObject().Select(member => member.Key));
        Assert.Equal(history.ValAccuracy, data["val_acc"]!.AsArray().Select(value => value!.GetValue<double>()));

        Evaluation evaluation = model.Evaluate(x, y);
        Assert.Equal(2, Glued.Length);
        Assert.Equal(name, Glued[1].Name);
        Assert.Equal(evaluation.Accuracy, Glued[1].Data["test_acc"]!.GetValue<double>());
        Assert.Equal(evaluation.Loss, Glued[1].Data["test_loss"]!.GetValue<double>());
        Assert.Equal(2, Glued[1].Data["loss"]!.AsArray().Count);

        model.Fit((x, y), epochs: 1, seed: 1);
        Assert.NotEqual(name, Glued[2].Name);
        Assert.Null(Glued[2].Data["val_acc"]);
    }

    [Fact]
    public void A_training_that_failed_has_no_result()
    {
        (TorchSharp.Modules.Sequential model, torch.Tensor x, torch.Tensor y) = Task();
        Assert.Throws<TrainingDivergedException>(() => model.Fit((x * float.NaN, y)));
        Assert.Empty(Glued);
    }

    [Fact]
    public void A_quiet_training_is_the_notebooks_own_business()
    {
        (TorchSharp.Modules.Sequential model, torch.Tensor x, torch.Tensor y) = Task();
        model.Fit((x, y), epochs: 1, seed: 1, verbose: false);
        model.Evaluate(x, y);
        Assert.Empty(Glued);
    }

    private static (TorchSharp.Modules.Sequential Model, torch.Tensor X, torch.Tensor Y) Task()
    {
        TorchSharp.Modules.Sequential model = torch.nn.Sequential(
            ("flatten_1", torch.nn.Flatten()), ("dense_1", torch.nn.Linear(Inputs, Classes)), ("softmax_1", torch.nn.Softmax(1)));
        model.Compile(new Shape(4, 4, 1), seed: 1);
        return (model, torch.rand(28, 4, 4, 1), torch.eye(Classes)[torch.arange(28).remainder(Classes)]);
    }
}

using TorchSharp.Modules;
using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>
/// What a forward of one's own does besides calling layers: functions leave no trace, but their effect can be seen.
/// </summary>
internal static class OwnForward
{
    public static CheckResult? WrongIn(
        nn.Module<Tensor, Tensor> model, Shape image, IReadOnlyList<LayerTrace> layers, NetworkPlan plan)
    {
        using var generator = new Generator(1);
        Tensor random = rand(image.WithBatch(3).ToArray(), generator: generator).to(Placement.Of(model));
        Tensor images = ModelAnswers.AsTaken(model, random);
        var inputs = new List<(string Name, bool IsNegative)>();
        Tensor output = ModelTracer.Run(
            model,
            images,
            (name, module, input) => inputs.Add((name, module is Conv2d or Linear && input.min().item<float>() < 0)),
            (_, _, _, _) => { });
        bool isRow = output.dim() == 2 && output.shape[0] == 3 && output.shape[1] == plan.Units[^1];
        bool SumsTo1(long axis) => (output.sum(axis) - 1).abs().max().item<float>() < 1e-4;
        return 0 switch
        {
            _ when inputs.Skip(1).FirstOrDefault(input => input.IsNegative).Name is { } negative => Wrong(
                $"Negative numbers reach {negative}.",
                "The sheet takes activation='relu': relu makes them 0, before the next layer."),
            _ when !isRow => Wrong(
                $"Three images give {output.Shape()}.", "Each image should give one row, with a number for each digit."),
            _ when SumsTo1(0) => Wrong(
                "The results add up over the images.", "The probabilities of one image add up to 1: its digits are axis 1."),
            _ when output.min().item<float>() >= 0 && !SumsTo1(1) => Wrong(
                "The results are no probabilities, and none is below 0.",
                "Ten results need to become ten probabilities that add up to 1, with no relu or sigmoid after the last layer."),
            _ when plan.HasDropout && !layers.Any(layer => layer.Module is Dropout) && IsSteady(model, images) => Wrong(
                "No dropout acts while the network trains.",
                "One stands before the flatten layer, one between the two dense layers; a function is told training: training."),
            _ => null,
        };
    }

    /// <summary>Whether a model in training mode gives the same twice.</summary>
    private static bool IsSteady(nn.Module<Tensor, Tensor> model, Tensor images)
    {
        using Tensor globalState = random.get_rng_state();
        using var modes = new ModuleModes(model);
        model.train();
        bool isSteady = model.call(images).allclose(model.call(images));
        random.set_rng_state(globalState);
        return isSteady;
    }
}

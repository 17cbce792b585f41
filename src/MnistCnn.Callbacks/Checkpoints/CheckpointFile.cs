using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>A model with its optimizer in a <see cref="SafetensorsFile"/>.</summary>
/// <remarks>
/// The tensors are called <c>model.</c> and the name in <c>state_dict</c>; <c>optimizer.</c>, the name of the parameter and
/// PyTorch's name of the moment; and, if the model holds averaged weights, <c>training.</c> and the name of the weight
/// from which the training goes on.
/// </remarks>
internal static class CheckpointFile
{
    private const string Kind = "MnistCnn checkpoint 1";
    private const string ModelPrefix = "model.";
    private const string OptimizerPrefix = "optimizer.";
    private const string TrainingPrefix = "training.";

    /// <summary>Writes a checkpoint.</summary>
    public static Checkpoint Write(string path, nn.Module<Tensor, Tensor> model)
    {
        using var scope = NewDisposeScope();
        TrainingState state = TrainingState.Of(model);
        AveragedWeights? averaging = state.Averaging?.BelongsTo(model) == true ? state.Averaging : null;
        var checkpoint = new Checkpoint(
            state.Epoch, state.StepsSince, state.Current is null ? null : state.Settings.GetType().Name,
            state.LearningRate, averaging is not null);
        var tensors = model.state_dict().Select(entry => (ModelPrefix + entry.Key, entry.Value)).ToList();
        if (state.Current is { } optimizer)
        {
            string[] names = [.. model.named_parameters().Select(parameter => parameter.name)];
            tensors.AddRange(OptimizerMoments.Of(optimizer, names)
                .Select(moment => (OptimizerPrefix + moment.Name, moment.Value)));
        }

        if (averaging is not null)
        {
            tensors.AddRange(averaging.Other.Tensors.Select(entry => (TrainingPrefix + entry.Key, entry.Value)));
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["epoch"] = Invariant($"{checkpoint.Epoch}"),
            ["stepsSince"] = Invariant($"{checkpoint.StepsSince}"),
            ["averageUpdates"] = Invariant($"{averaging?.Updates ?? 0}"),
        };
        if (checkpoint.Optimizer is not null)
        {
            metadata["optimizer"] = checkpoint.Optimizer;
            metadata["learningRate"] = Invariant($"{checkpoint.LearningRate:R}");
        }

        SafetensorsFile.Write(path, Kind, metadata, tensors);
        return checkpoint;
    }

    /// <summary>Reads a checkpoint into a model, which is only changed if all fits.</summary>
    public static Checkpoint Read(string path, nn.Module<Tensor, Tensor> model, bool weightsOnly)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using SafetensorsFile file = SafetensorsFile.Read(path);
        bool plain = file.Kind is null && weightsOnly;
        Checkpoint checkpoint = plain ? new Checkpoint(0, 0, null, null, false) : InfoOf(path, file);
        Dictionary<string, Tensor> weights = Part(file, plain ? "" : ModelPrefix), training = Part(file, TrainingPrefix);
        CheckNames(path, model, weights);
        TrainingState state = TrainingState.Of(model);
        if (!weightsOnly)
        {
            CheckMoments(path, model, state, checkpoint, Part(file, OptimizerPrefix));
            if (checkpoint.IsAveraged)
            {
                CheckNames(path, model, training);
            }
        }

        foreach ((string name, Tensor tensor) in model.state_dict())
        {
            tensor.copy_(weights[name]);
        }

        state.Use(state.Settings);
        if (!weightsOnly)
        {
            RestoreTraining(path, model, state, checkpoint, file, training);
        }

        return checkpoint;
    }

    private static void RestoreTraining(
        string path, nn.Module<Tensor, Tensor> model, TrainingState state, Checkpoint checkpoint, SafetensorsFile file,
        Dictionary<string, Tensor> training)
    {
        (state.Epoch, state.StepsSince) = (checkpoint.Epoch, checkpoint.StepsSince);
        if (checkpoint.Optimizer is not null)
        {
            optim.Optimizer optimizer = state.OptimizerFor(model);
            OptimizerMoments.Restore(optimizer, [.. model.named_parameters()], Part(file, OptimizerPrefix));
            new OptimizerSettings(optimizer).LearningRate = checkpoint.LearningRate!.Value;
            state.LearningRate = checkpoint.LearningRate;
        }

        if (checkpoint.IsAveraged)
        {
            Dictionary<string, Tensor> own = model.state_dict().ToDictionary(
                entry => entry.Key,
                entry => training[entry.Key].to(entry.Value.device).clone().DetachFromDisposeScope(),
                StringComparer.Ordinal);
            state.Averaging = new AveragedWeights(ModelWeights.Of(own), Number(path, file, "averageUpdates"));
            state.Averaging.MarkAsInModel(model);
        }
    }

    private static Checkpoint InfoOf(string path, SafetensorsFile file)
    {
        if (file.Kind != Kind)
        {
            throw new InvalidDataException(
                $"{path}: expected a checkpoint of this library, \"{Kind}\", found "
                + (file.Kind is null
                    ? "a file of another program. Load its weights with weightsOnly: true."
                    : $"\"{file.Kind}\"."));
        }

        file.Metadata.TryGetValue("optimizer", out string? optimizer);
        double? learningRate = null;
        if (optimizer is not null)
        {
            learningRate = file.Metadata.TryGetValue("learningRate", out string? text)
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
                && double.IsFinite(rate)
                ? rate
                : throw new InvalidDataException($"{path}: the file is damaged: learningRate is no number.");
        }

        // Asked for only at the end, when the model has changed: it must be there by then.
        _ = Number(path, file, "averageUpdates");
        return new Checkpoint(
            (int)Math.Min(Number(path, file, "epoch"), int.MaxValue), Number(path, file, "stepsSince"), optimizer, learningRate,
            file.Tensors.Keys.Any(name => name.StartsWith(TrainingPrefix, StringComparison.Ordinal)));
    }

    private static long Number(string path, SafetensorsFile file, string name) =>
        file.Metadata.TryGetValue(name, out string? text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new InvalidDataException($"{path}: the file is damaged: {name} is no number.");

    private static Dictionary<string, Tensor> Part(SafetensorsFile file, string prefix) => file.Tensors
        .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value, StringComparer.Ordinal);

    private static void CheckNames(string path, nn.Module model, Dictionary<string, Tensor> found)
    {
        Dictionary<string, Tensor> expected = model.state_dict();
        foreach ((string name, Tensor tensor) in expected)
        {
            if (!found.TryGetValue(name, out Tensor? given)
                || !given.shape.AsSpan().SequenceEqual(tensor.shape) || given.dtype != tensor.dtype)
            {
                throw new InvalidDataException(
                    $"{path}: expected {name} of shape {tensor.Shape()}, {tensor.dtype}, found "
                    + (given is null ? "none." : $"{given.Shape()}, {given.dtype}.") + " The checkpoint is of another model.");
            }
        }

        if (found.Keys.FirstOrDefault(name => !expected.ContainsKey(name)) is { } surplus)
        {
            throw new InvalidDataException($"{path}: the model has no {surplus}. The checkpoint is of another model.");
        }
    }

    private static void CheckMoments(
        string path, nn.Module<Tensor, Tensor> model, TrainingState state, Checkpoint checkpoint,
        Dictionary<string, Tensor> found)
    {
        if (checkpoint.Optimizer is null)
        {
            return;
        }

        string own = state.Settings.GetType().Name;
        if (checkpoint.Optimizer != own)
        {
            throw new InvalidDataException(
                $"{path}: the checkpoint is of a training by {checkpoint.Optimizer}, the model was compiled with {own}. "
                + $"Compile it with {checkpoint.Optimizer}, or load the weights alone with weightsOnly: true.");
        }

        using optim.Optimizer fresh = state.Settings.Create(model.parameters());
        List<(string Name, Parameter Value)> parameters = [.. model.named_parameters()];
        List<(string Name, Tensor Value)> expected =
            [.. OptimizerMoments.Of(fresh, [.. parameters.Select(parameter => parameter.Name)])];

        // Gradient descent makes its momentum at the first step.
        expected.AddRange(parameters
            .Select(parameter => ($"{parameter.Name}.momentum_buffer", (Tensor)parameter.Value))
            .Where(moment => found.ContainsKey(moment.Item1)));
        foreach ((string name, Tensor tensor) in expected)
        {
            if (!found.TryGetValue(name, out Tensor? given)
                || !given.shape.AsSpan().SequenceEqual(tensor.shape) || given.dtype != tensor.dtype)
            {
                throw new InvalidDataException(
                    $"{path}: expected the optimizer's {name} of shape {tensor.Shape()}, "
                    + $"found {given?.Shape().ToString() ?? "none"}. "
                    + $"Compile the model with the {own} that the checkpoint was made with.");
            }
        }
    }
}

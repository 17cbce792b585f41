using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Finds the shapes inside a model by sending one empty image through it.</summary>
[StackTraceHidden]
internal static class ModelTracer
{
    /// <summary>The layers in the order in which an image meets them; modules that only group others are left out.</summary>
    /// <param name="model">The model; its weights, its mode and its hooks stay as they are.</param>
    /// <param name="inputShape">The shape of one image in the model's data format; null: as the model was compiled.</param>
    /// <returns>
    /// A row for each use of a layer; the model itself, if none was called, as where its forward calls their forward alone.
    /// </returns>
    /// <exception cref="InvalidOperationException">The shape is neither given nor known.</exception>
    /// <exception cref="ArgumentException">A layer cannot take what the layer before it gives.</exception>
    public static IReadOnlyList<LayerTrace> Trace(nn.Module<Tensor, Tensor> model, Shape? inputShape) =>
        Trace(model, inputShape, out _);

    /// <inheritdoc cref="Trace(nn.Module{Tensor, Tensor}, Shape?)"/>
    /// <param name="model">The model; its weights, its mode and its hooks stay as they are.</param>
    /// <param name="inputShape">The shape of one image in the model's data format; null: as the model was compiled.</param>
    /// <param name="outputShape">What the model gives, which need not be what its last layer gives.</param>
    public static IReadOnlyList<LayerTrace> Trace(
        nn.Module<Tensor, Tensor> model, Shape? inputShape, out Shape outputShape)
    {
        ModelLayout layout = ModelLayout.Peek(model, out bool isAttached);
        Shape shape = inputShape ?? layout.InputShape ?? throw new InvalidOperationException(
            "The model does not know the shape of its input: give it here, or call Compile(inputShape) first.");
        var layers = new List<LayerTrace>();
        (string Name, nn.Module Module, Shape Input) current = ("the model", model, shape.WithBatch(Shape.None));
        using var scope = NewDisposeScope();
        try
        {
            Tensor image = zeros(shape.WithBatch(1), device: Placement.Of(model));
            Tensor output = Run(
                model,
                isAttached ? image : ModelLayout.InMemory(layout.ToChannelsFirst(image)),
                (name, module, input) => current =
                    (name, module, isAttached ? layout.DisplayInput(module, input.shape) : layout.Display(input.shape)),
                (name, module, _, output) =>
                {
                    layers.Add(new LayerTrace(name, module, current.Input, layout.Display(output.shape)));
                    current = ($"what follows {name}", model, layers[^1].OutputShape);
                });
            outputShape = layout.Display(output.shape);
        }
        catch (Exception refused) when (refused is ExternalException or ArgumentException)
        {
            throw new LayerRefusal(current.Name, current.Module, current.Input, refused.Message).ToException(nameof(model));
        }

        return layers.Count > 0 ? layers : [new LayerTrace(model.GetName(), model, current.Input, outputShape)];
    }

    /// <summary>
    /// Calls a model once, in evaluation mode and without gradients, and tells of each use of a layer. A layer that is used
    /// again goes by the next of its names, if it has another.
    /// </summary>
    /// <param name="model">The model; its mode and its hooks are put back.</param>
    /// <param name="x">Samples in the model's data format.</param>
    /// <param name="before">Takes the name, the layer and what goes in, before it is computed.</param>
    /// <param name="after">Takes the name, the layer, what went in and what came out.</param>
    /// <returns>What the model gives.</returns>
    public static Tensor Run(
        nn.Module<Tensor, Tensor> model, Tensor x, Action<string, nn.Module, Tensor>? before,
        Action<string, nn.Module, Tensor, Tensor> after)
    {
        var removers = new List<Action>();
        using ModuleModes modes = ModuleModes.Eval(model);
        using var off = no_grad();
        try
        {
            foreach (var uses in Leaves(model).GroupBy(leaf => leaf.Module, leaf => leaf.Name))
            {
                (string[] names, int used, string name) = ([.. uses], 0, "");
                var first = uses.Key.register_forward_pre_hook((module, input) =>
                {
                    name = names[Math.Min(used++, names.Length - 1)];
                    before?.Invoke(name, module, input);
                    return null!;
                });
                removers.Add(first.remove);
                var last = uses.Key.register_forward_hook((module, input, output) =>
                {
                    after(name, module, input, output);
                    return null!;
                });
                removers.Add(last.remove);
            }

            return model.call(x);
        }
        finally
        {
            removers.ForEach(remove => remove());
        }
    }

    /// <summary>
    /// Whether a model is its layers one after the other and nothing else: a <see cref="Sequential"/>, also of others. A class
    /// derived from it may do more in its own forward.
    /// </summary>
    public static bool IsRow(nn.Module model) => model.modules().Prepend(model).All(
        module => module.GetType() == typeof(Sequential) || !module.children().Any());

    /// <summary>A layer by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those that are there.</exception>
    public static (string Name, nn.Module<Tensor, Tensor> Module) Leaf(nn.Module<Tensor, Tensor> model, string name)
    {
        var leaves = Leaves(model);
        int index = leaves.FindIndex(leaf => leaf.Name == name);
        return index >= 0
            ? leaves[index]
            : throw new ArgumentException(
                $"There is no layer {name}; the model has {string.Join(", ", leaves.Select(leaf => leaf.Name))}.", nameof(name));
    }

    /// <summary>
    /// The layers in the order in which they were given, one that was given twice by each of its names; modules that only group
    /// others are left out.
    /// </summary>
    public static List<(string Name, nn.Module<Tensor, Tensor> Module)> Leaves(nn.Module<Tensor, Tensor> model)
    {
        var leaves = new List<(string, nn.Module<Tensor, Tensor>)>();
        Collect(model, "");
        return leaves.Count > 0 ? leaves : [(model.GetName(), model)];

        void Collect(nn.Module group, string prefix)
        {
            foreach ((string name, nn.Module module) in group.named_children())
            {
                if (module.children().Any())
                {
                    Collect(module, $"{prefix}{name}.");
                }
                else if (module is nn.Module<Tensor, Tensor> layer)
                {
                    leaves.Add((prefix + name, layer));
                }
            }
        }
    }
}

/// <summary>
/// Where a model could not go on, kept in the <see cref="Exception.Data"/> of what <see cref="ModelTracer"/> throws. libtorch's
/// own text names the calls inside it and is long: it stands here, and the exception has no inner one.
/// </summary>
/// <param name="Layer">The name of the layer.</param>
/// <param name="Module">The layer; the model itself where the mistake lies between its layers.</param>
/// <param name="Input">What reaches it, in the model's data format, the batch axis open.</param>
/// <param name="Details">All that libtorch says.</param>
internal sealed record LayerRefusal(string Layer, torch.nn.Module Module, Shape Input, string Details)
{
    /// <summary>
    /// What does not fit, and what to count or where to look. The number that would fit is for the reader to find: libtorch's
    /// own line, with its shapes of matrices, is cut before it.
    /// </summary>
    public (string What, string Hint) Words
    {
        get
        {
            long channels = Input.Count == 4 ? Input[Backend.ImageDataFormat == ImageDataFormat.ChannelsFirst ? 1 : 3] : 0;
            return Module switch
            {
                Linear when Input.Count > 2 => (
                    $"{Layer} takes one row of numbers for each image, but what reaches it has rows, columns and channels.",
                    "Is there a Flatten() before it?"),
                Linear linear => (
                    Invariant($"{Layer} takes {linear.weight!.shape[1]:N0} numbers, but another number of them reaches it."),
                    "Its first number counts what the layer before it gives: after Flatten, rows × columns × channels of the "
                    + "image there (each convolution takes rows and columns away, pooling divides them); after a dense layer, "
                    + "its units."),
                Conv2d when Input.Count != 4 => (
                    $"{Layer} takes images, but what reaches it is a row of numbers.", "Convolutions come before Flatten()."),
                Conv2d { weight.shape: var taken } when taken[1] != channels => (
                    $"{Layer} takes images of {Plural.Of((int)taken[1], "channel")}, but another number of them reaches it.",
                    "Conv2d's first number is how many channels come in: one for a grey image, and after another convolution as "
                    + "many as that has filters."),
                Conv2d or MaxPool2d or AvgPool2d => (
                    $"The window of {Layer} does not fit what reaches it, {Input}.",
                    "Are its numbers in the right order, the kernel's size last, and do the layers before it leave enough rows?"),
                Softmax or LogSoftmax => (
                    $"{Layer} has an axis that is not there.",
                    "The probabilities of one image add up to 1: its digits are axis 1."),
                _ => (
                    $"An image gets no further than {Layer}, which is given {Input}: {Details.Split('\n', '(')[0].Trim()}.",
                    "Follow the shape of one image from layer to layer: each step must take all that the one before gives."),
            };
        }
    }

    public static LayerRefusal? Of(Exception exception) => exception.Data[nameof(LayerRefusal)] as LayerRefusal;

    public ArgumentException ToException(string parameter) => new($"{Words.What} {Words.Hint}", parameter)
    {
        Data = { [nameof(LayerRefusal)] = this },
    };
}

/// <summary>One layer of a model, seen while an image passes through.</summary>
/// <param name="Name">The name it was given, with the names of the modules around it: <c>block1.conv2d_1</c>.</param>
/// <param name="Module">The layer.</param>
/// <param name="InputShape">The shape of what goes in, in the model's data format, the batch axis open.</param>
/// <param name="OutputShape">The shape of what comes out, likewise.</param>
internal sealed record LayerTrace(string Name, torch.nn.Module Module, Shape InputShape, Shape OutputShape)
{
    /// <summary>Whether the layer is an activation function: Keras counts it as part of the layer before it.</summary>
    public bool IsActivation => LayerType.IsActivation(Module);
}

using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Finds the shapes inside a model by sending one empty image through it.</summary>
internal static class ModelTracer
{
    /// <summary>The layers in the order in which an image meets them; modules that only group others are left out.</summary>
    /// <param name="model">The model; its weights, its mode and its hooks stay as they are.</param>
    /// <param name="inputShape">The shape of one image in the model's data format; null: as the model was compiled.</param>
    /// <exception cref="InvalidOperationException">The shape is neither given nor known.</exception>
    /// <exception cref="ArgumentException">A layer cannot take what the layer before it gives.</exception>
    public static IReadOnlyList<LayerTrace> Trace(nn.Module<Tensor, Tensor> model, Shape? inputShape)
    {
        ModelLayout layout = ModelLayout.Of(model);
        Shape shape = inputShape ?? layout.InputShape ?? throw new InvalidOperationException(
            "The model does not know the shape of its input: give it here, or call Compile(inputShape) first.");
        var layers = new List<LayerTrace>();
        var removers = new List<Action>();
        bool wasTraining = model.training;
        (string Name, Shape Input) current = ("the model", shape.WithBatch(Shape.None));
        using var scope = NewDisposeScope();
        using var off = no_grad();
        try
        {
            foreach ((string name, nn.Module<Tensor, Tensor> module) in Leaves(model))
            {
                // The hook after the layer sees its input with the hooks before it applied: a Flatten's is in Keras's
                // order by then, so the shape is taken from the layer before instead.
                var before = module.register_forward_pre_hook((_, _) =>
                {
                    current = (name, layers.Count > 0 ? layers[^1].OutputShape : current.Input);
                    return null!;
                });
                var after = module.register_forward_hook((_, _, output) =>
                {
                    layers.Add(new LayerTrace(name, module, current.Input, layout.Display(output.shape)));
                    return null!;
                });
                removers.Add(before.remove);
                removers.Add(after.remove);
            }

            model.eval();
            model.call(zeros(shape.WithBatch(1), device: Placement.Of(model)));
        }
        catch (Exception refused) when (refused is ExternalException or ArgumentException)
        {
            throw new ArgumentException(
                $"{current.Name} cannot take what reaches it, {current.Input}: {FirstLine(refused.Message)}",
                nameof(model), refused);
        }
        finally
        {
            removers.ForEach(remove => remove());
            model.train(wasTraining);
        }

        return layers;
    }

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

    /// <summary>The layers in the order in which they were given; modules that only group others are left out.</summary>
    public static List<(string Name, nn.Module<Tensor, Tensor> Module)> Leaves(nn.Module<Tensor, Tensor> model)
    {
        var leaves = new List<(string, nn.Module<Tensor, Tensor>)>();
        foreach ((string name, nn.Module module) in model.named_modules())
        {
            if (name.Length > 0 && module is nn.Module<Tensor, Tensor> layer && !layer.children().Any())
            {
                leaves.Add((name, layer));
            }
        }

        return leaves.Count > 0 ? leaves : [(model.GetName(), model)];
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();
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

using System.Globalization;
using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>The checks of the bonus: shapes that the student works out before looking.</summary>
internal static class ShapeChecks
{
    public static CheckResult OutputShapes(nn.Module<Tensor, Tensor>? model, IReadOnlyList<Shape>? shapes) =>
        Compare(
            model, shapes, "layers", "output shapes",
            m => [.. m.LayerShapes().Select(layer => (layer.Name, layer.OutputShape))], WithoutBatch, OutputHint);

    public static CheckResult WeightShapes(nn.Module<Tensor, Tensor>? model, IReadOnlyList<Shape>? shapes)
    {
        CheckResult inKerasOrder = Compare(
            model, shapes, "layers with weights", "weight shapes",
            m => [.. m.WeightShapes().Select(layer => (layer.Name, layer.Weight))], shape => shape, WeightHint);
        if (inKerasOrder.Passed || model is null || shapes is null)
        {
            return inKerasOrder;
        }

        CheckResult inTorchOrder = Compare(
            model, shapes, "layers with weights", "weight shapes",
            m => [.. m.WeightShapes().Select(layer => (layer.Name, AsInTorch(layer.Weight)))], shape => shape, WeightHint);
        return inTorchOrder.Passed ? inTorchOrder : inKerasOrder;
    }

    private static CheckResult Compare(
        nn.Module<Tensor, Tensor>? model,
        IReadOnlyList<Shape>? shapes,
        string rows,
        string what,
        Func<nn.Module<Tensor, Tensor>, IReadOnlyList<(string Name, Shape Shape)>> expectedOf,
        Func<Shape, Shape> normal,
        Func<Shape, Shape, string> hint)
    {
        if (model is null)
        {
            return Wrong("There is no model yet.", "Build the third network first, or take the go_on cell of task 4.");
        }

        if (shapes is null || shapes.Count == 0)
        {
            return Wrong(
                $"There are no {what} yet.",
                "Fill in one shape after the other; the text above says how each layer changes them.");
        }

        IReadOnlyList<(string Name, Shape Shape)> expected = expectedOf(model);
        for (int i = 0; i < Math.Min(shapes.Count, expected.Count); i++)
        {
            Shape mine = normal(shapes[i] ?? new Shape());
            Shape right = normal(expected[i].Shape);
            if (mine != right)
            {
                return Wrong($"{expected[i].Name} does not have the shape {mine}.", hint(mine, right));
            }
        }

        return shapes.Count == expected.Count
            ? Right($"All {shapes.Count} {what} are right.")
            : Wrong(
                string.Create(
                    CultureInfo.InvariantCulture, $"You give {shapes.Count} {what}; the model has {expected.Count} {rows}."),
                "One for each row of the summary; activations have none of their own."
                + (shapes.Count < expected.Count ? $" Next comes {expected[shapes.Count].Name}." : ""));
    }

    private static string OutputHint(Shape mine, Shape right) => (mine, right) switch
    {
        ({ Count: var count }, _) when count != right.Count => right.Count == 1
            ? "What comes out is one row of numbers, a shape with one axis."
            : "What comes out is still an image: rows, columns and channels.",
        ({ Count: 1 }, _) => "How many numbers does the layer before it give, and does this layer change that?",
        _ when mine.Order().SequenceEqual(right.Order()) =>
            $"The sizes are right, their order is not: the data format is {Backend.ImageDataFormat.KerasName()}.",
        _ when Channels(mine) == Channels(right) => "The channels are right. How does this layer change rows and columns?",
        _ => "A convolution gives as many channels as it has filters; other layers keep them.",
    };

    private static string WeightHint(Shape mine, Shape right) => (mine, right) switch
    {
        ({ Count: 1 }, _) => "A shape with one axis is that of biases: leave the biases out.",
        ({ Count: var count }, _) when count != right.Count => right.Count == 2
            ? "A dense layer has a table: inputs and units."
            : "A convolution has four axes: the kernel's rows and columns, channels in, filters.",
        _ when mine.Order().SequenceEqual(right.Order()) =>
            "The sizes are right, their order is not: the kernel, what comes in, what goes out.",
        ({ Count: 4 }, _) when mine[2] != right[2] => "How many channels come in? Each kernel looks at all of them.",
        ({ Count: 2 }, _) when mine[0] != right[0] => "How many numbers reach this layer?",
        _ => "Compare with the settings of the layer: the kernel's size, the filters, the units.",
    };

    private static long Channels(Shape shape) => Backend.ImageDataFormat == ImageDataFormat.ChannelsFirst ? shape[0] : shape[^1];

    private static Shape WithoutBatch(Shape shape) =>
        shape.Count is 2 or 4 && shape[0] == Shape.None ? new Shape([.. shape.Skip(1)]) : shape;

    private static Shape AsInTorch(Shape shape) =>
        shape.Count == 4 ? new Shape(shape[3], shape[2], shape[0], shape[1]) : new Shape([.. shape.Reverse()]);
}

using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Looks into a model: its layers, their shapes, their weights.</summary>
/// <remarks>
/// As in Keras, an activation function that follows another layer is counted as part of it (<c>activation='relu'</c>)
/// and has no row of its own. A layer that is used twice has a row for each use, by the name of that place; the summary counts
/// its weights at the first.
/// </remarks>
public static class InspectionExtensions
{
    /// <summary>The layers of a model with output shapes and parameter counts (Keras: <c>summary</c>).</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="inputShape">The shape of one sample, (28, 28, 1); null: the one it was compiled for.</param>
    /// <exception cref="InvalidOperationException">The shape is neither given nor known.</exception>
    /// <exception cref="ArgumentException">A layer cannot take what the layer before it gives.</exception>
    public static ModelSummary Summary(this nn.Module<Tensor, Tensor> model, Shape? inputShape = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var parameters = model.parameters().ToList();
        var counted = new HashSet<IntPtr>();
        return new ModelSummary(
            [.. Rows(model, inputShape).Select(row => new LayerSummary(
                row.Name, LayerType.NameOf(row.Module), row.OutputShape,
                row.Module.parameters().Concat(Statistics(row.Module)).Where(weight => counted.Add(weight.Handle))
                    .Sum(weight => weight.numel())))],
            parameters.Where(p => p.requires_grad).Sum(p => p.numel()),
            parameters.Where(p => !p.requires_grad).Sum(p => p.numel()) + StatisticsOf(model));
    }

    /// <summary>The shape of what goes into each layer and of what comes out.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="inputShape">The shape of one sample, (28, 28, 1); null: the one it was compiled for.</param>
    /// <exception cref="InvalidOperationException">The shape is neither given nor known.</exception>
    /// <exception cref="ArgumentException">A layer cannot take what the layer before it gives.</exception>
    public static TextTable<LayerShape> LayerShapes(this nn.Module<Tensor, Tensor> model, Shape? inputShape = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new TextTable<LayerShape>(
            ["Layer", "Name", "Input shape", "Output shape"],
            [.. Rows(model, inputShape).Select((row, i) => new LayerShape(i, row.Name, row.InputShape, row.OutputShape))],
            layer => [Number(layer.Index), layer.Name, layer.InputShape.ToString(), layer.OutputShape.ToString()]);
    }

    /// <summary>The shapes of the weights and the biases of the layers that have any.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="inputShape">The shape of one sample, (28, 28, 1); null: the one it was compiled for.</param>
    /// <exception cref="InvalidOperationException">The shape is neither given nor known.</exception>
    /// <exception cref="ArgumentException">A layer cannot take what the layer before it gives.</exception>
    public static TextTable<WeightShape> WeightShapes(this nn.Module<Tensor, Tensor> model, Shape? inputShape = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new TextTable<WeightShape>(
            ["Layer", "Name", "Weights", "Bias"],
            [.. Rows(model, inputShape).SelectMany((row, i) => Weights(row, i))],
            layer => [Number(layer.Index), layer.Name, layer.Weight.ToString(), layer.Bias?.ToString() ?? "–"]);
    }

    /// <summary>
    /// The numbers that a module keeps without learning them, as batch normalisation does its moving means and variances:
    /// Keras counts them as weights that are not trained. PyTorch's count of batches it has no equal of.
    /// </summary>
    internal static long StatisticsOf(nn.Module module) => Statistics(module).Sum(buffer => buffer.numel());

    private static IEnumerable<Tensor> Statistics(nn.Module module) =>
        module.buffers().Where(buffer => buffer.is_floating_point());

    private static IEnumerable<LayerTrace> Rows(nn.Module<Tensor, Tensor> model, Shape? inputShape)
    {
        bool first = true;
        foreach (LayerTrace layer in ModelTracer.Trace(model, inputShape))
        {
            if (first || !layer.IsActivation)
            {
                yield return layer;
            }

            first = false;
        }
    }

    private static IEnumerable<WeightShape> Weights(LayerTrace layer, int index)
    {
        var named = layer.Module.named_parameters(recurse: false)
            .ToDictionary(p => p.name, p => p.parameter, StringComparer.Ordinal);
        if (named.TryGetValue("weight", out Parameter? weight))
        {
            yield return new WeightShape(
                index, layer.Name, AsInKeras(weight.shape), named.TryGetValue("bias", out Parameter? bias) ? bias.Shape() : null);
        }
    }

    /// <summary>(outputs, inputs, rows, columns) becomes (rows, columns, inputs, outputs).</summary>
    private static Shape AsInKeras(long[] shape) =>
        shape.Length < 2 ? new Shape(shape) : new Shape([.. shape[2..], shape[1], shape[0]]);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What goes into a layer and what comes out (Keras: <c>layer.input_shape</c>, <c>layer.output_shape</c>).</summary>
/// <param name="Index">The position of the layer, from 0.</param>
/// <param name="Name">The name the layer was given.</param>
/// <param name="InputShape">In the model's data format: (None, 28, 28, 1).</param>
/// <param name="OutputShape">Likewise: (None, 26, 26, 32).</param>
public sealed record LayerShape(int Index, string Name, Shape InputShape, Shape OutputShape) : InvariantRecord;

/// <summary>The shapes of a layer's weights, as Keras's <c>layer.get_weights()</c> has them.</summary>
/// <param name="Index">The position of the layer among all layers, from 0.</param>
/// <param name="Name">The name the layer was given.</param>
/// <param name="Weight">
/// A convolution: (rows, columns, inputs, outputs); a dense layer: (inputs, outputs). TorchSharp keeps them as
/// (outputs, inputs, rows, columns) and (outputs, inputs).
/// </param>
/// <param name="Bias">(outputs); null if the layer has none.</param>
public sealed record WeightShape(int Index, string Name, Shape Weight, Shape? Bias) : InvariantRecord;

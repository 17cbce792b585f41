using System.Globalization;
using System.Text;

namespace MnistCnn;

/// <summary>
/// The layers of a model with their output shapes and parameters. The text is that of Keras 2.2's
/// <c>model.summary()</c>, to the character. Source of the format: <c>keras.utils.print_summary</c>.
/// </summary>
public sealed class ModelSummary
{
    private const int LineLength = 65;

    /// <summary>Where the columns end; what is longer is cut, as there.</summary>
    private static readonly int[] s_columnEnds = [(int)(LineLength * 0.45), (int)(LineLength * 0.85), LineLength];

    /// <summary>Keeps the rows of a summary.</summary>
    /// <param name="layers">The layers in their order.</param>
    /// <param name="trainable">The number of weights that training changes.</param>
    /// <param name="nonTrainable">The number of weights that it does not change.</param>
    public ModelSummary(IReadOnlyList<LayerSummary> layers, long trainable, long nonTrainable)
    {
        ArgumentNullException.ThrowIfNull(layers);
        (Layers, TrainableParameters, NonTrainableParameters) = (layers, trainable, nonTrainable);
        Unshown.Add("summary", this);
    }

    /// <summary>The layers in the order in which a sample meets them.</summary>
    public IReadOnlyList<LayerSummary> Layers { get => Unshown.Seen(this, field); }

    /// <summary>The number of all weights and biases.</summary>
    public long TotalParameters => TrainableParameters + NonTrainableParameters;

    /// <summary>The number of weights and biases that training changes.</summary>
    public long TrainableParameters { get => Unshown.Seen(this, field); }

    /// <summary>The number of those that it does not change.</summary>
    public long NonTrainableParameters { get => Unshown.Seen(this, field); }

    /// <summary>Keras's table.</summary>
    public override string ToString()
    {
        string thin = new('_', LineLength);
        string thick = new('=', LineLength);
        var text = new StringBuilder();
        text.Append(thin).Append('\n').Append(Row("Layer (type)", "Output Shape", "Param #")).Append('\n').Append(thick);
        for (int i = 0; i < Layers.Count; i++)
        {
            LayerSummary layer = Layers[i];
            string parameters = layer.Parameters.ToString(CultureInfo.InvariantCulture);
            text.Append(i > 0 ? "\n" + thin : "").Append('\n')
                .Append(Row($"{layer.Name} ({layer.Type})", layer.OutputShape.ToString(), parameters));
        }

        return text.Append('\n').Append(thick).Append('\n')
            .Append(CultureInfo.InvariantCulture, $"Total params: {TotalParameters:N0}\n")
            .Append(CultureInfo.InvariantCulture, $"Trainable params: {TrainableParameters:N0}\n")
            .Append(CultureInfo.InvariantCulture, $"Non-trainable params: {NonTrainableParameters:N0}\n")
            .Append(thin).ToString();
    }

    private static string Row(params ReadOnlySpan<string> cells)
    {
        string line = "";
        for (int i = 0; i < cells.Length; i++)
        {
            line = (i > 0 ? line[..^1] + " " : "") + cells[i];
            line = line[..Math.Min(line.Length, s_columnEnds[i])].PadRight(s_columnEnds[i]);
        }

        return line;
    }
}

/// <summary>One row of a summary.</summary>
/// <param name="Name">The name the layer was given: <c>conv2d_1</c>.</param>
/// <param name="Type">Keras's name of its kind: <c>Conv2D</c>.</param>
/// <param name="OutputShape">The shape of what it gives, in the model's data format: (None, 26, 26, 32).</param>
/// <param name="Parameters">The number of its weights and biases.</param>
public sealed record LayerSummary(string Name, string Type, Shape OutputShape, long Parameters) : InvariantRecord;

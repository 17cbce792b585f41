namespace MnistCnn;

/// <summary>The shapes of a layer's weights, as Keras's <c>layer.get_weights()</c> has them.</summary>
/// <param name="Index">The position of the layer among all layers, from 0.</param>
/// <param name="Name">The name the layer was given.</param>
/// <param name="Weight">
/// A convolution: (rows, columns, inputs, outputs); a dense layer: (inputs, outputs). TorchSharp keeps them as
/// (outputs, inputs, rows, columns) and (outputs, inputs).
/// </param>
/// <param name="Bias">(outputs); null if the layer has none.</param>
public sealed record WeightShape(int Index, string Name, Shape Weight, Shape? Bias);

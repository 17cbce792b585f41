namespace MnistCnn;

/// <summary>What goes into a layer and what comes out (Keras: <c>layer.input_shape</c>, <c>layer.output_shape</c>).</summary>
/// <param name="Index">The position of the layer, from 0.</param>
/// <param name="Name">The name the layer was given.</param>
/// <param name="InputShape">In the model's data format: (None, 28, 28, 1).</param>
/// <param name="OutputShape">Likewise: (None, 26, 26, 32).</param>
public sealed record LayerShape(int Index, string Name, Shape InputShape, Shape OutputShape);

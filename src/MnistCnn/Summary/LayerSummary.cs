namespace MnistCnn;

/// <summary>One row of a summary.</summary>
/// <param name="Name">The name the layer was given: <c>conv2d_1</c>.</param>
/// <param name="Type">Keras's name of its kind: <c>Conv2D</c>.</param>
/// <param name="OutputShape">The shape of what it gives, in the model's data format: (None, 26, 26, 32).</param>
/// <param name="Parameters">The number of its weights and biases.</param>
public sealed record LayerSummary(string Name, string Type, Shape OutputShape, long Parameters);

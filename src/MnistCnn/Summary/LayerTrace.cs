using TorchSharp;

namespace MnistCnn;

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

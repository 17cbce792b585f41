using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What Keras calls TorchSharp's layers.</summary>
internal static class LayerType
{
    private static readonly HashSet<string> s_activations = new(StringComparer.Ordinal)
    {
        nameof(ReLU), nameof(ReLU6), nameof(LeakyReLU), nameof(PReLU), nameof(RReLU), nameof(ELU), nameof(SELU), nameof(CELU),
        nameof(GELU), nameof(SiLU), nameof(Mish), nameof(Hardswish), nameof(Hardsigmoid), nameof(Hardtanh), nameof(Sigmoid),
        nameof(LogSigmoid), nameof(Tanh), nameof(Softplus), nameof(Softsign), nameof(Softmax), nameof(LogSoftmax),
    };

    /// <summary>The name of Keras's class for the same layer: <c>Conv2D</c>, <c>Dense</c>; else TorchSharp's own.</summary>
    public static string NameOf(nn.Module module) => module.GetType().Name switch
    {
        var own when !IsTorchSharps(module) => own,
        nameof(Conv2d) => "Conv2D",
        nameof(Linear) => "Dense",
        nameof(MaxPool2d) => "MaxPooling2D",
        nameof(AvgPool2d) => "AveragePooling2D",
        nameof(BatchNorm2d) or nameof(BatchNorm1d) => "BatchNormalization",
        nameof(Dropout) => "Dropout",
        nameof(Dropout2d) => "SpatialDropout2D",
        nameof(Flatten) => "Flatten",
        var other => other,
    };

    /// <summary>Whether a module is an activation function.</summary>
    public static bool IsActivation(nn.Module module) =>
        IsTorchSharps(module) && s_activations.Contains(module.GetType().Name);

    /// <summary>Whether a layer is TorchSharp's: one of the user's own by the same name may be another thing.</summary>
    private static bool IsTorchSharps(nn.Module module) => module.GetType().Assembly == typeof(nn).Assembly;
}

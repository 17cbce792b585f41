using TorchSharp.Modules;

namespace MnistCnn.Benchmarks;

/// <summary>The network of the recipe, as the notebook on experiments builds it.</summary>
internal static class RecipeModel
{
    /// <summary>Makes the network.</summary>
    /// <param name="batchNormalization">Whether each convolution and the hidden dense layer are normalised.</param>
    public static Sequential Make(bool batchNormalization) => new LayerStack(batchNormalization)
        .Convolution(32).Norm().Convolution(32).Norm().Pool()
        .Convolution(64, padding: 1).Norm().Convolution(64, padding: 1).Norm().Pool()
        .Convolution(128).Norm().Dense(128).Norm().Classifier();
}

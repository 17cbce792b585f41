using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MnistCnn.Benchmarks;

/// <summary>The network of the recipe, as the notebook on experiments builds it.</summary>
internal static class RecipeModel
{
    /// <summary>Makes the network.</summary>
    /// <param name="batchNormalization">
    /// Whether each convolution and the hidden dense layer are normalised; if not, they have a bias instead, which the
    /// normalisation would take out again.
    /// </param>
    public static Sequential Make(bool batchNormalization)
    {
        var layers = new List<(string Name, torch.nn.Module<torch.Tensor, torch.Tensor> Module)>();
        Convolution(1, 32);
        Convolution(32, 32);
        layers.Add(("max_pooling2d_1", MaxPool2d(2)));
        Convolution(32, 64, padding: 1);
        Convolution(64, 64, padding: 1);
        layers.Add(("max_pooling2d_2", MaxPool2d(2)));
        Convolution(64, 128);
        layers.Add(("flatten", Flatten()));
        layers.Add(("dense_1", Linear(128 * 4 * 4, 128, hasBias: !batchNormalization)));
        Activation(batchNormalization ? BatchNorm1d(128) : null);
        layers.Add(("dense_2", Linear(128, 10)));
        layers.Add(("softmax", Softmax(1)));
        return Sequential(layers.ToArray());

        void Convolution(int channels, int filters, int padding = 0)
        {
            layers.Add((Numbered("conv2d"), Conv2d(channels, filters, 3, padding: padding, bias: !batchNormalization)));
            Activation(batchNormalization ? BatchNorm2d(filters) : null);
        }

        void Activation(NormBase? normalization)
        {
            if (normalization is not null)
            {
                layers.Add((Numbered("batch_normalization"), normalization));
            }

            layers.Add((Numbered("activation"), ReLU()));
        }

        string Numbered(string kind) =>
            $"{kind}_{layers.Count(layer => layer.Name.StartsWith(kind, StringComparison.Ordinal)) + 1}";
    }
}

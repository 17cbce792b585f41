using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>Takes one image that came from a notebook, with or without the axis for many.</summary>
internal static class SingleImage
{
    /// <summary>The image as a batch of one.</summary>
    /// <param name="model">The model that will see it.</param>
    /// <param name="image">float32 tensor (rows, columns, channels), (channels, rows, columns), or the same as a batch.</param>
    /// <param name="name">What it is called in the call.</param>
    /// <exception cref="ArgumentException">It is not one image, or not one that the model takes.</exception>
    public static Tensor AsBatch(nn.Module<Tensor, Tensor> model, Tensor image, string name)
    {
        ArgumentNullException.ThrowIfNull(image, name);
        Tensor batch = image.dim() == 3 ? image.unsqueeze(0) : image;
        if (batch.dim() != 4 || batch.shape[0] != 1)
        {
            throw new ArgumentException($"Expected one image, as X_test[0] of shape (28, 28, 1), given {image.Shape()}.", name);
        }

        LabeledDataset.CheckSamples(model, batch, name);
        return batch;
    }
}

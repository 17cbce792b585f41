using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What is checked before a long run begins.</summary>
internal static class FitChecks
{
    /// <exception cref="ArgumentOutOfRangeException">The value is no share.</exception>
    public static void LabelSmoothing(double labelSmoothing)
    {
        if (labelSmoothing is not (>= 0 and < 1))
        {
            throw ArgumentOutOfRange.Exception(
                nameof(labelSmoothing), labelSmoothing, "Expected a share from 0 to below 1; 0.1 is usual.");
        }
    }

    /// <exception cref="ArgumentException">A setting is out of range, or the samples are no images.</exception>
    public static void Augmentation(ImageAugmentation? augmentation, Tensor x)
    {
        augmentation?.Check();
        if (augmentation is { IsOn: true } && x.dim() != 4)
        {
            throw new ArgumentException(
                $"Augmentation needs images, (n, rows, columns, channels) or (n, channels, rows, columns); given {x.Shape()}.",
                nameof(augmentation));
        }
    }

    /// <summary>Sends one sample through, so that what does not fit is said at once.</summary>
    /// <exception cref="ArgumentException">The model's output has not the shape of the targets.</exception>
    public static void Outputs(nn.Module<Tensor, Tensor> model, LabeledDataset train, LabeledDataset? validation)
    {
        var shape = new Shape(train.X.shape[1..]);
        ModelTracer.Trace(model, shape, out Shape output);
        foreach (LabeledDataset set in validation is null ? [train] : (LabeledDataset[])[train, validation])
        {
            if (output.Count != 2 || output[1] != set.Y.shape[1])
            {
                throw new ArgumentException(
                    $"The model gives {output}; expected targets of that shape, given {set.Y.Shape()}.", nameof(train));
            }
        }

        if (validation is not null && !shape.Equals(new Shape(validation.X.shape[1..])))
        {
            throw new ArgumentException(
                $"Expected validation samples of shape {shape.WithBatch(Shape.None)}, given {validation.X.Shape()}.",
                nameof(validation));
        }
    }
}

/// <summary>The settings of one training run, checked and complete.</summary>
internal sealed record FitOptions(
    int Epochs, int BatchSize, int InitialEpoch, bool Shuffle, long Seed, ImageAugmentation? Augmentation, double LabelSmoothing);

using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What is checked before a long run begins.</summary>
internal static class FitChecks
{
    /// <summary>The token of the call, or that of the running notebook cell.</summary>
    public static CancellationToken TokenOr(CancellationToken given) =>
        given.CanBeCanceled ? given : DefaultProgress.Cancellation();

    /// <exception cref="ArgumentOutOfRangeException">The value is no share.</exception>
    public static void LabelSmoothing(double labelSmoothing)
    {
        if (labelSmoothing is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
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

    /// <exception cref="ArgumentException">One is null or there twice, or two would undo each other's work.</exception>
    public static void Callbacks(IReadOnlyList<Callback> callbacks)
    {
        if (callbacks.Any(callback => callback is null))
        {
            throw new ArgumentException("One of the callbacks is null.", nameof(callbacks));
        }

        if (callbacks.Distinct().Count() < callbacks.Count)
        {
            throw new ArgumentException("One callback is there twice.", nameof(callbacks));
        }

        if (callbacks.Count(callback => callback is WeightAveraging) > 1
            || callbacks.Count(callback => callback is LearningRateSchedule) > 1)
        {
            throw new ArgumentException(
                "Expected at most one WeightAveraging and one learning rate schedule: two would undo each other's work.",
                nameof(callbacks));
        }
    }

    /// <summary>Sends one sample through, so that what does not fit is said at once.</summary>
    /// <exception cref="ArgumentException">The model's output has not the shape of the targets.</exception>
    public static void Outputs(nn.Module<Tensor, Tensor> model, TrainingSet train, TrainingSet? validation)
    {
        var shape = new Shape(train.X.shape[1..]);
        Shape output = ModelTracer.Trace(model, shape)[^1].OutputShape;
        foreach (TrainingSet set in validation is null ? [train] : (TrainingSet[])[train, validation])
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
                $"Expected validation samples of shape {shape.WithBatch(Shape.None)}, given {validation.X.Shape()}.", nameof(validation));
        }
    }
}

using System.Diagnostics;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What is checked before a long run begins.</summary>
[StackTraceHidden]
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

    /// <summary>Refuses a model that nothing can be done with.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static void Alive(nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            _ = model.training;
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(model), "The model was disposed before the call.");
        }
    }

    /// <summary>
    /// Refuses to train where nothing can be learnt. Keras warns and goes through the epochs; here the forgotten
    /// <c>requires_grad</c> is said at once.
    /// </summary>
    /// <exception cref="ArgumentException">The model has no weights, or all are frozen.</exception>
    public static void Trainable(nn.Module model)
    {
        int weights = model.parameters().Count();
        if (!model.parameters().Any(parameter => parameter.requires_grad))
        {
            throw new ArgumentException(
                weights == 0
                    ? "The model has no weights, so there is nothing to train; Evaluate judges it as it is."
                    : Invariant($"Expected at least one weight to train, given a model whose {weights} weight tensors ")
                    + "are all frozen. Set requires_grad = true for those that shall learn; Evaluate judges the model as it is.",
                nameof(model));
        }
    }

    /// <summary>Sends one sample through, so that what does not fit is said at once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">The samples, checked.</param>
    /// <param name="y">Their targets, (n, classes); null: there are none.</param>
    /// <param name="name">What the targets are called in the call.</param>
    /// <exception cref="ArgumentException">The model's output has not the shape of the targets.</exception>
    public static void Outputs(nn.Module<Tensor, Tensor> model, Tensor x, Tensor? y, string name)
    {
        ModelTracer.Trace(model, new Shape(x.shape[1..]), out Shape output);
        if (output.Count != 2)
        {
            throw new ArgumentException(
                $"Expected a model that gives one number for each class, (None, classes), given one that gives {output}; "
                + "Flatten and Linear make such a row of feature maps.", nameof(model));
        }

        if (y is not null && output[1] != y.shape[1])
        {
            throw new ArgumentException($"The model gives {output}; expected targets of that shape, given {y.Shape()}.", name);
        }
    }

    /// <exception cref="ArgumentException">The validation samples have not the shape of the others.</exception>
    public static void SameShape(Tensor train, Tensor validation, string name)
    {
        if (!train.shape.AsSpan(1).SequenceEqual(validation.shape.AsSpan(1)))
        {
            throw new ArgumentException(
                $"Expected validation samples of shape {new Shape(train.shape[1..]).WithBatch(Shape.None)}, "
                + $"given {validation.Shape()}.", name);
        }
    }

    /// <summary>Says what is wrong where a result is no number: the samples, or else the weights.</summary>
    /// <exception cref="ArgumentException">One of them holds NaN or an infinite number.</exception>
    public static void Finite(nn.Module model, Tensor x, string name)
    {
        if (LabeledDataset.NotFinite(x) is { } found)
        {
            throw new ArgumentException($"Expected samples that are all finite numbers; {found}.", name);
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach ((string weight, Tensor value) in model.state_dict())
        {
            if (!value.isfinite().all().item<bool>())
            {
                throw new ArgumentException(
                    $"The model gives no numbers: its {weight} holds some that are not finite. Compile it anew.", nameof(model));
            }
        }
    }
}

/// <summary>The settings of one training run, checked and complete.</summary>
internal sealed record FitOptions(
    int Epochs, int BatchSize, int InitialEpoch, bool Shuffle, long Seed, ImageAugmentation? Augmentation, double LabelSmoothing);

using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>Asks a model which pixels its decision hangs on.</summary>
public static class AttributionExtensions
{
    private const int BatchSize = 100;

    /// <summary>
    /// Covers the image with a patch, place after place, and notes how much of the probability is lost (Zeiler and Fergus,
    /// "Visualizing and understanding convolutional networks", 2014).
    /// </summary>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="image">One image, float32 (rows, columns, channels) or as the model's data format has it.</param>
    /// <param name="label">The class whose probability is watched.</param>
    /// <param name="patch">Rows and columns of the patch in pixels; around each pixel once.</param>
    /// <param name="fill">The value of a covered pixel; 0 is paper.</param>
    /// <param name="cancellationToken">Stops the pass, as a notebook's stop button does.</param>
    /// <returns>For each pixel: the probability of the whole image less that with the patch around the pixel.</returns>
    /// <exception cref="ArgumentException">The tensor is not one image that the model takes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or the patch has no size.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public static Attribution Occlusion(
        this nn.Module<Tensor, Tensor> model, Tensor image, int label, int patch = 5, float fill = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRange.ThrowIfLessThan(patch, 1);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Tensor batch = SingleImage.AsBatch(model, image, nameof(image));
        ImageDataFormat format = ModelLayout.Of(model).DataFormat;
        GrayImage picture = new ImageSource(batch, format).Get(0);
        using var callbacks = new CallbackList(null, verbose: false, cancellationToken);
        double whole = ProbabilityOf(model, batch, label)[0];
        int pixels = picture.Rows * picture.Columns;
        float[] lost = new float[pixels];
        for (int first = 0; first < pixels; first += BatchSize)
        {
            callbacks.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            int count = Math.Min(BatchSize, pixels - first);
            Tensor covered = batch.repeat(count, 1, 1, 1);
            for (int i = 0; i < count; i++)
            {
                (int row, int column) = ((first + i) / picture.Columns, (first + i) % picture.Columns);
                int before = (patch - 1) / 2;
                Range rows = Math.Max(row - before, 0)..Math.Min(row - before + patch, picture.Rows);
                Range columns = Math.Max(column - before, 0)..Math.Min(column - before + patch, picture.Columns);
                Tensor place = format == ImageDataFormat.ChannelsFirst
                    ? covered[i][.., rows, columns]
                    : covered[i][rows, columns, ..];
                place.fill_(fill);
            }

            float[] probabilities = ProbabilityOf(model, covered, label);
            for (int i = 0; i < count; i++)
            {
                lost[first + i] = (float)(whole - probabilities[i]);
            }
        }

        return new Attribution("Occlusion", picture, label, whole, new FeatureMap(picture.Rows, picture.Columns, lost));
    }

    /// <summary>
    /// The gradient of a class's logit by the pixels: how much the score would change if a pixel became a little darker or
    /// lighter (Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2013).
    /// </summary>
    /// <param name="model">The model; its weights and their gradients stay as they are.</param>
    /// <param name="image">One image, float32 (rows, columns, channels) or as the model's data format has it.</param>
    /// <param name="label">The class.</param>
    /// <returns>For each pixel the size of the gradient, the largest of its channels.</returns>
    /// <exception cref="ArgumentException">The tensor is not one image that the model takes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public static Attribution Saliency(this nn.Module<Tensor, Tensor> model, Tensor image, int label)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        Tensor batch = SingleImage.AsBatch(model, image, nameof(image)).detach();
        ImageDataFormat format = ModelLayout.Of(model).DataFormat;
        GrayImage picture = new ImageSource(batch, format).Get(0);
        double whole = ProbabilityOf(model, batch, label)[0];
        Tensor gradient = GradientOf(model, batch, logits => logits[0, label])
            .abs().amax([format == ImageDataFormat.ChannelsFirst ? 1 : 3]);
        return new Attribution("Gradient", picture, label, whole, new FeatureMap(
            picture.Rows, picture.Columns, gradient.contiguous().data<float>().ToArray()));
    }

    /// <summary>
    /// Where a convolution finds what speaks for a class: its maps, each weighted with the mean gradient of the class's logit
    /// by its numbers, added up, and what is negative left out (Selvaraju and others, "Grad-CAM: visual explanations from deep
    /// networks via gradient-based localization", 2017).
    /// </summary>
    /// <param name="model">A model whose layers stand in a row; its weights and their gradients stay as they are.</param>
    /// <param name="image">One image, float32 (rows, columns, channels) or as the model's data format has it.</param>
    /// <param name="label">The class.</param>
    /// <param name="layer">The name of a layer that gives images, by custom the last one: <c>relu_5</c>.</param>
    /// <returns>
    /// For each pixel of the image a number, 0 or more: that of the map at the place whose window has its middle there, with
    /// straight lines between two places.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The tensor is not one image that the model takes, or there is no such layer, or it gives no images.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public static Attribution GradCam(this nn.Module<Tensor, Tensor> model, Tensor image, int label, string layer)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        Tensor batch = SingleImage.AsBatch(model, image, nameof(image)).detach();
        ReceptiveField field = ReceptiveField.Of(model, layer);
        GrayImage picture = new ImageSource(batch, ModelLayout.Of(model).DataFormat).Get(0);
        double whole = ProbabilityOf(model, batch, label)[0];
        Tensor? maps = null;
        var hook = ModelTracer.Leaf(model, layer).Module.register_forward_hook((_, _, output) =>
        {
            maps ??= output;
            return null!;
        });
        Tensor gradient;
        try
        {
            gradient = GradientOf(model, batch, logits => logits[0, label], () => maps!);
        }
        finally
        {
            hook.remove();
        }

        // Within the model the channels come first.
        Tensor map = (gradient.mean([2, 3], keepdim: true) * maps!).sum(1)[0].relu().detach().contiguous();
        var small = new FeatureMap((int)map.shape[0], (int)map.shape[1], map.data<float>().ToArray());
        return new Attribution("Grad-CAM", picture, label, whole, field.Spread(small, picture.Rows, picture.Columns));
    }

    /// <summary>
    /// The gradient of the loss by the pixels, for each image its own: which way each pixel would have to change for the answer
    /// to become worse. Its sign is the step of Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial
    /// examples", 2014.
    /// </summary>
    /// <param name="model">The model; its weights and their gradients stay as they are.</param>
    /// <param name="x">Images, float32 (n, rows, columns, channels) or as the model's data format has them.</param>
    /// <param name="y">Their classes, one-hot (n, classes).</param>
    /// <param name="cancellationToken">Stops the pass, as a notebook's stop button does.</param>
    /// <returns>float32 tensor of the shape of <paramref name="x"/>: the derivative of each image's cross-entropy.</returns>
    /// <exception cref="ArgumentException">One of the tensors is wrong; the message says what was expected.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public static Tensor LossGradient(
        this nn.Module<Tensor, Tensor> model, Tensor x, Tensor y, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        (Tensor samples, Tensor targets) = LabeledDataset.Of(model, x, y, nameof(x), nameof(y));
        using var callbacks = new CallbackList(null, verbose: false, cancellationToken);
        using ModuleModes modes = ModuleModes.Eval(model);
        using var forward = new ForwardPass(model);
        using ICpuNetwork? network = forward.ToNetwork(samples, BatchSize, training: true, inputGradient: true);
        (Tensor dense, Tensor wanted) = (samples.detach().contiguous(), targets.contiguous());
        var parts = new List<Tensor>();
        for (int first = 0; first < samples.shape[0]; first += BatchSize)
        {
            callbacks.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            Range batch = first..(int)Math.Min(first + BatchSize, samples.shape[0]);
            int[] rows = [.. Enumerable.Range(first, batch.End.Value - first)];
            Tensor gradient = network is null
                ? GradientOf(model, dense[batch], logits => -(logits.log_softmax(1) * wanted[batch]).sum())
                : network.InputGradient(dense, rows, wanted[batch].Floats()) * rows.Length;
            parts.Add(gradient.MoveToOtherDisposeScope(scope));
        }

        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of a score by the images, or by what a layer gave meanwhile.</summary>
    private static Tensor GradientOf(
        nn.Module<Tensor, Tensor> model, Tensor x, Func<Tensor, Tensor> score, Func<Tensor>? of = null)
    {
        using ModuleModes modes = ModuleModes.Eval(model);
        using var forward = new ForwardPass(model);
        using var on = enable_grad();
        Tensor input = x.clone().requires_grad_();
        Tensor result = score(forward.Logits(input));
        return autograd.grad([result], [of?.Invoke() ?? input])[0];
    }

    private static float[] ProbabilityOf(nn.Module<Tensor, Tensor> model, Tensor x, int label)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using ModuleModes modes = ModuleModes.Eval(model);
        using var forward = new ForwardPass(model);
        Tensor probabilities = forward.Logits(x).softmax(1);
        ArgumentOutOfRange.ThrowIfNegative(label);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(label, probabilities.shape[1]);
        return probabilities.select(1, label).contiguous().data<float>().ToArray();
    }
}

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
        Tensor batch = SingleImage.AsBatch(model, image, nameof(image)).detach().clone().requires_grad_();
        ImageDataFormat format = ModelLayout.Of(model).DataFormat;
        GrayImage picture = new ImageSource(batch, format).Get(0);
        double whole = ProbabilityOf(model, batch, label)[0];
        using ModuleModes modes = ModuleModes.Eval(model);
        using var forward = new ForwardPass(model);
        using var on = enable_grad();
        Tensor score = forward.Logits(batch)[0, label];
        Tensor gradient = autograd.grad([score], [batch])[0].abs().amax([format == ImageDataFormat.ChannelsFirst ? 1 : 3]);
        return new Attribution("Gradient", picture, label, whole, new FeatureMap(
            picture.Rows, picture.Columns, gradient.contiguous().data<float>().ToArray()));
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

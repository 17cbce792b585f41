using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Lets a reader look into a trained model, number by number.</summary>
public static class ExplorerExtensions
{
    private const int Side = 28;

    /// <summary>
    /// Shows all maps of a model for an image, and how each of their numbers is computed. One draws the image with mouse, finger
    /// or keys, or takes one of those given; what is drawn is scaled and centred as MNIST's digits were.
    /// </summary>
    /// <param name="model">
    /// A trained <c>Sequential</c> for images of 28 × 28 pixels and one channel, ink 1 and paper 0. Convolutions (stride 1, no
    /// padding), max-pooling, dense layers, ReLU, flatten, dropout and softmax.
    /// </param>
    /// <param name="images">
    /// What to look at, the first one to begin with, float32 (n, 28, 28, 1) or as the model has them; null: a 7, drawn with two
    /// strokes.
    /// </param>
    /// <param name="mostBytes">The room for the weights, which are rounded as finely as it allows, to 8 bits at most.</param>
    /// <exception cref="ArgumentException">
    /// The model is for other images, has a layer of another kind, or does not fit; or the images are of another shape.
    /// </exception>
    public static NetworkExplorer Explore(
        this nn.Module<Tensor, Tensor> model, Tensor? images = null, int mostBytes = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRange.ThrowIfLessThan(mostBytes, 1);
        ModelLayout layout = ModelLayout.Of(model);
        Shape expected = layout.DataFormat == ImageDataFormat.ChannelsFirst ? [1, Side, Side] : [Side, Side, 1];
        if ((layout.InputShape ?? expected) != expected)
        {
            throw new ArgumentException(
                $"One draws images of shape {expected}; the model was compiled for {layout.InputShape}.", nameof(model));
        }

        layout.InputShape ??= expected;
        if (images is not null)
        {
            LabeledDataset.CheckSamples(model, images, nameof(images));
        }

        PackedNetwork network = PackedNetwork.Of(model, mostBytes);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        images ??= tensor(Seven()).reshape([1, .. expected]);
        var source = new ImageSource(images, layout.DataFormat);
        Tensor answer = network.Model.call(images[..1])[0];
        answer = network.EndsWithSoftmax ? answer : answer.softmax(0);
        long digit = answer.argmax().item<long>();
        return new NetworkExplorer(
            network,
            [.. Enumerable.Range(0, (int)images.shape[0]).Select(source.Get)],
            Invariant($"The network reads this image as {digit} ({100 * answer[digit].item<float>():0.0} %)."));
    }

    /// <summary>A 7 with soft edges, scaled and centred as MNIST's digits are: ink falls off beside two strokes.</summary>
    private static float[] Seven()
    {
        const float Pen = 1.5f;
        return [.. Enumerable.Range(0, Side * Side).Select(i => Math.Clamp(
            Pen - Math.Min(
                Distance(i % Side, i / Side, 9, 6, 19, 6),
                Distance(i % Side, i / Side, 19, 6, 12, 22)), 0, 1))];
    }

    private static float Distance(float x, float y, float x0, float y0, float x1, float y1)
    {
        (float width, float height) = (x1 - x0, y1 - y0);
        float along = Math.Clamp((((x - x0) * width) + ((y - y0) * height)) / ((width * width) + (height * height)), 0, 1);
        return MathF.Sqrt(MathF.Pow(x - x0 - (along * width), 2) + MathF.Pow(y - y0 - (along * height), 2));
    }
}

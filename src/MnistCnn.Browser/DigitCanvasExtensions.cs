using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Lets a reader draw what a model is to read.</summary>
public static class DigitCanvasExtensions
{
    private const int Side = 28;

    /// <summary>
    /// A canvas on which one draws a digit with mouse, finger or keys, while the model reads it. What is drawn is scaled and
    /// centred as MNIST's digits were.
    /// </summary>
    /// <param name="model">
    /// A trained <c>Sequential</c> for images of 28 × 28 pixels and one channel, ink 1 and paper 0. Convolutions (stride 1, no
    /// padding), max-pooling, dense layers, ReLU, flatten, dropout and softmax.
    /// </param>
    /// <param name="examples">Images that a button puts on the canvas, float32 (n, 28, 28, 1) or as the model has them.</param>
    /// <param name="mostBytes">The room for the weights, which are rounded as finely as it allows, to 8 bits at most.</param>
    /// <exception cref="ArgumentException">
    /// The model is for other images, has a layer of another kind, or does not fit; or the examples are of another shape.
    /// </exception>
    public static DigitCanvas DrawDigit(this nn.Module<Tensor, Tensor> model, Tensor? examples = null, int mostBytes = 1_000_000)
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
        if (examples is not null)
        {
            LabeledDataset.CheckSamples(model, examples, nameof(examples));
        }

        PackedNetwork network = PackedNetwork.Of(model, mostBytes);
        if (examples is null)
        {
            return new DigitCanvas(network, [], "A canvas to draw a digit on, which the network reads.");
        }

        var images = new ImageSource(examples, layout.DataFormat);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Tensor probabilities = network.Model.call(examples[..1])[0];
        long digit = probabilities.argmax().item<long>();
        return new DigitCanvas(
            network,
            [.. Enumerable.Range(0, (int)examples.shape[0]).Select(images.Get)],
            Invariant($"The network reads this image as {digit} ({100 * probabilities[digit].item<float>():0.0} %)."));
    }
}

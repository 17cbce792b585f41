using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>An image that a model classifies rightly, and the smallest change of its pixels that turns the answer.</summary>
/// <param name="Image">The image as it was.</param>
/// <param name="Label">Its class.</param>
/// <param name="Probability">The probability that the model gives this class.</param>
/// <param name="Direction">For each pixel 1 (more ink), −1 (less) or 0; of several channels their mean.</param>
/// <param name="Epsilon">
/// By how much each pixel is changed in its direction, as far as it stays between 0 and 1: a multiple of 1/255, a level of grey.
/// </param>
/// <param name="Changed">The image with that change.</param>
/// <param name="ChangedLabel">The class that the model takes it for.</param>
/// <param name="ChangedProbability">The probability that it gives that class.</param>
public sealed record AdversarialImage(
    GrayImage Image, int Label, double Probability, FeatureMap Direction, double Epsilon, GrayImage Changed, int ChangedLabel,
    double ChangedProbability)
{
    /// <summary>The change in levels of grey, and both answers: <c>7 (99.8 %) becomes 9 (51.2 %): 26 of 255 levels</c>.</summary>
    public override string ToString() =>
        Invariant($"{Label} ({100 * Probability:0.0} %) becomes {ChangedLabel} ({100 * ChangedProbability:0.0} %): ")
        + Invariant($"{255 * Epsilon:0} of 255 levels");
}

/// <summary>Looks for the smallest change of an image that turns a right answer wrong.</summary>
public static class AdversarialExtensions
{
    private const int Levels = 255, Scale = 5;

    /// <summary>
    /// Changes every pixel by the same amount, each the way that makes the loss grow, and finds the smallest amount that turns
    /// the answer (the step of Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2014).
    /// </summary>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="image">One image, float32 (rows, columns, channels) or as the model's data format has it, 0 to 1.</param>
    /// <param name="label">Its true class.</param>
    /// <returns>The image, its change and what becomes of it; null if no change of up to 1 turns the answer.</returns>
    /// <exception cref="ArgumentException">
    /// The tensor is not one image that the model takes, or the model takes it for another class as it is.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public static AdversarialImage? Adversarial(this nn.Module<Tensor, Tensor> model, Tensor image, int label)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        Tensor batch = SingleImage.AsBatch(model, image, nameof(image)).detach();
        Tensor before = model.Predict(batch)[0];
        ArgumentOutOfRange.ThrowIfNegative(label);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(label, before.shape[0]);
        int taken = (int)before.argmax().item<long>();
        if (taken != label)
        {
            throw new ArgumentException(
                Invariant($"The model takes this image of a {label} for a {taken} as it is: there is no right answer to turn."),
                nameof(image));
        }

        Tensor direction = model.LossGradient(batch, tensor(new[] { (long)label }).ToCategorical((int)before.shape[0])).sign();
        Tensor amounts = (arange(1, Levels + 1, dtype: ScalarType.Float32) / Levels).reshape(-1, 1, 1, 1);
        Tensor changed = (batch + (amounts * direction)).clamp(0, 1);
        Tensor after = model.Predict(changed);
        long[] labels = after.argmax(1).data<long>().ToArray();
        int level = Array.FindIndex(labels, other => other != label);
        if (level < 0)
        {
            return null;
        }

        ImageDataFormat format = ModelLayout.Of(model).DataFormat;
        GrayImage picture = new ImageSource(batch, format).Get(0);
        return new AdversarialImage(
            picture,
            label,
            before[label].item<float>(),
            new FeatureMap(picture.Rows, picture.Columns, new ImageSource(direction, format).Get(0).Pixels),
            (level + 1) / (double)Levels,
            new ImageSource(changed, format).Get(level),
            (int)labels[level],
            after[level, labels[level]].item<float>());
    }

    /// <summary>Draws each image, its change (orange where ink is added, blue where it is taken) and what it becomes.</summary>
    /// <param name="images">The images; one that no change turned is null and left out.</param>
    /// <param name="title">The title above them.</param>
    public static Figure Plot(
        this IEnumerable<AdversarialImage?> images, string title = "The smallest change that turns the answer")
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(title);
        AdversarialImage[] turned = [.. images.OfType<AdversarialImage>()];
        var grid = new ImageGrid(
            title,
            [.. turned.SelectMany(Tiles)],
            Columns: 3,
            NarrowColumns: 3,
            TileSize: 28 * Scale,
            HeaderHeight: 0,
            FooterHeight: 26,
            EmptyText: "No change turns an answer.",
            Width: Layout.Small,
            NarrowTileSize: 104);
        return grid.Draw(Plural.Of(turned.Length, "image"), title + ": " + string.Join("; ", turned.AsEnumerable()) + ".");
    }

    private static IEnumerable<ImageTile> Tiles(AdversarialImage image)
    {
        string levels = Invariant($"{255 * image.Epsilon:0} of 255 levels");
        return
        [
            new(image.Image.ToDataUri(Scale), image.ToString(), Footer: Answer(image.Label, image.Probability)),
            new(new ColorScale(1).Paint(new FeatureMap(
                image.Direction.Rows, image.Direction.Columns,
                [.. image.Direction.Values.Select(way => way * (float)image.Epsilon)])).ToDataUri(Scale), levels, Footer: levels),
            new(image.Changed.ToDataUri(Scale), image.ToString(), Footer: Answer(image.ChangedLabel, image.ChangedProbability)),
        ];
    }

    private static string Answer(int label, double probability) => Invariant($"{label} ({100 * probability:0.0} %)");
}

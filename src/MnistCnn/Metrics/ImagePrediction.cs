using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>One image, what it shows and what the model takes it for.</summary>
/// <param name="Index">Its position in the evaluated set, from 0.</param>
/// <param name="Image">The image itself.</param>
/// <param name="TrueLabel">The class it belongs to.</param>
/// <param name="PredictedLabel">The class with the largest probability.</param>
/// <param name="Probabilities">The model's probability for each class; they add up to 1.</param>
public sealed record ImagePrediction(
    int Index, GrayImage Image, int TrueLabel, int PredictedLabel, IReadOnlyList<float> Probabilities) : InvariantRecord
{
    /// <summary>Whether the predicted label is the true one.</summary>
    public bool IsCorrect => PredictedLabel == TrueLabel;

    /// <summary>
    /// How far the model was from the truth: the probability of the predicted label less that of the true label
    /// (0 for a right prediction, at most 1).
    /// </summary>
    public float Margin => Probabilities[PredictedLabel] - Probabilities[TrueLabel];

    /// <summary>Takes some images out of a set, each with its labels and probabilities, to be drawn.</summary>
    /// <param name="indexes">Which images, in the order in which they are wanted: integer tensor (k) of positions from 0.</param>
    /// <param name="images">
    /// All images: float tensor (n, rows, columns, channels) or (n, channels, rows, columns), as
    /// <see cref="Backend.ImageDataFormat"/> says, or (n, rows, columns); pixels from 0 (paper) to 1 (ink).
    /// </param>
    /// <param name="predictedLabels">The class that the model chose for each image: integer tensor (n).</param>
    /// <param name="trueLabels">The class of each image: integer tensor (n).</param>
    /// <param name="probabilities">The probabilities of each class: float tensor (n, classes).</param>
    /// <returns>k images, for <c>PlotErrors</c> and <c>PlotPredictions</c>.</returns>
    /// <exception cref="ArgumentException">The tensors are not such or differ in length; the message says which.</exception>
    public static IReadOnlyList<ImagePrediction> FromTensors(
        Tensor indexes, Tensor images, Tensor predictedLabels, Tensor trueLabels, Tensor probabilities)
    {
        Expect.Images(images, nameof(images));
        Expect.FloatMatrix(probabilities, nameof(probabilities));
        (long count, long classes) = (probabilities.shape[0], probabilities.shape[1]);
        int[] predicted = Expect.WholeNumbers(predictedLabels, classes, nameof(predictedLabels));
        int[] truth = Expect.WholeNumbers(trueLabels, classes, nameof(trueLabels));
        if (images.shape[0] != count || predicted.Length != count || truth.Length != count)
        {
            throw new ArgumentException(
                Invariant($"There are {images.shape[0]} images, {predicted.Length} predicted and {truth.Length} true labels, ")
                + Invariant($"and probabilities of {count} images; the counts must be equal."),
                nameof(images));
        }

        using var scope = NewDisposeScope();
        var source = new ImageSource(images, Backend.ImageDataFormat);
        ImagePrediction[] chosen = [.. Expect.WholeNumbers(indexes, count, nameof(indexes), "Index").Select(i =>
            new ImagePrediction(i, source.Get(i), truth[i], predicted[i], Expect.Floats(probabilities[i])))];
        return Array.Find(chosen, image => image.Image.Pixels.Any(float.IsNaN)
            || !image.Probabilities.All(p => p is >= 0 and <= 1)) is { } wrong
            ? throw new ArgumentException(
                Invariant($"Image {wrong.Index} has a pixel that is NaN or a probability that is not between 0 and 1."),
                nameof(probabilities))
            : chosen;
    }
}

using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// A model's predictions for a set of samples, computed once, and every view of them: loss and accuracy, report,
/// confusion matrix, errors.
/// </summary>
public sealed class Evaluation
{
    private readonly float[] _probabilities;
    private readonly int[] _trueLabels;
    private readonly int[] _predictedLabels;
    private readonly Func<int, GrayImage> _imageAt;

    /// <summary>Keeps predictions.</summary>
    /// <param name="loss">The mean loss over the samples, in nats.</param>
    /// <param name="trueLabels">The class of each sample: integer tensor (n), from 0.</param>
    /// <param name="probabilities">The probabilities of each class: float tensor (n, classes).</param>
    /// <param name="imageAt">Gives the image of a sample, by its position.</param>
    /// <exception cref="ArgumentException">No sample, counts that do not fit, or a class without probability.</exception>
    public Evaluation(double loss, Tensor trueLabels, Tensor probabilities, Func<int, GrayImage> imageAt)
    {
        ArgumentNullException.ThrowIfNull(imageAt);
        Expect.FloatMatrix(probabilities, nameof(probabilities));
        Loss = loss;
        Classes = (int)probabilities.shape[1];
        _imageAt = imageAt;
        _trueLabels = Expect.WholeNumbers(trueLabels, Classes, nameof(trueLabels));
        if (probabilities.shape[0] != Count)
        {
            throw new ArgumentException(
                Invariant($"There are {Count} labels but probabilities of {probabilities.shape[0]} samples."),
                nameof(probabilities));
        }

        using var scope = NewDisposeScope();
        _predictedLabels = Expect.WholeNumbers(probabilities.argmax(1), Classes, nameof(probabilities));
        _probabilities = Expect.Floats(probabilities);
    }

    /// <summary>The mean loss over the samples, in nats.</summary>
    public double Loss { get; }

    /// <summary>The share of the samples that were classified rightly, 0 to 1.</summary>
    public double Accuracy => (double)Enumerable.Range(0, Count).Count(i => _trueLabels[i] == _predictedLabels[i]) / Count;

    /// <summary>The number of samples.</summary>
    public int Count => _trueLabels.Length;

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The class of each sample.</summary>
    public IReadOnlyList<int> TrueLabels => _trueLabels;

    /// <summary>The class with the largest probability, for each sample, as numpy's <c>argmax</c>: NaN is the largest.</summary>
    public IReadOnlyList<int> PredictedLabels => _predictedLabels;

    /// <summary>One sample with its image and its probabilities.</summary>
    /// <param name="index">Its position, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public ImagePrediction this[int index]
    {
        get
        {
            ArgumentOutOfRange.ThrowIfNegative(index);
            ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(index, Count);
            return new ImagePrediction(
                index, _imageAt(index), _trueLabels[index], _predictedLabels[index], Row(index).ToArray());
        }
    }

    /// <summary>Takes the two figures out, as Keras's <c>evaluate</c> returns them.</summary>
    /// <param name="loss">The mean loss.</param>
    /// <param name="accuracy">The accuracy.</param>
    public void Deconstruct(out double loss, out double accuracy) => (loss, accuracy) = (Loss, Accuracy);

    /// <summary>The probability that the model gave one class, for each sample.</summary>
    /// <param name="label">The class.</param>
    /// <returns>As many numbers between 0 and 1 as there are samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public IReadOnlyList<float> ProbabilitiesOf(int label)
    {
        ArgumentOutOfRange.ThrowIfNegative(label);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(label, Classes);
        return [.. Enumerable.Range(0, Count).Select(i => _probabilities[(i * Classes) + label])];
    }

    /// <summary>Precision, recall and F1 of each class, as scikit-learn reports them.</summary>
    /// <param name="digits">Digits after the point.</param>
    public ClassificationReport ClassificationReport(int digits = 2) => new(ConfusionMatrix(), digits);

    /// <summary>How often each class was taken for each class.</summary>
    public ConfusionMatrix ConfusionMatrix()
    {
        using Tensor truth = tensor(_trueLabels), predicted = tensor(_predictedLabels);
        return new(truth, predicted, Classes);
    }

    /// <summary>
    /// The wrong predictions with the largest <see cref="ImagePrediction.Margin"/>: those of which the model was surest.
    /// </summary>
    /// <param name="count">How many at the most.</param>
    /// <returns>The surest first; fewer than <paramref name="count"/> if there are not as many errors.</returns>
    public IReadOnlyList<ImagePrediction> LargestErrors(int count)
    {
        ArgumentOutOfRange.ThrowIfNegative(count);
        return [.. ErrorsByMargin().Take(count).Select(i => this[i])];
    }

    /// <summary>The first samples with their predictions.</summary>
    /// <param name="count">How many at the most.</param>
    public IReadOnlyList<ImagePrediction> FirstPredictions(int count)
    {
        ArgumentOutOfRange.ThrowIfNegative(count);
        return [.. Enumerable.Range(0, Math.Min(count, Count)).Select(i => this[i])];
    }

    /// <summary>The two figures in one line.</summary>
    public override string ToString() =>
        Invariant($"loss {Loss:F4}, accuracy {Accuracy:F4} on {Count:N0} images");

    /// <summary>The positions of the wrong predictions, the one of which the model was surest first.</summary>
    internal IEnumerable<int> ErrorsByMargin() => Enumerable.Range(0, Count)
        .Where(i => _trueLabels[i] != _predictedLabels[i])
        .OrderByDescending(i => Row(i)[_predictedLabels[i]] - Row(i)[_trueLabels[i]]);

    /// <summary>The probabilities of one sample.</summary>
    internal ReadOnlySpan<float> Row(int index) => _probabilities.AsSpan(index * Classes, Classes);
}

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
}

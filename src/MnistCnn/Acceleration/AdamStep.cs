namespace MnistCnn.Acceleration;

/// <summary>The numbers of one step of Adam.</summary>
/// <param name="Beta1">β₁.</param>
/// <param name="Rest1">1 − β₁, taken before rounding to float32.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="Rest2">1 − β₂.</param>
/// <param name="Size">The learning rate, corrected for the bias of the mean.</param>
/// <param name="Correction">√(1 − β₂ᵗ).</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Keep">What the weights are multiplied by before the step: 1 without weight decay.</param>
internal readonly record struct AdamStep(
    float Beta1, float Rest1, float Beta2, float Rest2, float Size, float Correction, float Epsilon, float Keep);

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Adam (Kingma and Ba, 2014) with Keras's defaults and Keras's update, the one before section 2.1 of the paper:
/// w ← w − rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε). PyTorch adds ε after the correction of v's bias, which in the first
/// steps makes larger ones of gradients near ε and smaller.
/// </summary>
public sealed record Adam : Optimizer
{
    /// <summary>Sets what is named and leaves the rest at Keras's defaults.</summary>
    public Adam(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7) =>
        (LearningRate, Beta1, Beta2, Epsilon) = (learningRate, beta1, beta2, epsilon);

    /// <summary>How much of the mean of the gradients is kept from step to step, 0 to below 1.</summary>
    public double Beta1 { get; init; }

    /// <summary>How much of the mean of their squares is kept, 0 to below 1.</summary>
    public double Beta2 { get; init; }

    /// <summary>Keeps the division away from zero. Keras's default is 1e-7, TorchSharp's 1e-8.</summary>
    public double Epsilon { get; init; }

    /// <inheritdoc/>
    internal override optim.Optimizer Create(IEnumerable<Parameter> parameters)
    {
        CheckLearningRate(LearningRate);
        CheckShare(Beta1, nameof(Beta1));
        CheckShare(Beta2, nameof(Beta2));
        CheckNotNegative(Epsilon, nameof(Epsilon));
        return new FusedAdam(parameters, LearningRate, Beta1, Beta2, Epsilon);
    }
}

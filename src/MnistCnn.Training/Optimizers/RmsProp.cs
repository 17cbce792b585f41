using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// RMSprop (Tieleman and Hinton, lecture 6.5 of "Neural networks for machine learning", 2012) with Keras's defaults. The
/// update is PyTorch's: ε is added to the root, where Keras adds it below the root. With ε = 1e-7 the first step from a
/// gradient of 1e-4 is ten times as large as Keras's; give <c>epsilon: 3e-4</c>, about √1e-7, to damp small gradients too.
/// </summary>
public sealed record RmsProp : Optimizer
{
    /// <summary>Sets what is named and leaves the rest at Keras's defaults.</summary>
    public RmsProp(
        double learningRate = 0.001, double rho = 0.9, double momentum = 0, double epsilon = 1e-7, bool centered = false) =>
        (LearningRate, Rho, Momentum, Epsilon, Centered) = (learningRate, rho, momentum, epsilon, centered);

    /// <summary>How much of the mean of the squared gradients is kept from step to step, 0 to below 1.</summary>
    public double Rho { get; init; }

    /// <summary>How much of the last step's direction is kept, 0 to below 1.</summary>
    public double Momentum { get; init; }

    /// <summary>Keeps the division away from zero.</summary>
    public double Epsilon { get; init; }

    /// <summary>Whether to divide by the deviation of the gradients instead of the root of their mean square.</summary>
    public bool Centered { get; init; }

    /// <inheritdoc/>
    internal override optim.Optimizer Create(IEnumerable<Parameter> parameters)
    {
        CheckLearningRate(LearningRate);
        CheckShare(Rho, nameof(Rho));
        CheckShare(Momentum, nameof(Momentum));
        CheckNotNegative(Epsilon, nameof(Epsilon));
        return optim.RMSProp(parameters, LearningRate, Rho, Epsilon, 0, Momentum, Centered);
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// RMSprop (Tieleman and Hinton, lecture 6.5 of "Neural networks for machine learning", 2012) with Keras's defaults. The
/// update is TorchSharp's: ε is added to the root, where Keras adds it below the root.
/// </summary>
/// <param name="LearningRate">The size of a step; above 0.</param>
/// <param name="Rho">How much of the mean of the squared gradients is kept from step to step, 0 to below 1.</param>
/// <param name="Momentum">How much of the last step's direction is kept, 0 to below 1.</param>
/// <param name="Epsilon">Keeps the division away from zero.</param>
/// <param name="Centered">Whether to divide by the deviation of the gradients instead of the root of their mean square.</param>
public sealed record RmsProp(
    double LearningRate = 0.001, double Rho = 0.9, double Momentum = 0, double Epsilon = 1e-7, bool Centered = false) : Optimizer
{
    /// <inheritdoc/>
    public override double LearningRate { get; init; } = LearningRate;

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

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Gradient descent, with momentum if asked for, with Keras's defaults (<c>keras.optimizers.SGD</c>). The update is
/// TorchSharp's: v ← momentum · v + g, w ← w − rate · v, where Keras multiplies the gradient by the rate before it enters v;
/// the two are the same as long as the rate is.
/// </summary>
/// <param name="LearningRate">The size of a step; above 0.</param>
/// <param name="Momentum">How much of the last step's direction is kept, 0 to below 1.</param>
/// <param name="Nesterov">
/// Whether to look one step ahead (Sutskever and others, "On the importance of initialization and momentum in deep
/// learning", 2013); needs a momentum.
/// </param>
/// <param name="WeightDecay">What is added to the gradient as a multiple of the weight (L2), at least 0.</param>
public sealed record Sgd(double LearningRate = 0.01, double Momentum = 0, bool Nesterov = false, double WeightDecay = 0)
    : Optimizer
{
    /// <inheritdoc/>
    public override double LearningRate { get; init; } = LearningRate;

    /// <inheritdoc/>
    internal override optim.Optimizer Create(IEnumerable<Parameter> parameters)
    {
        CheckLearningRate(LearningRate);
        CheckShare(Momentum, nameof(Momentum));
        CheckNotNegative(WeightDecay, nameof(WeightDecay));
        if (Nesterov && Momentum == 0)
        {
            throw Refusal("Nesterov's step needs a Momentum above 0; 0.9 is usual.", nameof(Nesterov));
        }

        return optim.SGD(parameters, LearningRate, Momentum, 0, WeightDecay, Nesterov);
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Gradient descent, with momentum if asked for, with Keras's defaults (<c>keras.optimizers.SGD</c>). The update is
/// PyTorch's: v ← momentum · v + g, w ← w − rate · v, where Keras multiplies the gradient by the rate before it enters v;
/// the two are the same as long as the rate is.
/// </summary>
public sealed record Sgd : Optimizer
{
    /// <summary>Sets what is named and leaves the rest at Keras's defaults.</summary>
    public Sgd(double learningRate = 0.01, double momentum = 0, bool nesterov = false, double weightDecay = 0) =>
        (LearningRate, Momentum, Nesterov, WeightDecay) = (learningRate, momentum, nesterov, weightDecay);

    /// <summary>How much of the last step's direction is kept, 0 to below 1.</summary>
    public double Momentum { get; init; }

    /// <summary>
    /// Whether to look one step ahead (Sutskever and others, "On the importance of initialization and momentum in deep
    /// learning", 2013); needs a momentum.
    /// </summary>
    public bool Nesterov { get; init; }

    /// <summary>
    /// What is added to the gradient as a multiple of the weight (L2), at least 0, as in PyTorch; Keras takes it off the weight.
    /// </summary>
    public double WeightDecay { get; init; }

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

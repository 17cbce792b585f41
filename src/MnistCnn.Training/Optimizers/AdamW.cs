using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019), with Keras's
/// defaults: before each step every weight, biases included, is multiplied by 1 − learning rate · weight decay. Keras and
/// PyTorch do the same.
/// </summary>
/// <param name="LearningRate">The size of a step; above 0.</param>
/// <param name="WeightDecay">How fast weights shrink, at least 0. Keras's default is 0.004, PyTorch's 0.01.</param>
/// <param name="Beta1">How much of the mean of the gradients is kept from step to step, 0 to below 1.</param>
/// <param name="Beta2">How much of the mean of their squares is kept, 0 to below 1.</param>
/// <param name="Epsilon">Keeps the division away from zero; see <see cref="Adam"/>.</param>
public sealed record AdamW(
    double LearningRate = 0.001, double WeightDecay = 0.004, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-7)
    : Optimizer
{
    /// <inheritdoc/>
    public override double LearningRate { get; init; } = LearningRate;

    /// <inheritdoc/>
    internal override optim.Optimizer Create(IEnumerable<Parameter> parameters)
    {
        CheckLearningRate(LearningRate);
        CheckNotNegative(WeightDecay, nameof(WeightDecay));
        CheckShare(Beta1, nameof(Beta1));
        CheckShare(Beta2, nameof(Beta2));
        CheckNotNegative(Epsilon, nameof(Epsilon));
        return new FusedAdamW(parameters, LearningRate, Beta1, Beta2, Epsilon, WeightDecay);
    }
}

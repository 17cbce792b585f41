using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019), with Keras's
/// defaults: before each step every weight, biases included, is multiplied by 1 − learning rate · weight decay, as Keras and
/// PyTorch do it. The step itself is Keras's, as in <see cref="Adam"/>.
/// </summary>
public sealed record AdamW : Optimizer
{
    /// <summary>Sets what is named and leaves the rest at Keras's defaults.</summary>
    public AdamW(
        double learningRate = 0.001, double weightDecay = 0.004,
        double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7) =>
        (LearningRate, WeightDecay, Beta1, Beta2, Epsilon) = (learningRate, weightDecay, beta1, beta2, epsilon);

    /// <summary>How fast weights shrink, at least 0. Keras's default is 0.004, PyTorch's 0.01.</summary>
    public double WeightDecay { get; init; }

    /// <summary>How much of the mean of the gradients is kept from step to step, 0 to below 1.</summary>
    public double Beta1 { get; init; }

    /// <summary>How much of the mean of their squares is kept, 0 to below 1.</summary>
    public double Beta2 { get; init; }

    /// <summary>Keeps the division away from zero; see <see cref="Adam"/>.</summary>
    public double Epsilon { get; init; }

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

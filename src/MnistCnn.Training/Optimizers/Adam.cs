using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Adam (Kingma and Ba, 2014) with Keras's defaults. The update is TorchSharp's: ε is added after the correction of the
/// second moment's bias, where Keras adds it before; with ε = 1e-7 the two differ by less than float32 rounding.
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

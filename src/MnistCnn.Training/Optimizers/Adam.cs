using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Adam (Kingma and Ba, 2014) with Keras's defaults. The update is TorchSharp's: ε is added after the correction of the
/// second moment's bias, where Keras adds it before; with ε = 1e-7 the two differ by less than float32 rounding.
/// </summary>
/// <param name="LearningRate">The size of a step; above 0.</param>
/// <param name="Beta1">How much of the mean of the gradients is kept from step to step, 0 to below 1.</param>
/// <param name="Beta2">How much of the mean of their squares is kept, 0 to below 1.</param>
/// <param name="Epsilon">Keeps the division away from zero. Keras's default is 1e-7, TorchSharp's 1e-8.</param>
public sealed record Adam(double LearningRate = 0.001, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-7)
    : Optimizer
{
    /// <inheritdoc/>
    public override double LearningRate { get; init; } = LearningRate;

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

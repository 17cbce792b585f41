using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The settings of one step of Adam for one parameter.</summary>
/// <param name="Step">The number of the step, from 1.</param>
/// <param name="LearningRate">The size of the step.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="WeightDecay">Decoupled weight decay; 0: none.</param>
internal readonly record struct AdamSettings(
    long Step, double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay);

/// <summary>What a step of Adam needs of one parameter besides its weights, all of their shape.</summary>
/// <param name="Gradient">Their gradient.</param>
/// <param name="First">The moving average of the gradients.</param>
/// <param name="Second">The moving average of their squares.</param>
internal readonly record struct AdamMoments(Tensor Gradient, Tensor First, Tensor Second);

/// <summary>
/// TorchSharp's Adam, its state included, with Keras's step: ε beside the root of the second moment as it is, where PyTorch adds
/// it after the correction of that moment's bias.
/// </summary>
internal sealed class FusedAdam(
    IEnumerable<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon)
    : TorchSharp.Modules.Adam(parameters, learningRate, beta1, beta2, epsilon)
{
    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null) =>
        FusedStep.Take(_parameter_groups, closure, (parameter, gradient, of) =>
        {
            (var options, var state) = ((Options)of, (State)_state[parameter.Handle]);
            return (new(gradient, state.exp_avg, state.exp_avg_sq), new(
                ++state.step, options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.eps!.Value, 0));
        });
}

/// <summary>TorchSharp's AdamW, likewise.</summary>
internal sealed class FusedAdamW(
    IEnumerable<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    : TorchSharp.Modules.AdamW(parameters, learningRate, beta1, beta2, epsilon, weightDecay)
{
    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null) =>
        FusedStep.Take(_parameter_groups, closure, (parameter, gradient, of) =>
        {
            (var options, var state) = ((Options)of, (State)_state[parameter.Handle]);
            return (new(gradient, state.exp_avg, state.exp_avg_sq), new(
                ++state.step, options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.eps!.Value,
                options.weight_decay!.Value));
        });
}

/// <summary>
/// The step that Adam and AdamW share: one pass over each weight where there are loops and the weights lie as they need them,
/// else half a dozen of libtorch's.
/// </summary>
file static class FusedStep
{
    /// <summary>Takes the step.</summary>
    /// <param name="groups">The parameters, with the options of their groups.</param>
    /// <param name="closure">What computes the loss anew before the step; null: nothing.</param>
    /// <param name="next">Counts the step of a parameter, and says what it is made of.</param>
    /// <returns>The loss of the closure.</returns>
    public static Tensor Take(
        IEnumerable<ParamGroup> groups, Func<Tensor>? closure,
        Func<Parameter, Tensor, OptimizerOptions, (AdamMoments Moments, AdamSettings Settings)> next)
    {
        Tensor? loss = closure?.Invoke();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach (ParamGroup group in groups)
        {
            foreach (Parameter parameter in group.Parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    (AdamMoments moments, AdamSettings settings) = next(parameter, gradient.contiguous(), group.Options);
                    if (CpuAcceleration.Backend is { } backend && parameter.HasFloats())
                    {
                        backend.StepAdam(parameter, moments, settings);
                    }
                    else
                    {
                        Step(parameter, moments, settings);
                    }
                }
            }
        }

        return loss!;
    }

    private static void Step(Tensor weight, AdamMoments moments, AdamSettings settings)
    {
        (Tensor gradient, Tensor m, Tensor v) = moments;
        (long t, double rate, double beta1, double beta2, double epsilon, double weightDecay) = settings;
        m.mul_(beta1).add_(gradient, 1 - beta1);
        v.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        double size = rate * Math.Sqrt(1 - Math.Pow(beta2, t)) / (1 - Math.Pow(beta1, t));
        weight.mul_(1 - (rate * weightDecay)).addcdiv_(m, v.sqrt().add_(epsilon), -size);
    }
}

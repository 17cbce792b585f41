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
/// TorchSharp's Adam, its state included, with a step that passes once over each weight instead of a dozen times.
/// </summary>
internal sealed class FusedAdam(
    IEnumerable<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon)
    : TorchSharp.Modules.Adam(parameters, learningRate, beta1, beta2, epsilon)
{
    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null) =>
        FusedStep.TryTake(_parameter_groups, closure, (parameter, gradient, of) =>
        {
            (var options, var state) = ((Options)of, (State)_state[parameter.Handle]);
            return (new(gradient, state.exp_avg, state.exp_avg_sq), new(
                ++state.step, options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.eps!.Value, 0));
        })
        ? null!
        : base.step(closure);
}

/// <summary>TorchSharp's AdamW, likewise.</summary>
internal sealed class FusedAdamW(
    IEnumerable<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    : TorchSharp.Modules.AdamW(parameters, learningRate, beta1, beta2, epsilon, weightDecay)
{
    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null) =>
        FusedStep.TryTake(_parameter_groups, closure, (parameter, gradient, of) =>
        {
            (var options, var state) = ((Options)of, (State)_state[parameter.Handle]);
            return (new(gradient, state.exp_avg, state.exp_avg_sq), new(
                ++state.step, options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.eps!.Value,
                options.weight_decay!.Value));
        })
        ? null!
        : base.step(closure);
}

/// <summary>The step that Adam and AdamW share, where there are loops for it and the weights lie as they need them.</summary>
file static class FusedStep
{
    /// <summary>Takes the step.</summary>
    /// <param name="groups">The parameters, with the options of their groups.</param>
    /// <param name="closure">What would compute the loss anew; such a step is libtorch's.</param>
    /// <param name="next">Counts the step of a parameter, and says what it is made of.</param>
    /// <returns>Whether it was taken; nothing is changed otherwise.</returns>
    public static bool TryTake(
        IEnumerable<ParamGroup> groups, Func<Tensor>? closure,
        Func<Parameter, Tensor, OptimizerOptions, (AdamMoments Moments, AdamSettings Settings)> next)
    {
        if (CpuAcceleration.Backend is not { } backend || closure is not null
            || !groups.SelectMany(group => group.Parameters).All(parameter => parameter.HasFloats()))
        {
            return false;
        }

        using var scope = NewDisposeScope();
        foreach (ParamGroup group in groups)
        {
            foreach (Parameter parameter in group.Parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    (AdamMoments moments, AdamSettings settings) = next(parameter, gradient.contiguous(), group.Options);
                    backend.StepAdam(parameter, moments, settings);
                }
            }
        }

        return true;
    }
}

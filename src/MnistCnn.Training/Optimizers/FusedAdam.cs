using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// TorchSharp's Adam, its state included, with a step that passes once over each weight instead of a dozen times.
/// </summary>
internal sealed class FusedAdam(
    IEnumerable<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon)
    : TorchSharp.Modules.Adam(parameters, learningRate, beta1, beta2, epsilon)
{
    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null)
    {
        if (closure is not null || _parameter_groups.SelectMany(group => group.Parameters).Any(parameter => !AdamUpdate.Fits(parameter)))
        {
            return base.step(closure);
        }

        using var scope = NewDisposeScope();
        foreach (TorchSharp.Modules.ParamGroup group in _parameter_groups)
        {
            var options = (Options)group.Options;
            foreach (Parameter parameter in group.Parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    var state = (State)_state[parameter.Handle];
                    state.step++;
                    AdamUpdate.Run(
                        parameter, gradient, state.exp_avg, state.exp_avg_sq, state.step, options.LearningRate!.Value,
                        options.beta1!.Value, options.beta2!.Value, options.eps!.Value, weightDecay: 0);
                }
            }
        }

        return null!;
    }
}

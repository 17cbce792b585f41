using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What an optimizer remembers from step to step, by the names that PyTorch gives to it.</summary>
internal static class OptimizerMoments
{
    private const string Step = "step";

    /// <summary>Names all that is remembered: <c>conv2d_1.weight.exp_avg</c>.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="parameters">The names of its parameters, in order.</param>
    public static IEnumerable<(string Name, Tensor Value)> Of(optim.Optimizer optimizer, IReadOnlyList<string> parameters)
    {
        List<OptimizerState> states = States(optimizer);
        for (int i = 0; i < parameters.Count; i++)
        {
            (IEnumerable<(string Slot, Tensor? Value)> slots, long? step) = Slots(states[i]);
            foreach ((string slot, Tensor? value) in slots)
            {
                if (value is not null)
                {
                    yield return ($"{parameters[i]}.{slot}", value);
                }
            }

            if (step is { } taken)
            {
                yield return ($"{parameters[i]}.{Step}", tensor(taken));
            }
        }
    }

    /// <summary>Puts what was remembered into an optimizer.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="parameters">The names and the tensors of its parameters, in order.</param>
    /// <param name="moments">What <see cref="Of"/> named.</param>
    public static void Restore(
        optim.Optimizer optimizer, IReadOnlyList<(string Name, Parameter Value)> parameters,
        IReadOnlyDictionary<string, Tensor> moments)
    {
        List<OptimizerState> states = States(optimizer);
        for (int i = 0; i < parameters.Count; i++)
        {
            string prefix = parameters[i].Name + ".";
            foreach ((string slot, Tensor? value) in Slots(states[i]).Slots)
            {
                value?.copy_(moments[prefix + slot]);
            }

            switch (states[i])
            {
                case TorchSharp.Modules.Adam.State adam:
                    adam.step = moments[prefix + Step].item<long>();
                    break;
                case TorchSharp.Modules.AdamW.State adamW:
                    adamW.step = moments[prefix + Step].item<long>();
                    break;
                case RMSProp.State rmsProp:
                    rmsProp.step = moments[prefix + Step].item<long>();
                    break;
                case SGD.State sgd when moments.TryGetValue(prefix + nameof(sgd.momentum_buffer), out Tensor? buffer):
                    sgd.momentum_buffer?.Dispose();
                    sgd.momentum_buffer = buffer.to(parameters[i].Value.device).clone().DetachFromDisposeScope();
                    break;
            }
        }
    }

    private static List<OptimizerState> States(optim.Optimizer optimizer) =>
        ((OptimizerHelper)optimizer).state_dict().State;

    private static (IEnumerable<(string Slot, Tensor? Value)> Slots, long? Step) Slots(OptimizerState state) => state switch
    {
        TorchSharp.Modules.Adam.State adam =>
            ([(nameof(adam.exp_avg), adam.exp_avg), (nameof(adam.exp_avg_sq), adam.exp_avg_sq)], adam.step),
        TorchSharp.Modules.AdamW.State adamW =>
            ([(nameof(adamW.exp_avg), adamW.exp_avg), (nameof(adamW.exp_avg_sq), adamW.exp_avg_sq)], adamW.step),
        RMSProp.State rmsProp => (
            [
                (nameof(rmsProp.square_avg), rmsProp.square_avg), (nameof(rmsProp.momentum_buffer), rmsProp.momentum_buffer),
                (nameof(rmsProp.grad_avg), rmsProp.grad_avg),
            ],
            rmsProp.step),
        SGD.State sgd => ([(nameof(sgd.momentum_buffer), sgd.momentum_buffer)], null),
        _ => throw new NotSupportedException($"The state of {state.GetType()} cannot be saved."),
    };
}

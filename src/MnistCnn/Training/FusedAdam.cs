using MnistCnn.Acceleration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Training;

/// <summary>
/// TorchSharp's Adam, its state included, with a step that passes once over each weight instead of a dozen times.
/// </summary>
internal sealed class FusedAdam(
    IEnumerable<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon)
    : TorchSharp.Modules.Adam(parameters, learningRate, beta1, beta2, epsilon)
{
    /// <summary>Numbers a task: large enough to be worth a thread, small enough to share out evenly.</summary>
    private const int NumbersOfTask = 1 << 16;

    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null)
    {
        if (closure is not null || _parameter_groups.SelectMany(group => group.Parameters).Any(parameter => !IsPlain(parameter)))
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
                    Step(parameter, gradient, state, options);
                }
            }
        }

        return null!;
    }

    private static unsafe void Step(Parameter parameter, Tensor gradient, State state, Options options)
    {
        double beta1 = options.beta1!.Value, beta2 = options.beta2!.Value;
        var step = new AdamStep(
            (float)beta1,
            (float)(1 - beta1),
            (float)beta2,
            (float)(1 - beta2),
            (float)(options.LearningRate!.Value / (1 - Math.Pow(beta1, state.step))),
            (float)Math.Sqrt(1 - Math.Pow(beta2, state.step)),
            (float)options.eps!.Value);
        float* weights = WeightTensor.Address(parameter);
        float* gradients = WeightTensor.Address(gradient.contiguous());
        float* means = WeightTensor.Address(state.exp_avg);
        float* squares = WeightTensor.Address(state.exp_avg_sq);
        long count = parameter.numel();
        Workers.Run((int)((count + NumbersOfTask - 1) / NumbersOfTask), task =>
        {
            long from = (long)task * NumbersOfTask;
            AdamKernel.Step(
                weights + from, gradients + from, means + from, squares + from, Math.Min(NumbersOfTask, count - from), step);
        });
    }

    private static bool IsPlain(Parameter parameter) =>
        parameter.dtype == ScalarType.Float32 && parameter.device_type == DeviceType.CPU && parameter.is_contiguous();
}

using MnistCnn.Acceleration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The step that Adam and AdamW share, for weights in the memory of the CPU.</summary>
internal static unsafe class AdamUpdate
{
    /// <summary>Numbers a task: large enough to be worth a thread, small enough to share out evenly.</summary>
    private const int NumbersOfTask = 1 << 16;

    /// <summary>Whether weights lie as the step needs them.</summary>
    public static bool Fits(Parameter parameter) =>
        parameter.dtype == ScalarType.Float32 && parameter.device_type == DeviceType.CPU && parameter.is_contiguous();

    /// <summary>Changes weights and moments.</summary>
    /// <param name="parameter">The weights.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="means">The mean of the gradients.</param>
    /// <param name="squares">The mean of their squares.</param>
    /// <param name="number">The number of the step, from 1.</param>
    /// <param name="learningRate">The size of the step.</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="weightDecay">Decoupled weight decay.</param>
    public static void Run(
        Parameter parameter, Tensor gradient, Tensor means, Tensor squares, long number, double learningRate, double beta1,
        double beta2, double epsilon, double weightDecay)
    {
        var step = new AdamStep(
            (float)beta1,
            (float)(1 - beta1),
            (float)beta2,
            (float)(1 - beta2),
            (float)(learningRate / (1 - Math.Pow(beta1, number))),
            (float)Math.Sqrt(1 - Math.Pow(beta2, number)),
            (float)epsilon,
            (float)(1 - (learningRate * weightDecay)));
        Tensor dense = gradient.contiguous();
        float* weights = WeightTensor.Address(parameter);
        float* gradients = WeightTensor.Address(dense);
        float* mean = WeightTensor.Address(means);
        float* square = WeightTensor.Address(squares);
        long count = parameter.numel();
        Workers.Run((int)((count + NumbersOfTask - 1) / NumbersOfTask), task =>
        {
            long from = (long)task * NumbersOfTask;
            AdamKernel.Step(
                weights + from, gradients + from, mean + from, square + from, Math.Min(NumbersOfTask, count - from), step);
        });
    }
}

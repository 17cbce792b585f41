using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Acceleration;

/// <summary>The memory of a module's weights and of their gradients. The module keeps owning both.</summary>
internal sealed unsafe class WeightTensor(Parameter parameter)
{
    public int Count { get; } = (int)parameter.numel();

    /// <summary>The weights as they are now.</summary>
    public float* Data => Address(parameter);

    /// <summary>The gradient, made if there is none.</summary>
    public float* Gradient
    {
        get
        {
            using var scope = NewDisposeScope();
            Tensor? gradient = parameter.grad;
            if (gradient is null || !gradient.is_contiguous())
            {
                using var off = no_grad();
                gradient = zeros_like(parameter);
                parameter.grad = gradient;
            }

            return Address(gradient);
        }
    }

    /// <summary>Where the numbers of a dense float32 tensor on the CPU lie.</summary>
    public static float* Address(Tensor tensor) =>
        (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}

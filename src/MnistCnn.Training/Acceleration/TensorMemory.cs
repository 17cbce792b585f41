using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The numbers of tensors where they lie.</summary>
internal static class TensorMemory
{
    /// <summary>The numbers of a float32 tensor that is contiguous and on the CPU; valid while the tensor lives.</summary>
    public static Span<float> Floats(this Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>Whether a tensor's numbers can be used where they lie.</summary>
    public static bool HasFloats(this Tensor tensor) =>
        tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
}

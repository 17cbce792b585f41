using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MnistCnn.Kernels;

/// <summary>Where a parameter and its gradient lie. Somebody else owns both, outside the garbage collector's reach.</summary>
/// <param name="count">The float32 numbers of the parameter.</param>
internal sealed unsafe class ParameterMemory(int count)
{
    /// <summary>The float32 numbers of the parameter.</summary>
    public int Count => count;

    /// <summary>The parameter; it must be given anew before each pass, as its owner may have moved it.</summary>
    public float* Data { get; private set; }

    /// <summary>Its gradient, likewise before each backward pass.</summary>
    public float* Gradient { get; private set; }

    /// <summary>Says where the parameter lies now.</summary>
    /// <param name="data">Native memory, which does not move.</param>
    public void SetData(Span<float> data) => Data = AddressOf(data);

    /// <summary>Says where its gradient lies now.</summary>
    /// <param name="gradient">Native memory, which does not move.</param>
    public void SetGradient(Span<float> gradient) => Gradient = AddressOf(gradient);

    private float* AddressOf(Span<float> memory) => memory.Length == count
        ? (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory))
        : throw new ArgumentException(
            FormattableString.Invariant($"Expected memory of {count} numbers, given {memory.Length}."), nameof(memory));
}

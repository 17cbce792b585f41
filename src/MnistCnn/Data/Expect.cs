using System.Diagnostics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Checks of tensors that come from a notebook: each failure says what was expected and what was given.</summary>
[StackTraceHidden]
internal static class Expect
{
    /// <summary>A floating-point tensor (samples, columns) that is not empty.</summary>
    public static void FloatMatrix(Tensor x, string name)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        Floating(x, name);
        if (x.dim() != 2)
        {
            throw new ArgumentException($"Expected the shape (samples, columns), given {x.Shape()}.", name);
        }

        NotEmpty(x, name);
    }

    /// <summary>The numbers of a floating-point tensor, row after row.</summary>
    public static float[] Floats(Tensor x)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(x.detach().to(ScalarType.Float32).cpu().contiguous().bytes).ToArray();
    }

    /// <summary>A tensor of floating-point numbers.</summary>
    public static void Floating(Tensor x, string name)
    {
        if (!x.is_floating_point())
        {
            throw new ArgumentException(
                $"Expected floating-point numbers, given {x.dtype} of shape {x.Shape()}; convert with .to(torch.float32).", name);
        }
    }

    /// <summary>The whole numbers in an integer tensor (n), from 0 to below a limit: labels, or positions.</summary>
    public static int[] WholeNumbers(Tensor x, long below, string name, string thing = "Label")
    {
        ArgumentNullException.ThrowIfNull(x, name);
        bool isMask = x.dtype == ScalarType.Bool;
        if (x.dim() != 1 || isMask || !x.is_integral())
        {
            string remedy = x.dim() == 2 ? "; .argmax(1) takes the class of each row"
                : isMask ? "; .nonzero().flatten() gives the positions where a mask is true"
                : x.is_integral() ? "" : "; convert with .to(torch.int64)";
            throw new ArgumentException(
                $"Expected whole numbers of the shape (n,), given {x.dtype} of shape {x.Shape()}{remedy}.", name);
        }

        using var scope = NewDisposeScope();
        long[] numbers = [.. MemoryMarshal.Cast<byte, long>(x.to(ScalarType.Int64).cpu().contiguous().bytes)];
        int wrong = Array.FindIndex(numbers, number => number < 0 || number >= below);
        return wrong < 0
            ? Array.ConvertAll(numbers, number => (int)number)
            : throw new ArgumentException(
                Invariant($"{thing} {numbers[wrong]} at position {wrong} is outside 0 to {below - 1}."), name);
    }

    /// <summary>A floating-point tensor of images; more than four channels are another axis that stands in their place.</summary>
    public static void Images(Tensor x, string name)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        Floating(x, name);
        bool last = Backend.ImageDataFormat == ImageDataFormat.ChannelsLast;
        if (x.dim() != 3 && (x.dim() != 4 || x.shape[last ? 3 : 1] is < 1 or > 4))
        {
            throw new ArgumentException(
                $"Expected images of the shape {(last ? "(n, rows, columns, channels)" : "(n, channels, rows, columns)")}, "
                + $"with Backend.ImageDataFormat at {Backend.ImageDataFormat}, given {x.Shape()}.", name);
        }
    }

    /// <summary>A tensor with at least one number in it.</summary>
    public static void NotEmpty(Tensor x, string name)
    {
        if (x.numel() == 0)
        {
            throw new ArgumentException($"Expected at least one sample, given an empty set of shape {x.Shape()}.", name);
        }
    }
}

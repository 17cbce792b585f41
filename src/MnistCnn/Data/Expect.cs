using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Checks of tensors that come from a notebook: each failure says what was expected and what was given.</summary>
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

    /// <summary>A tensor of floating-point numbers.</summary>
    public static void Floating(Tensor x, string name)
    {
        if (!x.is_floating_point())
        {
            throw new ArgumentException(
                $"Expected floating-point numbers, given {x.dtype} of shape {x.Shape()}; convert with .to(torch.float32).", name);
        }
    }

    /// <summary>Classes from 0 to below their number.</summary>
    public static void Labels(IReadOnlyList<int> labels, int classes, string name)
    {
        for (int i = 0; i < labels.Count; i++)
        {
            if (labels[i] < 0 || labels[i] >= classes)
            {
                throw new ArgumentException(Invariant($"Label {labels[i]} at position {i} is outside 0 to {classes - 1}."), name);
            }
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

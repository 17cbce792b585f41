using MnistCnn.Data;
using static TorchSharp.torch;

namespace MnistCnn.Display;

/// <summary>How a tensor looks at the end of a cell: as numpy prints an array, or its shape if that would be long.</summary>
internal static class TensorText
{
    private const int MostNumbers = 1000;

    /// <summary>The text of a tensor.</summary>
    public static string Of(Tensor tensor)
    {
        string kind = $"shape {tensor.Shape()}, {tensor.dtype}";
        return tensor.numel() <= MostNumbers
            ? $"{tensor.ToString(TorchSharp.TensorStringStyle.Numpy, fltFormat: "g5", newLine: "\n")}\n{kind}"
            : $"Tensor of {kind}";
    }
}

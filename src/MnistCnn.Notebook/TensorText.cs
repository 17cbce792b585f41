using System.Globalization;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// How a tensor looks at the end of a cell: as numpy prints an array, or its shape alone if that would be long.
/// </summary>
internal static class TensorText
{
    private const int MaxNumbers = 1000;
    private const int MaxInARow = 40;

    /// <summary>The text of a tensor.</summary>
    public static string Of(Tensor tensor)
    {
        if (tensor.IsInvalid)
        {
            return "A tensor that has been disposed of.";
        }

        using var scope = NewDisposeScope();
        string kind = $"shape {tensor.Shape()}, {TypeName(tensor.dtype)}";
        if (tensor.numel() > MaxNumbers)
        {
            return $"Tensor of {kind}";
        }

        string numbers = tensor.dim() == 1 && tensor.shape[0] <= MaxInARow
            ? Row(tensor)
            : tensor.ToString(TorchSharp.TensorStringStyle.Numpy, fltFormat: "g5", newLine: "\n");
        return $"{numbers}\n{kind}";
    }

    /// <summary>The tensor in a list of variables: <c>(42000, 28, 28, 1) float32</c>.</summary>
    public static string Summary(Tensor tensor) =>
        tensor.IsInvalid ? "disposed of" : $"{tensor.Shape()} {TypeName(tensor.dtype)}";

    /// <summary>Its shape, its type and, of a dense one of real numbers, the first ones.</summary>
    public static JsonObject Json(Tensor tensor)
    {
        const int MaxSample = 10;
        if (tensor.IsInvalid)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var json = new JsonObject
        {
            ["shape"] = new JsonArray([.. tensor.shape.Select(size => (JsonNode)size)]),
            ["dtype"] = TypeName(tensor.dtype),
        };
        if (!tensor.is_sparse && !tensor.is_complex())
        {
            Tensor first = tensor.detach().flatten()[..(int)Math.Min(MaxSample, tensor.numel())].to(ScalarType.Float64);
            json["sample"] = new JsonArray([.. first.data<double>().Select(ResultRecorder.Finite)]);
        }

        return json;
    }

    /// <summary>The name of a type in TorchSharp's code and in numpy: <c>float32</c>, <c>uint8</c>.</summary>
    private static string TypeName(ScalarType type) => type == ScalarType.Byte
        ? "uint8"
        : type.ToString().ToLower(CultureInfo.InvariantCulture);

    /// <summary>numpy's way with a row: every number of the row, and a point behind a whole one of floating point.</summary>
    private static string Row(Tensor tensor)
    {
        string format = tensor.is_floating_point() ? "0.########;-0.########;0." : "0";
        Tensor doubles = tensor.detach().to(ScalarType.Float64).contiguous();
        return "[" + string.Join(", ", doubles.data<double>().Select(number =>
        {
            string text = number.ToString(format, CultureInfo.InvariantCulture);
            return tensor.is_floating_point() && number == Math.Floor(number) && !text.EndsWith('.') ? text + "." : text;
        })) + "]";
    }
}

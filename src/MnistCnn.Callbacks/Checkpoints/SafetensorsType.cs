using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The names that safetensors gives to the types of numbers.</summary>
internal static class SafetensorsType
{
    private static readonly (ScalarType Type, string Name, int Size)[] s_types =
    [
        (ScalarType.Float32, "F32", 4), (ScalarType.Float64, "F64", 8), (ScalarType.Float16, "F16", 2),
        (ScalarType.BFloat16, "BF16", 2), (ScalarType.Int64, "I64", 8), (ScalarType.Int32, "I32", 4),
        (ScalarType.Int16, "I16", 2), (ScalarType.Int8, "I8", 1), (ScalarType.Byte, "U8", 1), (ScalarType.Bool, "BOOL", 1),
    ];

    /// <summary>The name of a type.</summary>
    /// <exception cref="NotSupportedException">The format does not know it.</exception>
    public static string NameOf(ScalarType type) =>
        s_types.Where(entry => entry.Type == type).Select(entry => entry.Name).FirstOrDefault()
        ?? throw new NotSupportedException($"Tensors of {type} cannot be saved.");

    /// <summary>The type of a name, or null where TorchSharp has none.</summary>
    public static ScalarType? Of(string name) =>
        Array.Find(s_types, entry => entry.Name == name) is { Name: not null } found ? found.Type : null;

    /// <summary>The bytes of one number.</summary>
    public static int SizeOf(ScalarType type) => Array.Find(s_types, entry => entry.Type == type).Size;
}

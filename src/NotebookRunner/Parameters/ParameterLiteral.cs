using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NotebookRunner.Parameters;

/// <summary>
/// Writes a value from the command line as a C# literal. The value is data: whatever it says, it never becomes code.
/// </summary>
internal static class ParameterLiteral
{
    /// <summary>The literal.</summary>
    /// <exception cref="ParameterException">The value is not of the parameter's type.</exception>
    public static string Write(Parameter parameter, string? value)
    {
        ITypeSymbol type = parameter.Type;
        if (value is null)
        {
            bool hasNull = type is { SpecialType: SpecialType.System_String }
                or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T };
            return hasNull ? "null" : throw WrongType(parameter, type, value);
        }

        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            if (value is "null")
            {
                return "null";
            }

            type = nullable.TypeArguments[0];
        }

        string? literal = type switch
        {
            { TypeKind: TypeKind.Enum } => EnumMember(type, parameter.TypeName.TrimEnd('?'), value),
            _ => Literal(type.SpecialType, value) ?? throw NotSettable(parameter),
        };
        return string.IsNullOrEmpty(literal) ? throw WrongType(parameter, type, value) : literal;
    }

    /// <summary>The value as JSON: what the literal is, or else the text.</summary>
    public static JsonNode? ToJson(string literal, string? value) =>
        literal is "true" or "false" or "null" || char.IsAsciiDigit(literal[0]) || literal[0] == '-'
            ? JsonNode.Parse(literal.TrimEnd('U', 'L', 'F', 'M'))
            : JsonValue.Create(value);

    /// <summary>The literal; empty where the value is not of the type, null where values of the type have no literals.</summary>
    private static string? Literal(SpecialType type, string value) => type switch
    {
        SpecialType.System_String => SymbolDisplay.FormatLiteral(value, quote: true),
        SpecialType.System_Char => value.Length == 1 ? SymbolDisplay.FormatLiteral(value[0], quote: true) : "",
        SpecialType.System_Boolean => bool.TryParse(value, out bool flag) ? (flag ? "true" : "false") : "",
        SpecialType.System_SByte => Integer<sbyte>(value, ""),
        SpecialType.System_Byte => Integer<byte>(value, ""),
        SpecialType.System_Int16 => Integer<short>(value, ""),
        SpecialType.System_UInt16 => Integer<ushort>(value, ""),
        SpecialType.System_Int32 => Integer<int>(value, ""),
        SpecialType.System_UInt32 => Integer<uint>(value, "U"),
        SpecialType.System_Int64 => Integer<long>(value, "L"),
        SpecialType.System_UInt64 => Integer<ulong>(value, "UL"),
        SpecialType.System_Single => Real<float>(value) is { Length: > 0 } single ? single + "F" : "",
        SpecialType.System_Double => Real<double>(value),
        SpecialType.System_Decimal => Decimal(value),
        _ => null,
    };

    private static string Integer<T>(string value, string suffix)
        where T : IBinaryInteger<T> =>
        T.TryParse(WithoutSeparators(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T? number)
            ? number.ToString(null, CultureInfo.InvariantCulture) + suffix
            : "";

    private static string Real<T>(string value)
        where T : IFloatingPoint<T>
    {
        if (!T.TryParse(WithoutSeparators(value), NumberStyles.Float, CultureInfo.InvariantCulture, out T? number)
            || !T.IsFinite(number))
        {
            return "";
        }

        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    private static string Decimal(string value) =>
        decimal.TryParse(WithoutSeparators(value), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? number.ToString(CultureInfo.InvariantCulture) + "M"
            : "";

    /// <summary>Numbers may be written as in C#: <c>60_000</c>.</summary>
    private static string WithoutSeparators(string value) => value.Replace("_", "", StringComparison.Ordinal);

    private static string EnumMember(ITypeSymbol type, string typeName, string value)
    {
        string member = value[(value.LastIndexOf('.') + 1)..];
        bool ofThisType = member.Length == value.Length
            || $".{type.ToDisplayString()}.".EndsWith($".{value[..^member.Length]}", StringComparison.Ordinal);
        return ofThisType && EnumMembers(type).Contains(member, StringComparer.Ordinal) ? $"{typeName}.{member}" : "";
    }

    private static IEnumerable<string> EnumMembers(ITypeSymbol type) =>
        type.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue).Select(field => field.Name);

    private static ParameterException WrongType(Parameter parameter, ITypeSymbol type, string? value)
    {
        string expected = type.TypeKind == TypeKind.Enum
            ? $"a {parameter.TypeName} ({string.Join(", ", EnumMembers(type))})"
            : $"a value of type {parameter.TypeName}";
        string shown = value is null ? "null" : SymbolDisplay.FormatLiteral(value, quote: true);
        return new ParameterException($"{parameter.Name} must be {expected}, and {shown} is none");
    }

    private static ParameterException NotSettable(Parameter parameter) =>
        new($"{parameter.Name} is of type {parameter.TypeName}; only numbers, bool, char, string and enums can be set");
}

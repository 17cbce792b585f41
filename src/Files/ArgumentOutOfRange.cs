using System.Numerics;
using System.Runtime.CompilerServices;

namespace Files;

/// <summary>
/// The checks of <see cref="ArgumentOutOfRangeException"/>, with its words. Its own messages write numbers as the culture
/// does: <c>0,5</c>, or a minus sign that cannot be searched for.
/// </summary>
internal static class ArgumentOutOfRange
{
    public static void ThrowIfNegative<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : INumberBase<T> => ThrowIf(T.IsNegative(value), value, $"a non-negative value", name);

    public static void ThrowIfNegativeOrZero<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : INumberBase<T> =>
        ThrowIf(T.IsNegative(value) || T.IsZero(value), value, $"a non-negative and non-zero value", name);

    public static void ThrowIfLessThan<T>(T value, T low, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : IComparable<T> =>
        ThrowIf(value.CompareTo(low) < 0, value, $"greater than or equal to '{low}'", name);

    public static void ThrowIfLessThanOrEqual<T>(T value, T low, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : IComparable<T> => ThrowIf(value.CompareTo(low) <= 0, value, $"greater than '{low}'", name);

    public static void ThrowIfGreaterThan<T>(T value, T high, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : IComparable<T> => ThrowIf(value.CompareTo(high) > 0, value, $"less than or equal to '{high}'", name);

    public static void ThrowIfGreaterThanOrEqual<T>(
        T value, T high, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : IComparable<T> => ThrowIf(value.CompareTo(high) >= 0, value, $"less than '{high}'", name);

    /// <summary>The exception itself, with a message of one's own; of an enumeration the number is given.</summary>
    public static ArgumentOutOfRangeException Exception(string? name, object? value, string message) =>
        new(name, Invariant($"{(value is Enum ? Convert.ToInt64(value, null) : value)}"), message);

    private static void ThrowIf(bool outside, object? value, FormattableString expected, string? name)
    {
        if (outside)
        {
            throw Exception(name, value, Invariant($"{name} ('{value}') must be {Invariant(expected)}."));
        }
    }
}

using System.Globalization;

namespace MnistCnn;

/// <summary>Numbers as Python's <c>%</c> operator writes them, for text formats that come from Python.</summary>
internal static class PythonFormat
{
    private static readonly NumberFormatInfo s_python =
        new() { NaNSymbol = "nan", PositiveInfinitySymbol = "inf", NegativeInfinitySymbol = "-inf" };

    /// <summary><c>'%.2f' % value</c>: a value that lies exactly between two results goes to the even digit.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">Digits after the point, 0 to 15.</param>
    public static string Fixed(double value, int digits)
    {
        // Only a multiple of 2^-(digits+1) can lie exactly in the middle; such a number is exact as a decimal too.
        double scaled = Math.ScaleB(value, digits + 1);
        if (scaled == Math.Floor(scaled) && Math.Abs(value) is > 0 and < 1e12 && (double)(decimal)value == value)
        {
            value = (double)Math.Round((decimal)value, digits, MidpointRounding.ToEven);
        }

        return value.ToString(Invariant($"F{digits}"), s_python);
    }

    /// <summary><c>'%.4e' % value</c>, with an exponent of two digits or more; exact for numbers below 0.001.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">Digits after the point.</param>
    public static string Exponent(double value, int digits)
    {
        string text = value.ToString(Invariant($"e{digits}"), s_python);
        return text.Length > 4 && text[^3] == '0' ? text.Remove(text.Length - 3, 1) : text;
    }
}

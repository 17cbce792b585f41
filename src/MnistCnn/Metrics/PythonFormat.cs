using System.Globalization;

namespace MnistCnn;

/// <summary>Numbers as Python's <c>%</c> operator writes them, for text formats that come from Python.</summary>
internal static class PythonFormat
{
    /// <summary><c>'%.2f' % value</c>: a value that lies exactly between two results goes to the even digit.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">Digits after the point, 0 to 15.</param>
    public static string Fixed(double value, int digits)
    {
        // Only a multiple of 2^-(digits+1) can lie exactly in the middle; such a number is exact as a decimal too.
        double scaled = Math.ScaleB(value, digits + 1);
        if (scaled == Math.Floor(scaled) && Math.Abs(value) < 1e12)
        {
            value = (double)Math.Round((decimal)value, digits, MidpointRounding.ToEven);
        }

        return value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary><c>'%.4e' % value</c>, with an exponent of at least two digits.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">Digits after the point.</param>
    public static string Exponent(double value, int digits) =>
        value.ToString("0." + new string('0', digits) + "e+00", CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace MnistCnn.Lab;

/// <summary>
/// Colours for numbers: white is 0, blue below, orange above. Blue and orange stay apart for colour-blind readers.
/// </summary>
/// <param name="largest">The number, regardless of its sign, that gets the full colour.</param>
/// <param name="steps">
/// How many shades lie between white and the full colour: no more than an eye tells apart, since every shade makes files larger.
/// </param>
/// <param name="unit">By what the numbers are multiplied where they are written.</param>
internal sealed class ColorScale(float largest, int steps = 31, float unit = 1)
{
    private static readonly int s_negative = Parse(ChartStyle.Blue);
    private static readonly int s_positive = Parse(ChartStyle.Orange);
    private readonly float _largest = largest > 0 && float.IsFinite(largest) ? largest : 1;

    /// <summary>The colour of a number, 0xRRGGBB; numbers beyond the largest get the full colour.</summary>
    public int this[float value]
    {
        get
        {
            float share = MathF.Round(Math.Clamp(value / _largest, -1, 1) * steps) / steps;
            return Mix(0xFFFFFF, share < 0 ? s_negative : s_positive, Math.Abs(share));
        }
    }

    /// <summary>Whether a number gets hardly any colour.</summary>
    public bool IsFaint(float value) => Math.Abs(value) < 0.05f * _largest;

    /// <summary>The bar that says what the colours mean.</summary>
    /// <param name="title">What the numbers are.</param>
    /// <param name="negative">Whether there are numbers below 0.</param>
    public ColorBar Bar(string title, bool negative) => negative
        ? new(title, -_largest * unit, _largest * unit, ChartStyle.Blue, ChartStyle.Paper, ChartStyle.Orange)
        : new(title, 0, _largest * unit, ChartStyle.Paper, ChartStyle.Orange);

    /// <summary>A map in these colours, a pixel for each number.</summary>
    public ColorImage Paint(FeatureMap map)
    {
        var image = new ColorImage(map.Rows, map.Columns);
        for (int row = 0; row < map.Rows; row++)
        {
            for (int column = 0; column < map.Columns; column++)
            {
                image[row, column] = this[map[row, column]];
            }
        }

        return image;
    }

    /// <summary>A colour between two.</summary>
    /// <param name="from">The colour at share 0, 0xRRGGBB.</param>
    /// <param name="to">The colour at share 1.</param>
    /// <param name="share">How far to go, 0 to 1.</param>
    public static int Mix(int from, int to, float share)
    {
        int color = 0;
        for (int shift = 0; shift <= 16; shift += 8)
        {
            int a = (from >> shift) & 0xFF, b = (to >> shift) & 0xFF;
            color |= (int)MathF.Round(a + ((b - a) * share)) << shift;
        }

        return color;
    }

    /// <summary>A colour such as <c>#0072B2</c> as a number.</summary>
    public static int Parse(string hex) => int.Parse(hex.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>A number in small type, for pictures that stand close together.</summary>
    public static string Small(int number) => Invariant($"<span style=\"font-size:11px\">{number}</span>");
}

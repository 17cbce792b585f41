using System.Globalization;

namespace MnistCnn.Tests.Charts;

/// <summary>The contrast of colours, after the Web Content Accessibility Guidelines 2.2.</summary>
internal static class Contrast
{
    /// <summary>From 1, the same, to 21, black and white.</summary>
    public static double Of(Color first, Color second)
    {
        (double a, double b) = (first.Luminance, second.Luminance);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>A colour, its parts from 0 to 255, its opacity from 0 to 1.</summary>
    public readonly record struct Color(double Red, double Green, double Blue, double Opacity)
    {
        public double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

        /// <summary>Reads <c>#0072B2</c>, <c>rgba(1,2,3,0.4)</c>, <c>black</c> and <c>white</c>.</summary>
        public static Color Parse(string text)
        {
            text = text switch { "black" => "#000000", "white" => "#FFFFFF", _ => text };
            if (text.StartsWith('#'))
            {
                byte[] parts = Convert.FromHexString(text.AsSpan(1));
                return new(parts[0], parts[1], parts[2], 1);
            }

            double[] numbers =
            [
                .. text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(',')
                    .Select(part => double.Parse(part, CultureInfo.InvariantCulture)),
            ];
            return new(numbers[0], numbers[1], numbers[2], numbers.Length > 3 ? numbers[3] : 1);
        }

        /// <summary>The colour that is seen where this one lies on another.</summary>
        public Color On(Color below)
        {
            double opacity = Opacity;
            return new(Mix(Red, below.Red), Mix(Green, below.Green), Mix(Blue, below.Blue), 1);

            double Mix(double above, double under) => (opacity * above) + ((1 - opacity) * under);
        }

        private static double Linear(double part) =>
            part / 255 <= 0.04045 ? part / 255 / 12.92 : Math.Pow(((part / 255) + 0.055) / 1.055, 2.4);
    }
}

using System.Globalization;

namespace MnistCnn.Lab;

/// <summary>One knob and where it stood.</summary>
/// <param name="Name">The name of the knob, such as <c>kernelSize</c>.</param>
/// <param name="Value">Its value as text, in the invariant culture.</param>
public sealed record Setting(string Name, string Value)
{
    /// <summary>The value as a number; null where it is none.</summary>
    public double? Number => double.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    /// <summary>Name and value, such as <c>kernelSize 3</c>.</summary>
    public override string ToString() => $"{Name} {Value}";
}

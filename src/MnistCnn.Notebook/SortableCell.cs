using System.Globalization;

namespace MnistCnn;

/// <summary>A cell of a table that sorts.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Key">What it sorts by; empty: always last.</param>
/// <param name="Words">Whether it stands on the left, as words do.</param>
/// <param name="Strong">Whether it stands out.</param>
internal sealed record SortableCell(string Text, string Key, bool Words = false, bool Strong = false)
{
    /// <summary>A number; a dash where there is none.</summary>
    /// <param name="value">The number.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="strong">Whether it stands out.</param>
    public static SortableCell Number(double? value, string format, bool strong = false) => value is { } number
        ? new(number.ToString(format, CultureInfo.InvariantCulture),
            number.ToString("R", CultureInfo.InvariantCulture), Strong: strong)
        : new("–", "");

    /// <summary>A setting: on the right if it is a number, on the left if it is a word.</summary>
    /// <param name="value">The setting's value; null: the run has none.</param>
    /// <param name="words">Whether the column holds words.</param>
    public static SortableCell Setting(string? value, bool words) => new(value ?? "–", value ?? "", words);
}

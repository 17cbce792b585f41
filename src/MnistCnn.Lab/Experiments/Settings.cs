using System.Collections;
using System.Globalization;
using System.Reflection;

namespace MnistCnn.Lab;

/// <summary>The knobs of one run in their order. Settings are equal when the same knobs stand at the same values.</summary>
public sealed class Settings : IReadOnlyList<Setting>, IEquatable<Settings>
{
    private readonly Setting[] _settings;

    /// <summary>Keeps settings.</summary>
    /// <param name="settings">The settings in their order.</param>
    /// <exception cref="ArgumentException">A name is there twice, or is empty.</exception>
    public Settings(IEnumerable<Setting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = [.. settings];
        if (_settings.Any(setting => string.IsNullOrWhiteSpace(setting.Name)))
        {
            throw new ArgumentException("A setting has no name.", nameof(settings));
        }

        string? twice = _settings.GroupBy(setting => setting.Name, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new ArgumentException($"The setting {twice} is there twice.", nameof(settings));
        }
    }

    /// <summary>The number of settings.</summary>
    public int Count => _settings.Length;

    /// <summary>One setting.</summary>
    /// <param name="index">Its position, from 0.</param>
    public Setting this[int index] => _settings[index];

    /// <summary>The value of a knob as text; null where the run knew no such knob.</summary>
    /// <param name="name">The name of the knob.</param>
    public string? this[string name] =>
        _settings.FirstOrDefault(setting => string.Equals(setting.Name, name, StringComparison.Ordinal))?.Value;

    /// <summary>Takes settings from an object: its public properties in their order, with their values.</summary>
    /// <param name="values">
    /// An anonymous object such as <c>new { epochs, kernelSize }</c>, a record, a dictionary from names to values, or settings.
    /// </param>
    public static Settings From(object values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values switch
        {
            Settings settings => settings,
            IEnumerable<Setting> settings => new Settings(settings),
            IDictionary dictionary =>
                new Settings(dictionary.Keys.Cast<object>().Select(key => new Setting(Text(key), Text(dictionary[key])))),
            _ => new Settings(values.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.CanRead && property.GetIndexParameters().Length == 0)
                .OrderBy(property => property.MetadataToken)
                .Select(property => new Setting(property.Name, Text(property.GetValue(values))))),
        };
    }

    /// <inheritdoc/>
    public bool Equals(Settings? other) =>
        other is not null && other.Count == Count
        && _settings.All(setting => string.Equals(other[setting.Name], setting.Value, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Settings);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        _settings.Aggregate(Count, (hash, setting) => hash ^ HashCode.Combine(setting.Name, setting.Value)); // whatever the order

    /// <inheritdoc/>
    public IEnumerator<Setting> GetEnumerator() => ((IEnumerable<Setting>)_settings).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The settings in one line, such as <c>epochs 3, kernelSize 5</c>.</summary>
    public override string ToString() => string.Join(", ", _settings.Select(setting => setting.ToString()));

    private static string Text(object? value) => value switch
    {
        null => "none",
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Text)),
        _ => InvariantRecord.Text(value.ToString),
    };
}

/// <summary>One knob and where it stood.</summary>
/// <param name="Name">The name of the knob, such as <c>kernelSize</c>.</param>
/// <param name="Value">Its value as text, in the invariant culture.</param>
public sealed record Setting(string Name, string Value)
{
    /// <summary>The value as a number; null where it is none.</summary>
    public double? Number =>
        double.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    /// <summary>Name and value, such as <c>kernelSize 3</c>.</summary>
    public override string ToString() => $"{Name} {Value}";
}

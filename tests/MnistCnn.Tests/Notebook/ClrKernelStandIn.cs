// The public shape of the parts of ClrKernel that the library reaches by name.
#pragma warning disable CA1711, CA1716, IDE0060, IDE0130, MA0016
namespace ClrKernel.Core.Primitives;

public interface IDisplayValue
{
    object Value { get; }
}

public sealed record DisplayObject(object Value, Type? PreferredDisplayType = null) : IDisplayValue;

public sealed record DisplayHtml(string Html) : IDisplayValue
{
    public object Value => Html;
}

public sealed record DisplayText(string Text) : IDisplayValue
{
    public object Value => Text;
}

public sealed record DisplayFormatter(Type InputType, Type OutputType, Func<IDisplayValue, IDisplayValue> Format);

public static class DisplayFormatters
{
    private static readonly List<DisplayFormatter> s_formatters =
    [
        new(typeof(DisplayObject), typeof(DisplayHtml), value => new DisplayHtml($"<i>{value.Value}</i>")),
        new(typeof(DisplayObject), typeof(DisplayText), value => new DisplayText($"{value.Value}")),
    ];

    public static IEnumerable<DisplayFormatter> Formatters => s_formatters;

    public static DisplayFormatter Register(Type inputType, Type outputType, Func<IDisplayValue, IDisplayValue> format)
    {
        s_formatters.Add(new DisplayFormatter(inputType, outputType, format));
        return s_formatters[^1];
    }

    public static T Format<T>(object value) =>
        (T)s_formatters.Last(formatter => formatter.OutputType == typeof(T)).Format(new DisplayObject(value));
}

public sealed record DisplayCell(string DisplayId)
{
    public List<object> Shown { get; } = [];

    public DisplayCell Update(object value, Type? preferredDisplayType = null, string? preferredMimeType = null)
    {
        Shown.Add(value);
        return this;
    }
}

public static class DisplayValues
{
    public static List<DisplayCell> Cells { get; } = [];

    public static DisplayCell Display(this object value, Type? preferredDisplayType = null, string? preferredMimeType = null)
    {
        Cells.Add(new DisplayCell("1").Update(value));
        return Cells[^1];
    }
}

using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>A value that a cell has shown and may show anew in the same place.</summary>
public sealed class DisplayedValue
{
    private readonly string[] _mimeTypes;
    private readonly int? _display;

    private DisplayedValue(object? value, string[] mimeTypes, MimeBundle bundle, bool isLive = false)
    {
        Value = value;
        _mimeTypes = mimeTypes;
        _display = CellSession.Current?.Display(bundle, isLive: isLive);
    }

    /// <summary>The value that is shown now.</summary>
    public object? Value { get; private set; }

    /// <summary>
    /// Shows another value in the place of this one: in the cell that showed it and in every later one. Does nothing from a
    /// task whose cell has ended.
    /// </summary>
    /// <param name="updatedValue">The value to show.</param>
    public void Update(object? updatedValue)
    {
        Value = updatedValue;
        if (_display is { } display)
        {
            CellSession.Current?.Update(display, ValueFormat.Format(updatedValue, _mimeTypes));
        }
    }

    /// <summary>Shows a value in the cell that runs.</summary>
    internal static DisplayedValue Show(object? value, params string[] mimeTypes) =>
        new(value, mimeTypes, ValueFormat.Format(value, mimeTypes));

    /// <summary>Shows a value that is going to be updated, such as progress.</summary>
    internal static DisplayedValue ShowLive(object? value) => new(value, [], ValueFormat.Format(value), isLive: true);

    /// <summary>Shows a text that is of a MIME type already.</summary>
    internal static DisplayedValue ShowAs(string text, string mimeType) =>
        new(text, [mimeType], new MimeBundle([new(mimeType, text)]));
}

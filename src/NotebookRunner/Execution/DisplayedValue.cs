using NotebookRunner.Notebooks;

namespace NotebookRunner.Execution;

/// <summary>A value that a cell has shown and may show anew in the same place.</summary>
public sealed class DisplayedValue
{
    private readonly CellSession? _session;
    private readonly string[] _mimeTypes;
    private readonly int _display;

    private DisplayedValue(CellSession? session, int display, string[] mimeTypes)
    {
        _session = session;
        _display = display;
        _mimeTypes = mimeTypes;
    }

    /// <summary>Shows another value in the place of this one. Does nothing once the cell has ended.</summary>
    /// <param name="updatedValue">The value to show.</param>
    public void Update(object? updatedValue) => _session?.Update(_display, ValueFormat.Format(updatedValue, _mimeTypes));

    /// <summary>Shows a value in the cell that runs.</summary>
    internal static DisplayedValue Show(object? value, params string[] mimeTypes)
    {
        CellSession? session = CellSession.Current;
        int display = session?.Display(ValueFormat.Format(value, mimeTypes)) ?? -1;
        return new DisplayedValue(session, display, mimeTypes);
    }

    /// <summary>Shows a value that is going to be updated, such as progress.</summary>
    internal static DisplayedValue ShowLive(object? value)
    {
        CellSession? session = CellSession.Current;
        int display = session?.Display(ValueFormat.Format(value), isLive: true) ?? -1;
        return new DisplayedValue(session, display, []);
    }

    /// <summary>Shows a text that is of a MIME type already.</summary>
    internal static DisplayedValue ShowAs(string text, string mimeType)
    {
        CellSession? session = CellSession.Current;
        int display = session?.Display(new MimeBundle([new(mimeType, text)])) ?? -1;
        return new DisplayedValue(session, display, [mimeType]);
    }
}

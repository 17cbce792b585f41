using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>A value that a cell has shown.</summary>
public sealed class DisplayedValue
{
    private DisplayedValue(object? value, MimeBundle bundle)
    {
        Value = value;
        CellSession.Current?.Display(bundle);
    }

    /// <summary>The value.</summary>
    public object? Value { get; private set; }

    /// <summary>
    /// Sets <see cref="Value"/> and nothing else, as in the .NET Interactive kernel: what that returns carries another id than
    /// the one shown, so what is shown stays.
    /// </summary>
    /// <param name="updatedValue">The value.</param>
    public void Update(object? updatedValue) => Value = updatedValue;

    /// <summary>Shows a value in the cell that runs.</summary>
    internal static DisplayedValue Show(object? value, params string[] mimeTypes) =>
        new(value, ValueFormat.Format(value, mimeTypes));

    /// <summary>Shows a text that is of a MIME type already.</summary>
    internal static DisplayedValue ShowAs(string text, string mimeType) => new(text, new MimeBundle([new(mimeType, text)]));

    /// <summary>Shows a value that is going to change, such as progress.</summary>
    /// <returns>Shows another in its place, in the cell that showed it and in every later one.</returns>
    internal static Action<object> ShowLive(object value)
    {
        int? display = CellSession.Current?.Display(ValueFormat.Format(value), isLive: true);
        return next =>
        {
            if (display is { } shown)
            {
                CellSession.Current?.Update(shown, ValueFormat.Format(next));
            }
        };
    }
}

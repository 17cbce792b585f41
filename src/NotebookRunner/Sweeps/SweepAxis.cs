using Microsoft.VisualBasic.FileIO;

namespace NotebookRunner.Sweeps;

/// <summary>A variable of the parameters cell and the values that it is to take one after the other.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Values">The values, in order.</param>
internal sealed record SweepAxis(string Name, IReadOnlyList<string> Values)
{
    /// <summary>The option that names it.</summary>
    public const string Option = "--sweep";

    /// <summary>
    /// Reads <c>name=v1,v2,…</c>. A value that holds a comma stands in double quotes, a quote in it is doubled.
    /// </summary>
    /// <exception cref="FormatException">The text is no such list; the message is one line that says why.</exception>
    public static SweepAxis Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? "" : text[..equals].Trim();
        if (name.Length == 0)
        {
            throw new FormatException($"--sweep takes name=value,value,…, not '{text}'.");
        }

        string[] values = Split(name, text[(equals + 1)..]);
        if (values.Any(value => value.Length == 0))
        {
            throw new FormatException($"--sweep {name}: a value is missing between two commas or at an end.");
        }

        string? twice = values.GroupBy(value => value, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null
            ? new SweepAxis(name, values)
            : throw new FormatException($"--sweep {name}: the value {twice} is there twice.");
    }

    private static string[] Split(string name, string list)
    {
        using var parser = new TextFieldParser(new StringReader(list)) { Delimiters = [","], HasFieldsEnclosedInQuotes = true };
        try
        {
            return parser.ReadFields() ?? [""];
        }
        catch (MalformedLineException exception)
        {
            throw new FormatException($"--sweep {name}: a quotation mark has no partner, or text follows it.", exception);
        }
    }
}

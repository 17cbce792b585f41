using System.Text;

namespace NotebookRunner.Execution;

/// <summary>What a terminal ends up showing of a text that rewrites its lines.</summary>
internal static class TerminalText
{
    /// <summary>
    /// Carries out carriage returns, backspaces and "erase line": a progress bar that was drawn a hundred times stands there
    /// once. Colors (<c>ESC [ … m</c>) stay with the character they precede.
    /// </summary>
    public static string Collapse(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (text.AsSpan().IndexOfAny('\r', '\b') < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            int stop = end < 0 ? text.Length : end;
            result.Append(CollapseLine(text.AsSpan(start, stop - start)));
            if (end >= 0)
            {
                result.Append('\n');
            }

            start = stop + 1;
        }

        return result.ToString();
    }

    /// <summary>The text without colors and other control sequences.</summary>
    public static string WithoutEscapes(string text)
    {
        int escape = text.IndexOf('\u001b', StringComparison.Ordinal);
        if (escape < 0)
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        int position = 0;
        while (escape >= 0)
        {
            plain.Append(text, position, escape - position);
            position = escape + Math.Max(1, SequenceLength(text.AsSpan(escape)));
            escape = text.IndexOf('\u001b', position);
        }

        return plain.Append(text, position, text.Length - position).ToString();
    }

    /// <summary>The length of the control sequence (<c>ESC [ parameters letter</c>) that the text starts with, or 0.</summary>
    public static int SequenceLength(ReadOnlySpan<char> text)
    {
        if (text is not ['\u001b', '[', _, ..])
        {
            return 0;
        }

        int end = text[2..].IndexOfAnyInRange('@', '~');
        return end < 0 ? 0 : end + 3;
    }

    private static string CollapseLine(ReadOnlySpan<char> line)
    {
        // One entry a column: the character, and the escape sequences that were written just before it.
        var columns = new List<string>();
        var pending = new StringBuilder();
        int cursor = 0;
        for (int i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '\r':
                    cursor = 0;
                    break;
                case '\b':
                    cursor = Math.Max(0, cursor - 1);
                    break;
                case '\u001b' when SequenceLength(line[i..]) is > 0 and var length:
                    if (line[i + length - 1] == 'K')
                    {
                        EraseLine(columns, line.Slice(i + 2, length - 3), cursor);
                    }
                    else
                    {
                        pending.Append(line.Slice(i, length));
                    }

                    i += length - 1;
                    break;
                default:
                    int size = char.IsHighSurrogate(line[i]) && i + 1 < line.Length ? 2 : 1;
                    string column = pending.Append(line.Slice(i, size)).ToString();
                    pending.Clear();
                    if (cursor < columns.Count)
                    {
                        columns[cursor] = column;
                    }
                    else
                    {
                        columns.Add(column);
                    }

                    cursor++;
                    i += size - 1;
                    break;
            }
        }

        return string.Concat(columns) + pending;
    }

    private static void EraseLine(List<string> columns, ReadOnlySpan<char> mode, int cursor)
    {
        if (mode is "2")
        {
            for (int i = 0; i < columns.Count; i++)
            {
                columns[i] = " ";
            }
        }

        if (mode is "" or "0" or "2" && cursor < columns.Count)
        {
            columns.RemoveRange(cursor, columns.Count - cursor);
        }
    }
}

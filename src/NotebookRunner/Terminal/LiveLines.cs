using NotebookRunner.Execution;

namespace NotebookRunner.Terminal;

/// <summary>A few lines at the bottom of a terminal that are drawn over and over.</summary>
internal sealed class LiveLines(TextWriter output, Func<int> width)
{
    private const int MaxLines = 3;

    private int _drawn;

    /// <summary>Draws the last lines of a text in the place of what was drawn before.</summary>
    public void Draw(string text)
    {
        Clear();
        string[] lines =
            [.. TerminalText.WithoutEscapes(text).ReplaceLineEndings("\n").TrimEnd().Split('\n').TakeLast(MaxLines).Select(Fit)];
        foreach (string line in lines)
        {
            output.Write(line + "\n");
        }

        _drawn = lines.Length;
        output.Flush();
    }

    /// <summary>Removes what was drawn; the cursor is where it was before.</summary>
    public void Clear()
    {
        for (; _drawn > 0; _drawn--)
        {
            output.Write("\u001b[1A\u001b[2K");
        }
    }

    // A line that wraps would take two, and clearing would leave one behind.
    private string Fit(string line) => TerminalConsole.Shorten(line, Math.Max(8, width() - 1));
}

using Spectre.Console;

namespace NotebookRunner.Terminal;

/// <summary>Makes the console that reports are written with.</summary>
internal static class TerminalConsole
{
    /// <summary>A console with colors in a terminal; elsewhere plain text in whole lines.</summary>
    public static IAnsiConsole Create(TextWriter output, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = short.MaxValue;
        }

        return console;
    }

    /// <summary>
    /// Whether colors and redrawn lines may be sent: to no dumb terminal, and to none whose user sets NO_COLOR (no-color.org).
    /// </summary>
    public static bool TakesEscapes(bool isTerminal, Func<string, string?> environmentVariable) =>
        isTerminal && environmentVariable("TERM") is not "dumb" && string.IsNullOrEmpty(environmentVariable("NO_COLOR"));

    /// <summary>A line that takes no more than so many columns.</summary>
    public static string Shorten(string line, int columns) =>
        line.Length <= columns ? line : line[..Math.Max(0, columns - 1)] + "…";
}

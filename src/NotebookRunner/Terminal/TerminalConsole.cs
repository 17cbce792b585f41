using Spectre.Console;

namespace NotebookRunner.Terminal;

/// <summary>Makes the console that reports are written with.</summary>
internal static class TerminalConsole
{
    /// <summary>A console with colours in a terminal; elsewhere plain text in whole lines.</summary>
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
}

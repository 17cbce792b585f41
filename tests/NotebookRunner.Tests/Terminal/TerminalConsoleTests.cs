using NotebookRunner.Terminal;
using Xunit;

namespace NotebookRunner.Tests.Terminal;

public class TerminalConsoleTests
{
    [Theory]
    [InlineData(true, "xterm-256color", null, true)]
    [InlineData(true, null, "", true)]
    [InlineData(true, "dumb", null, false)]
    [InlineData(true, "xterm", "1", false)]
    [InlineData(false, "xterm", null, false)]
    public void Escapes_are_sent_to_a_terminal_that_takes_them_and_whose_user_does(
        bool isTerminal, string? term, string? noColor, bool takesEscapes) =>
        Assert.Equal(takesEscapes, TerminalConsole.TakesEscapes(
            isTerminal, name => name switch { "TERM" => term, "NO_COLOR" => noColor, _ => "1" }));
}

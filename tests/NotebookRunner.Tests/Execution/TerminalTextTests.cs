using NotebookRunner.Execution;
using Xunit;

namespace NotebookRunner.Tests.Execution;

public class TerminalTextTests
{
    [Theory]
    [InlineData("plain\ntext", "plain\ntext")]
    [InlineData("1/3\r2/3\r3/3\n", "3/3\n")]
    [InlineData("longer\rsho", "shoger")]
    [InlineData("a\rb\nc\rd", "b\nd")]
    [InlineData("1/9\b\b\b2/9\b\b\b3/9 - loss", "3/9 - loss")]
    [InlineData("\b\bx", "x")]
    [InlineData("downloading\r\u001b[Kdone\n", "done\n")]
    [InlineData("abc\r\u001b[2Kd", "d")]
    [InlineData("\u001b[32mold\u001b[0m\r\u001b[31mnew\u001b[0m", "\u001b[0m\u001b[31mnew\u001b[0m")]
    [InlineData("\r😀\rab", "ab")]
    [InlineData("", "")]
    public void Is_what_stands_there_in_the_end(string written, string shown) =>
        Assert.Equal(shown, TerminalText.Collapse(written));

    [Fact]
    public void Without_escapes_has_the_words_alone() =>
        Assert.Equal("red and plain", TerminalText.WithoutEscapes("\u001b[1;31mred\u001b[0m and plain"));
}

using NotebookRunner.Notebooks;
using Xunit;

namespace NotebookRunner.Tests.Notebooks;

public class NotebookReaderTests
{
    private const string OneCell = """{"cell_type":"code","metadata":{},"source":"1","outputs":[],"execution_count":null}""";

    [Theory]
    [InlineData("", "no valid JSON")]
    [InlineData("{", "no valid JSON")]
    [InlineData("[]", "not an object")]
    [InlineData("{}", "nbformat is missing")]
    [InlineData("""{"nbformat":"4","cells":[]}""", "nbformat is missing")]
    [InlineData("""{"nbformat":3,"worksheets":[]}""", "nbformat 3 is not supported")]
    [InlineData("""{"nbformat":5,"cells":[]}""", "nbformat 5 is not supported")]
    [InlineData("""{"nbformat":4}""", "no cells")]
    [InlineData("""{"nbformat":4,"cells":{}}""", "no cells")]
    [InlineData("""{"nbformat":4,"cells":[]}""", "no cells")]
    [InlineData("""{"nbformat":4,"cells":[7]}""", "cell 1 is not an object")]
    [InlineData("""{"nbformat":4,"cells":[{"source":""}]}""", "cell 1 has no cell_type")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"movie","source":""}]}""", "unknown cell_type movie")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"a\n\rb","source":""}]}""", "unknown cell_type a  b")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code"}]}""", "cell 1 has no source")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code","source":[1]}]}""", "cell 1 has no source")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code","source":"","metadata":1}]}""", "metadata is not an object")]
    [InlineData("""{"nbformat":4,"metadata":[],"cells":[{"cell_type":"code","source":""}]}""", "metadata is not an object")]
    [InlineData("""{"nbformat":4,"nbformat":4,"cells":[]}""", "no valid JSON")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"\ud800","source":""}]}""", "half a character")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code","source":["\udc00"]}]}""", "half a character")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code","source":"","\ud800":1}]}""", "half a character")]
    [InlineData("""{"nbformat":4,"\ud800":1,"cells":[{"cell_type":"code","source":""}]}""", "half a character")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code","source":"","outputs":[{"text":"\ud800"}]}]}""",
        "half a character")]
    public void Says_what_is_wrong_with_a_bad_file(string text, string reason)
    {
        var exception = Assert.Throws<NotebookFormatException>(() => NotebookReader.Parse(text));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Theory]
    [InlineData("""{"kernelspec":{"name":"python3","display_name":"Python 3","language":"python"}}""", "python")]
    [InlineData("""{"kernelspec":{"name":".net-fsharp","display_name":".NET (F#)","language":"F#"}}""", "F#")]
    [InlineData("""{"language_info":{"name":"python"}}""", "python")]
    public void Turns_other_languages_away(string metadata, string language)
    {
        string text = $$"""{"nbformat":4,"nbformat_minor":5,"metadata":{{metadata}},"cells":[{{OneCell}}]}""";
        Assert.Contains(language, Assert.Throws<NotebookFormatException>(() => NotebookReader.Parse(text)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"polyglot_notebook":{"kernelName":"fsharp"}}""")]
    [InlineData("""{"dotnet_interactive":{"language":"fsharp"}}""")]
    public void Names_the_cell_that_is_of_another_language(string metadata)
    {
        string text =
            $$"""{"nbformat":4,"metadata":{},"cells":[{{OneCell}},{"cell_type":"code","metadata":{{metadata}},"source":"1"}]}""";
        string message = Assert.Throws<NotebookFormatException>(() => NotebookReader.Parse(text)).Message;
        Assert.Contains("cell 2 is written in fsharp", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public void Gives_every_cell_an_id_that_is_its_own_and_the_same_each_time(int minor)
    {
        const string Kept = """{"cell_type":"markdown","metadata":{},"source":"x","id":"kept"}""";
        string text = $$"""{"nbformat":4,"nbformat_minor":{{minor}},"metadata":{},"cells":[{{OneCell}},{{OneCell}},{{Kept}}]}""";
        string?[] ids = [.. NotebookReader.Parse(text).Cells.Select(cell => cell.Id)];
        Assert.Equal(3, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("kept", ids[2]);
        Assert.Equal(ids, NotebookReader.Parse(text).Cells.Select(cell => cell.Id));
    }

    [Fact]
    public void Takes_source_as_text_or_as_lines()
    {
        Notebook notebook = NotebookReader.Parse(
            """{"nbformat":4,"cells":[{"cell_type":"code","source":"a\r\nb"},{"cell_type":"code","source":["a\n","b"]}]}""");
        Assert.All(notebook.Cells, cell => Assert.Equal("a\nb", cell.Source));
    }
}

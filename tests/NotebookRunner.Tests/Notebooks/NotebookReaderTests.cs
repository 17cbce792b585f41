using NotebookRunner.Notebooks;
using Xunit;

namespace NotebookRunner.Tests.Notebooks;

public class NotebookReaderTests
{
    private const string OneCell = """{"cell_type":"code","metadata":{},"source":"1","outputs":[],"execution_count":null}""";

    [Theory]
    [InlineData("", "not a notebook: the file is empty")]
    [InlineData(" \n", "not a notebook: the file is empty")]
    [InlineData("{", "not a notebook: no valid JSON (line 1, column 2: the file ends in the middle)")]
    [InlineData("{\n \"nbformat\": 4,\n}", "(line 3, column 1: The JSON object contains a trailing comma at the end)")]
    [InlineData("{\n \"nbformat\": 4 # four\n}", "no valid JSON (line 2, column 16: '#' is invalid after a value)")]
    [InlineData("Not found", "no valid JSON (line 1, column 1: 'N' is an invalid start of a value)")]
    [InlineData("<!DOCTYPE html><html></html>", "not a notebook: the file is a web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS; 'git lfs pull'")]
    [InlineData("{\n<<<<<<< HEAD\n \"a\": 1\n=======\n \"a\": 2\n>>>>>>> b\n}", "has a merge conflict of Git (line 2)")]
    [InlineData("<<<<<<< HEAD\n{}", "has a merge conflict of Git (line 1)")]
    [InlineData("#!meta\n{}\n#!csharp\n1", "the file is a script (.dib, .csx); save it as .ipynb")]
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
    [InlineData("""{"nbformat":4,"nbformat":3,"cells":[]}""", "nbformat 3 is not supported")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"\ud800","source":""}]}""", "unknown cell_type")]
    public void Says_what_is_wrong_with_a_bad_file(string text, string reason)
    {
        var exception = Assert.Throws<NotebookFormatException>(() => NotebookReader.Parse(text));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("fffe7b007d00", "the file is UTF-16 text; a notebook is UTF-8 text")]
    [InlineData("feff007b007d", "the file is UTF-16 text; a notebook is UTF-8 text")]
    [InlineData("7b007d00", "the file is UTF-16 text; a notebook is UTF-8 text")]
    [InlineData("007b007d", "the file is UTF-16 text; a notebook is UTF-8 text")]
    [InlineData("7be97d", "the file is not UTF-8 text")]
    [InlineData("efbbbf7b7d", "nbformat is missing")]
    public void Says_what_is_wrong_with_the_bytes_of_a_file(string hex, string reason)
    {
        using var folder = new RunnerFolder();
        string path = folder.Write("n.ipynb", "");
        File.WriteAllBytes(path, Convert.FromHexString(hex));
        Assert.Equal($"not a notebook: {reason}",
            Assert.Throws<NotebookFormatException>(() => NotebookReader.ReadFile(path)).Message);
    }

    [Theory]
    [InlineData("""{"a":NaN,"b":[Infinity,-Infinity,{"NaN":"NaN"}],"c":1E400}""")]
    [InlineData("""{"a":1,"a":{"b":1,"b":2},"a":3}""")]
    [InlineData("""{"text":"\ud83d","\udc00":1}""")]
    [InlineData(null)]
    public async Task Reads_every_JSON_that_Jupyter_reads(string? output)
    {
        // The outputs of an earlier run, and metadata, which stay.
        string deep = string.Concat(Enumerable.Repeat("[", 5000)) + string.Concat(Enumerable.Repeat("]", 5000));
        string metadata = output ?? deep[4800..5200];
        using var folder = new RunnerFolder();
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            $$"""
            {"nbformat":4,"nbformat":4,"metadata":{"vendor":{{metadata}}},"cells":[{"cell_type":"code","metadata":
            {"vendor":{{metadata}}},"source":"\"ok\"","outputs":[{"output_type":"display_data","metadata":{},
            "data":{"application/json":{{output ?? deep}} } }] }]}
            """,
            TestContext.Current.CancellationToken);
        Assert.Equal("", outcome.Error);
        Assert.Equal("ok",
            JupyterJson.Read(outcome.Notebook!)!["cells"]![0]!["outputs"]![0]!["data"]!["text/plain"]![0]!.ToString());
        Assert.DoesNotContain("NaN,", outcome.Notebook, StringComparison.Ordinal);
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

using NotebookRunner.Notebooks;
using Xunit;

namespace NotebookRunner.Tests.Notebooks;

public class The_language_of_a_cell
{
    private const string Python = """{"kernelspec":{"name":"python3","language":"python"},"language_info":{"name":"python"}}""";
    private const string CSharp = """{"kernelspec":{"name":".net-csharp","language":"C#"}}""";

    [Theory]
    [InlineData("""{"language_info":{"name":"python"}}""", """{"polyglot_notebook":{"kernelName":"csharp"}}""")]
    [InlineData(Python, """{"polyglot_notebook":{"kernelName":"csharp"}}""")]
    [InlineData(Python, """{"polyglot_notebook":{"kernelName":"C#"}}""")]
    [InlineData(Python, """{"dotnet_interactive":{"language":"csharp"}}""")]
    [InlineData(Python, """{"vscode":{"languageId":"csharp"}}""")]
    [InlineData(Python, """{"vscode":{"languageId":"dotnet-interactive.csharp"}}""")]
    [InlineData(Python, """{"dotnet_interactive":{"language":"fsharp"},"polyglot_notebook":{"kernelName":"csharp"}}""")]
    [InlineData("""{"kernelspec":{"name":"python3"},"polyglot_notebook":{"kernelInfo":{"defaultKernelName":"csharp"}}}""", "{}")]
    [InlineData("""{"kernelspec":{"name":".net-csharp"},"language_info":{"name":"python"}}""", "{}")]
    [InlineData("""{"language_info":{"name":"polyglot-notebook"}}""", """{"vscode":{"languageId":"polyglot-notebook"}}""")]
    [InlineData("""{"kernelspec":[],"language_info":1,"polyglot_notebook":{"kernelInfo":[]}}""", """{"polyglot_notebook":7}""")]
    public void Is_what_the_cell_says_and_only_then_what_the_file_says(string metadata, string cell) =>
        Assert.Equal("1", Read(metadata, Code("1", cell)).Cells[0].Source);

    [Theory]
    [InlineData("#!csharp\\n1")]
    [InlineData("\\n  #!C# // C# from here on\\n1")]
    public void Is_what_its_first_line_says_before_anything_else(string source)
    {
        Assert.NotEmpty(Read(Python, Code(source)).Cells);
        Assert.NotEmpty(Read(CSharp, Code(source, """{"polyglot_notebook":{"kernelName":"fsharp"}}""")).Cells);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \\n\\t\\r\\n")]
    public void Is_no_matter_where_there_is_no_code(string source)
    {
        string fsharp = Code(source, """{"polyglot_notebook":{"kernelName":"fsharp"}}""");
        Assert.Equal(2, Read(CSharp, Code("1"), fsharp).Cells.Count);
        Assert.Single(Read(Python, Code(source)).Cells);
        Assert.Single(Read(Python, """{"cell_type":"markdown","metadata":{},"source":"text"}""").Cells);
        Assert.Single(Read(Python, """{"cell_type":"raw","metadata":{"vscode":{"languageId":"raw"}},"source":"x"}""").Cells);
    }

    [Theory]
    [InlineData(CSharp, """{"polyglot_notebook":{"kernelName":"pwsh"}}""", "pwsh")]
    [InlineData(CSharp, """{"dotnet_interactive":{"language":"mermaid"}}""", "mermaid")]
    [InlineData(CSharp, """{"vscode":{"languageId":"python"}}""", "python")]
    [InlineData(CSharp, """{"dotnet_interactive":{"language":"csharp"},"polyglot_notebook":{"kernelName":"html"}}""", "html")]
    [InlineData(Python, """{"polyglot_notebook":{"kernelName":"fsharp"}}""", "fsharp")]
    [InlineData(Python, "{}", "python")]
    [InlineData(Python, """{"vscode":{"languageId":"polyglot-notebook"}}""", "python")]
    [InlineData("""{"kernelspec":{"name":".net-csharp"},"polyglot_notebook":{"kernelInfo":{"defaultKernelName":"fsharp"}}}""",
        "{}", "fsharp")]
    public void Is_named_with_the_cell_where_it_is_another(string metadata, string cell, string language)
    {
        const string Given = """{"cell_type":"code","metadata":{"polyglot_notebook":{"kernelName":"csharp"}},"source":"1"}""";
        string message =
            Assert.Throws<NotebookFormatException>(() => Read(metadata, Given, Code("let x = 1", cell))).Message;
        Assert.Equal(
            $"cell 2 is written in {language}; only C# cells can be run here, others with --kernel dotnet-interactive", message);
        Notebook any = NotebookReader.Parse(Text(metadata, Given, Code("let x = 1", cell)), anyLanguage: true);
        Assert.Equal([null, language], any.Cells.Select(read => read.Language));
    }

    [Fact]
    public async Task Does_not_keep_an_empty_cell_of_another_from_being_passed_over()
    {
        using var folder = new RunnerFolder();
        string text = Text(Python, Code("\\\"ok\\\"", """{"polyglot_notebook":{"kernelName":"csharp"}}"""),
            Code("", """{"polyglot_notebook":{"kernelName":"fsharp"}}"""));
        Outcome outcome = await folder.RunFileAsync("n.ipynb", text, TestContext.Current.CancellationToken);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        Assert.Equal("ok", outcome.Text(0));
        Assert.Contains("✓ 1 cell in", outcome.Output, StringComparison.Ordinal);
    }

    private static string Code(string source, string metadata = "{}") =>
        $$"""{"cell_type":"code","metadata":{{metadata}},"source":"{{source}}"}""";

    private static Notebook Read(string metadata, params string[] cells) => NotebookReader.Parse(Text(metadata, cells));

    private static string Text(string metadata, params string[] cells) =>
        $$"""{"nbformat":4,"nbformat_minor":4,"metadata":{{metadata}},"cells":[{{string.Join(',', cells)}}]}""";
}

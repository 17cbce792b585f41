using NotebookRunner.Comparison;
using Xunit;

namespace NotebookRunner.Tests.Comparison;

public class FileComparisonTests
{
    [Theory]
    [InlineData("took 0.04 s, then 2 min 05 s", "took ⟨time⟩, then ⟨time⟩")]
    [InlineData("6000/6000 [==] - 21s 506us/step - loss: 0.4060", "6000/6000 [==] - ⟨time⟩ - loss: 0.4060")]
    [InlineData("<td>1</td><td>0.3s</td><td>0.3000</td>", "<td>1</td><td>⟨time⟩</td><td>0.3000</td>")]
    [InlineData("in 1 h 3 min, 12,345 images/s", "in ⟨time⟩, ⟨time⟩")]
    [InlineData("<strong>Trained</strong> 10 epochs in 59 s</span>", "<strong>Trained</strong> 10 epochs in ⟨time⟩</span>")]
    public void Takes_out_times(string text, string without) => Assert.Equal(without, TimesInText.Remove(text));

    [Theory]
    [InlineData("accuracy 0.9788")]
    [InlineData("(60000, 28, 28)")]
    [InlineData("the 10 smallest of 3 steps")]
    [InlineData("src=\"data:image/png;base64,iVBO12s/9min+3ms=\"")]
    [InlineData("<b>v2s</b> a1h 5mins")]
    public void Leaves_everything_else(string text) => Assert.Equal(text, TimesInText.Remove(text));

    [Fact]
    public async Task Finds_the_same_where_only_the_times_differ()
    {
        using var folder = new RunnerFolder();
        const string Code = "display(HTML(\"<p>42</p>\"));\nConsole.WriteLine($\"{Environment.TickCount64} ms\");";
        await folder.RunFileAsync("a.ipynb", NotebookBuilder.WithCode(Code).Build(), TestContext.Current.CancellationToken);
        File.Copy(Path.Combine(folder.Output, "a.ipynb"), Path.Combine(folder.Path, "first.ipynb"));
        File.Copy(Path.Combine(folder.Output, "a.html"), Path.Combine(folder.Path, "first.html"));
        await folder.RunFileAsync("a.ipynb", TestContext.Current.CancellationToken);

        foreach (string ending in (string[])["ipynb", "html"])
        {
            (int exitCode, string output, _) = await CompareAsync(
                Path.Combine(folder.Path, "first." + ending), Path.Combine(folder.Output, "a." + ending));
            Assert.Equal("The same but for times.\n", output.ReplaceLineEndings("\n"));
            Assert.Equal(0, exitCode);
        }
    }

    [Fact]
    public async Task Names_the_places_that_differ_with_the_first_line_of_each()
    {
        using var folder = new RunnerFolder();
        await folder.RunFileAsync("a.ipynb", NotebookBuilder.WithCode("1", "Console.WriteLine(\"one\\ntwo\");\n3").Build(),
            TestContext.Current.CancellationToken);
        await folder.RunFileAsync("b.ipynb", NotebookBuilder.WithCode("1", "Console.WriteLine(\"one\\n2\");").Build(),
            TestContext.Current.CancellationToken);

        (int exitCode, string output, _) =
            await CompareAsync(Path.Combine(folder.Output, "a.ipynb"), Path.Combine(folder.Output, "b.ipynb"));

        Assert.Equal(1, exitCode);
        Assert.Contains("cell 2, output 1\n  - \"two\\n\"\n  + \"2\\n\"\n", output.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        Assert.Contains("cell 2, output 2\n  - {\n  + (nothing)\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.EndsWith("3 places differ.\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looks_into_outputs_however_deep_they_are_and_whatever_numbers_they_hold()
    {
        using var folder = new RunnerFolder();
        string first = folder.Write("a.ipynb", Deep("took 0.04 s"));
        Assert.Equal(0, (await CompareAsync(first, folder.Write("b.ipynb", Deep("took 2 s")))).ExitCode);
        (int exitCode, string output, _) = await CompareAsync(first, folder.Write("c.ipynb", Deep("gave 2 s")));
        Assert.Equal(1, exitCode);
        Assert.Contains("- \"took ⟨time⟩\"\n  + \"gave ⟨time⟩\"\n1 place differs.", output.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);

        static string Deep(string text) =>
            $$"""
            {"nbformat":4,"cells":[{"cell_type":"code","source":"1","outputs":[{"output_type":"display_data","data":
            {"application/json":[NaN,{{new string('[', 3000)}}"{{text}}"{{new string(']', 3000)}}]} }] }]}
            """;
    }

    [Theory]
    [InlineData("missing.ipynb", "missing.ipynb: there is no such file")]
    [InlineData("missing.html", "missing.html: the file cannot be read")]
    public async Task A_file_that_cannot_be_read_is_named(string name, string error)
    {
        (int exitCode, _, string said) = await CompareAsync(name, name);
        Assert.Equal(2, exitCode);
        Assert.Equal(error, said.Trim());
    }

    private static async Task<(int ExitCode, string Output, string Error)> CompareAsync(string first, string second)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await RunnerFolder.RunAppAsync(
            ["compare", first, second], output, error, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }
}

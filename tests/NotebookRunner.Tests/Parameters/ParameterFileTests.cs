using Xunit;

namespace NotebookRunner.Tests.Parameters;

public class ParameterFileTests
{
    private static readonly NotebookBuilder Notebook = new NotebookBuilder()
        .Code(
            "int n = 1;\ndouble rate = 1;\nstring word = \"a\";\nbool flag = true;\nint? limit = 3;\nconst int size = 1;",
            "parameters")
        .Code("Console.Write(string.Join(\"|\", n, rate, word ?? \"null\", flag, limit, size));");

    [Theory]
    [InlineData("n: 2 # a comment\nrate: 1e-3\nword: it's\nflag: false\nlimit: ~\nsize: 4\n", "2|0.001|it's|False||4")]
    [InlineData("---\nword: \"null\"\nlimit:\n", "1|1|null|True||1")]
    [InlineData("word: null\n", "1|1|null|True|3|1")]
    [InlineData("word: |\n  two\n  lines\n", "1|1|two\nlines\n|True|3|1")]
    [InlineData(
        "\uFEFF{\n\t\"n\": 5,\r\n\t\"word\": \"\\u00e9\\/\\ud83d\\ude00\\n\", \"flag\": true, \"limit\": null}",
        "5|1|é/😀\n|True||1")]
    [InlineData("n: 2\nn: 3", "3|1|a|True|3|1")]
    public async Task Gives_variables_their_values_in_YAML_or_JSON(string file, string printed)
    {
        using var folder = new RunnerFolder();
        Outcome outcome = await RunAsync(folder, file);
        Assert.Equal("", outcome.Error);
        Assert.Equal(printed, outcome.Text(2));
    }

    [Fact]
    public async Task Gives_way_to_what_the_command_line_says()
    {
        using var folder = new RunnerFolder();
        Outcome outcome = await RunAsync(folder, "n: two\nsize: 3\nword: file", "--set", "n=7", "--set", "size=8");
        Assert.Equal("7|1|file|True|3|8", outcome.Text(2));
        Outcome swept = await RunAsync(folder, "size: 3\nword: file", "--sweep", "size=5,6");
        Assert.Equal(0, swept.ExitCode);
        string page = await File.ReadAllTextAsync(
            Path.Combine(folder.Output, "n-sweep.html"), TestContext.Current.CancellationToken);
        Assert.Contains("The same in all: <code>word = file</code>.", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n: two", "n must be a value of type int, and \"two\" is none")]
    [InlineData("n: null", "n must be a value of type int, and null is none")]
    [InlineData("m: 1", "the notebook has no parameter m; it has n, rate, word, flag, limit, size")]
    [InlineData("n: [1, 2]", "n has no single value; only numbers, bool, char, string and enums can be set")]
    [InlineData("- n", "not a list of names with values, name: value")]
    [InlineData("", "not a list of names with values, name: value")]
    [InlineData("n: 1\n---\nn: 2", "line 2, column 1")]
    [InlineData("n: \"1", "line 1, column 4")]
    [InlineData("word: \"\\ud83d\\u0041\"", "no YAML can be read: ")]
    [InlineData("...\n- a", "no YAML can be read: ")]
    [InlineData("n: *a", "n has no single value")]
    [InlineData("? [a]\n: 1", "line 1, column 3")]
    public async Task Is_refused_in_one_line_that_names_it(string file, string reason)
    {
        using var folder = new RunnerFolder();
        Outcome outcome = await RunAsync(folder, file);
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith("--parameters-file ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"values.yaml: {reason}", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public async Task That_is_not_there_is_named()
    {
        Outcome outcome = await RunnerFolder.RunAsync(Notebook, "--parameters-file", "none.yaml");
        Assert.Equal("--parameters-file none.yaml: there is no such file", outcome.Error.Trim());
    }

    private static async Task<Outcome> RunAsync(RunnerFolder folder, string file, params string[] options)
    {
        string path = folder.Write("values.yaml", file);
        return await folder.RunFileAsync(
            "n.ipynb", Notebook.Build(), TestContext.Current.CancellationToken, ["--parameters-file", path, .. options]);
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;
using Xunit;

namespace Notebooks.Tests;

/// <summary>What readers find in the repository, before they run anything.</summary>
public class The_committed_notebooks
{
    private static readonly string s_folder = Repository.PathOf("notebooks");

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(s_folder, "*.ipynb").Select(file => Path.GetFileName(file)!)];

    /// <summary>Those that are to be read; a sheet to fill in has no outputs.</summary>
    public static TheoryData<string> Executed =>
        [.. Names.Select(row => row.Data)
            .Where(name => new ExecutedNotebook(Path.Combine(s_folder, name)).Json["metadata"]!["exercise"] is not JsonValue)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Are_valid_by_the_schema_of_nbformat_4_5(string name)
    {
        JsonSchema schema = await LoadSchemaAsync();
        Assert.Empty(schema.Validate(File.ReadAllText(Path.Combine(s_folder, name))).Select(error => error.ToString()));
    }

    /// <summary>RENEW_GOLDEN=1 writes them so.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Are_written_as_VS_Code_saves_them(string name)
    {
        string path = Path.Combine(s_folder, name);
        string saved = await NodeJs.SavedByVsCodeAsync(path);
        if (Environment.GetEnvironmentVariable("RENEW_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(path, saved);
        }

        Assert.Equal(saved, await File.ReadAllTextAsync(path));
    }

    [Theory]
    [MemberData(nameof(Executed))]
    public void Carry_the_outputs_of_a_whole_run_in_order(string name)
    {
        var notebook = new ExecutedNotebook(Path.Combine(s_folder, name));
        Assert.Equal(Enumerable.Range(1, notebook.Cells.Count),
            notebook.Cells.Select(cell => cell.Json["execution_count"]!.GetValue<int>()));
        Assert.DoesNotContain(
            notebook.Cells.SelectMany(cell => cell.Outputs), output => output["output_type"]!.GetValue<string>() == "error");
        Assert.DoesNotContain("dni-treeview", notebook.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("injected-parameters", notebook.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Executed))]
    public void Show_every_figure_as_a_picture_where_no_script_runs(string name)
    {
        var notebook = new ExecutedNotebook(Path.Combine(s_folder, name));
        JsonObject[] figures =
        [
            .. notebook.Cells.SelectMany(cell => cell.Outputs).Select(output => output["data"]).OfType<JsonObject>()
                .Where(data => data.ContainsKey("application/vnd.plotly.v1+json")),
        ];
        Assert.NotEmpty(figures);
        Assert.All(figures, data =>
        {
            byte[] png = Convert.FromBase64String(
                ExecutedCell.Join(data["image/png"]).Replace("\n", "", StringComparison.Ordinal));
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
            Assert.Contains($"src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"",
                ExecutedCell.Join(data["text/html"]), StringComparison.Ordinal);
            Assert.StartsWith("Figure: ", ExecutedCell.Join(data["text/plain"]), StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Open_with_what_one_will_learn_and_how_long_it_takes_and_end_with_things_to_try(string name)
    {
        JsonObject[] text =
        [
            .. new ExecutedNotebook(Path.Combine(s_folder, name)).Json["cells"]!.AsArray().Select(cell => cell!.AsObject())
                .Where(cell => cell["cell_type"]!.GetValue<string>() == "markdown"),
        ];
        Assert.Matches(@"^# [^\n]+\n(.|\n)*You will learn(.|\n)*It takes", ExecutedCell.Join(text[0]["source"]));
        Assert.Matches(@"## Now it is your turn\n(.|\n)*\n1\. .+\n2\. .+\n3\. ", ExecutedCell.Join(text[^1]["source"]));
    }

    [Theory]
    [MemberData(nameof(Executed))]
    public void Show_every_value_in_words_too_and_hold_no_stored_results(string name)
    {
        var notebook = new ExecutedNotebook(Path.Combine(s_folder, name));
        JsonObject[] values = [
            .. notebook.Cells.SelectMany(cell => cell.Outputs).Select(output => output["data"]).OfType<JsonObject>()];
        Assert.NotEmpty(values);
        Assert.All(values, data => Assert.NotEqual("", ExecutedCell.Join(data["text/plain"]).Trim()));
        Assert.DoesNotContain("application/scrapbook", notebook.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_all_described_where_the_folder_is_opened()
    {
        string readme = File.ReadAllText(Path.Combine(s_folder, "README.md"));
        Assert.All(Names.Select(row => row.Data), name => Assert.Contains($"]({name})", readme, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    [InlineData("README.md")]
    public void Link_to_files_that_are_there(string name)
    {
        string text = File.ReadAllText(Path.Combine(s_folder, name));
        string[] texts = name.EndsWith(".md", StringComparison.Ordinal)
            ? [text]
            : [.. JsonNode.Parse(text)!["cells"]!.AsArray().Where(cell => cell!["cell_type"]!.GetValue<string>() == "markdown")
                .Select(cell => ExecutedCell.Join(cell!["source"]))];
        IEnumerable<string> targets = texts.SelectMany(markdown =>
            Regex.Matches(markdown, @"\]\((?<target>[^)\s#]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
            .Select(match => match.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal));
        Assert.All(targets, target => Assert.True(Path.Exists(Path.Combine(s_folder, target)), target));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Open_in_Polyglot_Notebooks(string name)
    {
        JsonObject metadata = new ExecutedNotebook(Path.Combine(s_folder, name)).Json["metadata"]!.AsObject();
        Assert.Equal(".net-csharp", metadata["kernelspec"]!["name"]!.GetValue<string>());
        Assert.Equal("csharp", metadata["polyglot_notebook"]!["kernelInfo"]!["defaultKernelName"]!.GetValue<string>());
    }

    [Fact]
    public void Are_small_and_hold_no_plotly_js()
    {
        FileInfo[] files = [.. Directory.GetFiles(s_folder, "*.ipynb").Select(file => new FileInfo(file))];
        Assert.All(files, file => Assert.InRange(file.Length, 1, 3_800_000));
        Assert.InRange(files.Sum(file => file.Length), 1, 6_350_000);
        Assert.All(
            files, file => Assert.DoesNotContain("plotly.js v", File.ReadAllText(file.FullName), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Name_no_folder_of_the_machine_they_ran_on(string name) => Assert.DoesNotMatch(
        new Regex(
            @"(?<![\w.])/(home|root|work|tmp|Users)/\w|[A-Z]:\\\\Users", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)),
        string.Join('\n', new ExecutedNotebook(Path.Combine(s_folder, name)).Cells.Select(cell => cell.Json.ToJsonString())));

    [Fact]
    public void Reach_the_sheets_accuracies_after_ten_epochs()
    {
        var notebook = new ExecutedNotebook(SolutionRun.Source);
        Assert.Contains("Epoch 10/10", notebook[26].Text, StringComparison.Ordinal);
        Assert.InRange(Accuracy(20), 0.9805 - 0.003, 1);
        Assert.InRange(Accuracy(24), 0.9845 - 0.003, 1);
        Assert.InRange(Accuracy(28), 0.9915 - 0.003, 1);

        // The opening promises what the run has reached.
        string[] promised = [
            .. new[] { 20, 24, 28 }.Select(cell => (100 * Accuracy(cell)).ToString("F1", CultureInfo.InvariantCulture) + " %")];
        Assert.Contains(
            $"about {promised[0]}, {promised[1]} and {promised[2]} of the 10,000 test images",
            ExecutedCell.Join(notebook.Json["cells"]![0]!["source"]), StringComparison.Ordinal);

        double Accuracy(int cell) => double.Parse(
            Regex.Match(notebook[cell].Text, @"Test accuracy: (?<figure>0\.\d{4})",
                RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["figure"].Value,
            CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Beat_the_sheets_second_network_in_small_with_the_knobs_as_they_come()
    {
        var notebook = new ExecutedNotebook(ExperimentsRun.Source);
        Assert.Contains("The sheet's second network classifies 98.45 %", notebook.Text, StringComparison.Ordinal);
        ExecutedCell cell = Assert.Single(
            notebook.Cells, cell => cell.Source.StartsWith("model.Evaluate(Scaled(x_last)", StringComparison.Ordinal));
        string accuracy = Regex.Match(cell.Text, @"accuracy (?<figure>0\.\d{4}) on 10,000 images",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["figure"].Value;
        Assert.InRange(double.Parse(accuracy, CultureInfo.InvariantCulture), 0.9846, 1);
    }

    /// <summary>The official schema; its nested definitions are moved up, since the validator does not look into them.</summary>
    private static async Task<JsonSchema> LoadSchemaAsync()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "nbformat.v4.5.schema.json"));
        JsonNode schema = JsonNode.Parse(text.Replace("#/definitions/misc/", "#/definitions/misc_", StringComparison.Ordinal))!;
        foreach ((string name, JsonNode? definition) in schema["definitions"]!["misc"]!.AsObject())
        {
            schema["definitions"]![$"misc_{name}"] = definition!.DeepClone();
        }

        return await JsonSchema.FromJsonAsync(schema.ToJsonString());
    }
}

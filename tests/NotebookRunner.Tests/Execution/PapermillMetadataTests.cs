using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace NotebookRunner.Tests.Execution;

public class PapermillMetadataTests
{
    private static readonly NotebookBuilder Notebook = new NotebookBuilder()
        .Markdown("# Text")
        .Code("int n = 1;\ndouble rate = 1;\nstring word = \"a\";\nbool? flag = true;", "parameters")
        .Code("throw new Exception();")
        .Code("1");

    [Fact]
    public async Task Tells_of_the_run_in_papermills_words()
    {
        Outcome outcome = await RunnerFolder.RunAsync(
            Notebook, "--set", "n=60_000", "--set", "rate=1e-7", "--set", "word=7", "--set", "flag=null", "--name", "other");
        Assert.Null(outcome.Notebook); // It is called otherwise.

        using var folder = new RunnerFolder();
        outcome = await folder.RunFileAsync("n.ipynb", Notebook.Build(), TestContext.Current.CancellationToken,
            "--set", "n=60_000", "--set", "rate=1e-7", "--set", "word=7", "--set", "flag=null");
        var run = (JsonObject)JsonNode.Parse(outcome.Notebook!)!["metadata"]!["papermill"]!;
        Assert.Equal(
            [
                "default_parameters", "duration", "end_time", "environment_variables", "exception", "input_path", "output_path",
                "parameters", "start_time",
            ],
            run.Select(entry => entry.Key));
        Assert.Equal("""{"flag":null,"n":60000,"rate":1e-7,"word":"7"}""", run["parameters"]!.ToJsonString());
        Assert.Equal(["n.ipynb", "n.ipynb"], [(string)run["input_path"]!, (string)run["output_path"]!]);
        Assert.True((bool)run["exception"]!);
        Assert.DoesNotContain(folder.Path, outcome.Notebook, StringComparison.Ordinal);

        List<JsonNode?> cells = [.. outcome.Cells.Select(cell => cell!["metadata"]!["papermill"])];
        Assert.Equal([null, "completed", "completed", "failed", "pending"], cells.Select(cell => (string?)cell?["status"]));
        Assert.Equal([null, false, false, true, null], cells.Select(cell => (bool?)cell?["exception"]));
        TimeSpan lasted = Time(cells[1]!, "end_time") - Time(cells[1]!, "start_time");
        Assert.Equal((double)cells[1]!["duration"]!, lasted.TotalSeconds, tolerance: 2e-6);
        Assert.Null(cells[4]!["start_time"]);
    }

    [Fact]
    public async Task Is_not_in_a_notebook_that_replaces_its_input_nor_left_there_from_an_earlier_run()
    {
        using var folder = new RunnerFolder();
        Outcome executed = await folder.RunFileAsync(
            "n.ipynb", NotebookBuilder.WithCode("1").Build(), TestContext.Current.CancellationToken);
        string path = folder.Write("m.ipynb", executed.Notebook!);
        await folder.RunFileAsync("m.ipynb", TestContext.Current.CancellationToken, "--in-place");
        string replaced = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains("papermill", executed.Notebook, StringComparison.Ordinal);
        Assert.DoesNotContain("papermill", replaced, StringComparison.Ordinal);
    }

    private static DateTimeOffset Time(JsonNode cell, string name) =>
        DateTimeOffset.ParseExact((string)cell[name]!, "yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal);
}

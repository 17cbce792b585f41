using System.Text.Json.Nodes;
using NJsonSchema;
using Xunit;

namespace NotebookRunner.Tests.Notebooks;

public class An_executed_notebook
{
    [Fact]
    public async Task Is_valid_by_the_schema_of_nbformat_4_5_whatever_the_cells_show()
    {
        Outcome outcome = await RunnerFolder.RunAsync(new NotebookBuilder()
            .Markdown("# Title")
            .Code("var n = 1;", "parameters")
            .Code("""
                using Microsoft.DotNet.Interactive.Formatting;
                Console.WriteLine("out");
                Console.Error.WriteLine("err");
                display("text");
                display(HTML("<b>html</b>"));
                public record Figure;
                Formatter.Register<Figure>((f, w) => w.Write("{\"data\":[],\"layout\":{}}"), "application/vnd.plotly.v1+json");
                Formatter.Register<Figure>((f, w) => w.Write("iVBORw0KGgo="), "image/png");
                Formatter.SetPreferredMimeTypesFor(typeof(Figure), "application/vnd.plotly.v1+json", "image/png");
                new Figure()
                """)
            .Code("  ")
            .Code("throw new Exception(\"no\");")
            .Code("1"), "--set", "n=2");
        JsonSchema schema = await LoadSchemaAsync();
        Assert.Empty(schema.Validate(outcome.Notebook!).Select(error => error.ToString()));
        Assert.Equal("{}", outcome.Outputs(3)[^1]!["data"]!["application/vnd.plotly.v1+json"]!["layout"]!.ToJsonString());
    }

    [Fact]
    public async Task Would_not_pass_with_a_field_that_nbformat_does_not_know()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("Console.WriteLine(1);"));
        JsonSchema schema = await LoadSchemaAsync();
        Assert.NotEmpty(schema.Validate(outcome.Notebook!.Replace("\"stream\"", "\"streams\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Counts_the_cells_that_ran_and_clears_the_others()
    {
        string stale = NotebookBuilder.WithCode("1", "throw new Exception();", "3").Build()
            .Replace("\"outputs\": []", """ "outputs": [{"name":"stdout","output_type":"stream","text":"stale"}] """,
                StringComparison.Ordinal)
            .Replace("\"execution_count\": null", "\"execution_count\": 9", StringComparison.Ordinal);
        using var folder = new RunnerFolder();
        Outcome outcome = await folder.RunFileAsync("n.ipynb", stale, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, null], outcome.Cells.Select(cell => (int?)cell!["execution_count"]));
        Assert.DoesNotContain("stale", outcome.Notebook, StringComparison.Ordinal);
        Assert.Empty(outcome.Outputs(2));
    }

    [Fact]
    public async Task Keeps_metadata_it_does_not_know()
    {
        JsonNode notebook = JsonNode.Parse(NotebookBuilder.WithCode("1").Build())!;
        notebook["metadata"]!["vendor"] = new JsonObject { ["x"] = 1 };
        notebook["cells"]![0]!["metadata"]!["vendor"] = "y";
        using var folder = new RunnerFolder();
        Outcome outcome = await folder.RunFileAsync("n.ipynb", notebook.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.Equal(1, (int)JsonNode.Parse(outcome.Notebook!)!["metadata"]!["vendor"]!["x"]!);
        Assert.Equal("y", (string)outcome.Cells[0]!["metadata"]!["vendor"]!);
    }

    /// <summary>
    /// The official schema. NJsonSchema finds no definitions inside definitions: those of "misc" are lifted out.
    /// </summary>
    private static async Task<JsonSchema> LoadSchemaAsync()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Schema", "nbformat.v4.5.schema.json"));
        JsonNode schema = JsonNode.Parse(text.Replace("#/definitions/misc/", "#/definitions/misc_", StringComparison.Ordinal))!;
        foreach ((string name, JsonNode? definition) in schema["definitions"]!["misc"]!.AsObject())
        {
            schema["definitions"]![$"misc_{name}"] = definition!.DeepClone();
        }

        return await JsonSchema.FromJsonAsync(schema.ToJsonString());
    }
}

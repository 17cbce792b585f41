using System.Text.Json.Nodes;
using Xunit;

namespace NotebookRunner.Tests.Sweeps;

public class Storing_results
{
    private static readonly NotebookBuilder s_notebook = NotebookBuilder.WithCode(
        """
        var glue = AppContext.GetData("NotebookHost.Glue") as Action<string, string>;
        Console.Write(glue is null ? "nobody asks" : "asked");
        glue?.Invoke("run", "{\"acc\":[0.5,0.75]}");
        """);

    [Fact]
    public async Task A_library_is_asked_for_results_where_they_are_to_be_stored()
    {
        Outcome outcome = await RunnerFolder.RunAsync(s_notebook, "--scraps");
        Assert.Equal("asked", outcome.Text(0));
        JsonNode scrap = outcome.Outputs(0)[1]!;
        Assert.Equal("display_data", scrap["output_type"]!.GetValue<string>());
        Assert.Equal("""{"data":{"acc":[0.5,0.75]},"encoder":"json","name":"run","version":1}""",
            scrap["data"]!["application/scrapbook.scrap.json+json"]!.ToJsonString());
        Assert.Equal("""{"scrapbook":{"data":true,"display":false,"name":"run"}}""", scrap["metadata"]!.ToJsonString());
        Assert.DoesNotContain("scrap", outcome.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("scrap", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_asked_otherwise()
    {
        Outcome outcome = await RunnerFolder.RunAsync(s_notebook);
        Assert.Equal("nobody asks", outcome.Text(0));
        Assert.Single(outcome.Outputs(0));
    }
}

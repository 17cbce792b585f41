using System.Text.Json.Nodes;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The same seed on the same machine: the same figures, reports and histories, to the byte.</summary>
public sealed class Two_runs(SolutionRun run) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Of_the_solution_write_the_same_notebook_and_the_same_page_but_for_times()
    {
        (int exitCode, string output, string error) = await SolutionRun.RunAsync(_folder.FullName);
        Assert.True(exitCode == 0, output + error);
        foreach (string first in (string[])[run.ExecutedPath, run.Page])
        {
            string second = Path.Combine(_folder.FullName, Path.GetFileName(first));
            (exitCode, output, error) = await Runner.RunAsync("compare", first, second);
            Assert.Equal("The same but for times.", (output + error).Trim());
            Assert.Equal(0, exitCode);
        }
    }

    [Fact]
    public async Task At_once_in_one_checkout_with_one_output_folder_do_not_disturb_each_other()
    {
        string start = JsonValue.Create(Repository.PathOf("notebooks", "start.csx")).ToJsonString().Trim('"');
        string first = new ExecutedNotebook(SolutionRun.Source)[1].Source.Replace("start.csx", start, StringComparison.Ordinal);
        const string Train = """
            var ((X, y), (X_test, y_test)) = Mnist.Load();
            var model = torch.nn.Sequential(
                ("flatten", torch.nn.Flatten()), ("dense", torch.nn.Linear(784, 10)), ("softmax", torch.nn.Softmax(1)))
                .Compile(new Shape(28, 28, 1), seed: 1);
            var x = X[..2000].to(torch.float32).reshape(2000, 28, 28, 1) / 255;
            model.Fit((x, y[..2000].ToCategorical(10)), epochs: 2, batchSize: 20, seed: 1).Plot()
            """;
        string notebook = Path.Combine(_folder.FullName, "small.ipynb");
        var cells = new JsonArray(
            [.. ((string[])[first, Train]).Select(source => new JsonObject { ["cell_type"] = "code", ["source"] = source })]);
        await File.WriteAllTextAsync(notebook, new JsonObject { ["nbformat"] = 4, ["cells"] = cells }.ToJsonString(),
            TestContext.Current.CancellationToken);
        string alone = Path.Combine(_folder.FullName, "alone"), together = Path.Combine(_folder.FullName, "together");

        var results = await Task.WhenAll(
            Runner.RunAsync(notebook, "--output", together),
            Runner.RunAsync(notebook, "--output", together), Runner.RunAsync(notebook, "--output", alone));

        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.Output + result.Error));
        Assert.Equal(["small.html", "small.ipynb"],
            Directory.GetFileSystemEntries(together).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string name in (string[])["small.ipynb", "small.html"])
        {
            Assert.Equal(0, (await Runner.RunAsync("compare", Path.Combine(alone, name), Path.Combine(together, name))).ExitCode);
        }
    }
}

using System.Text.Json.Nodes;
using Xunit;

namespace Notebooks.Tests;

/// <summary>TorchSharp loads in a notebook whatever is called first.</summary>
public sealed class TorchSharp_in_a_cell : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("torch.nn.Conv2d(1, 2, 3).weight.numel()", "18")]
    [InlineData("torch.rand(3).shape[0]", "3")]
    [InlineData("torch.manual_seed(1)", "")]
    [InlineData("torch.get_num_threads() > 0", "True")]
    [InlineData("torch.optim.Adam(new[] { new TorchSharp.Modules.Parameter(torch.ones(1)) }).ToString().Length > 0", "True")]
    public async Task Loads_whatever_is_called_first(string firstCall, string shown)
    {
        string path = Path.Combine(_folder.FullName, "first.ipynb");
        await File.WriteAllTextAsync(path, Notebook(
            $"#r \"{Library("TorchSharp.dll")}\"\n#r \"{Library("MnistCnn.dll")}\"\nusing TorchSharp;\nusing MnistCnn.Data;\nnew Shape(1)",
            shown.Length > 0 ? $"({firstCall}).ToString()" : firstCall + ";").ToJsonString());

        (int exitCode, string output, string error) = await Runner.RunAsync(path, "--output", _folder.FullName + "/out");

        Assert.True(exitCode == 0, output + error);
        Assert.Equal(shown, new ExecutedNotebook(Path.Combine(_folder.FullName, "out", "first.ipynb"))[2].Text);
    }

    private static string Library(string file) =>
        Repository.PathOf("src", "MnistCnn", "bin", "Release", "net8.0", file).Replace('\\', '/');

    private static JsonObject Notebook(params string[] cells) => new()
    {
        ["cells"] = new JsonArray([.. cells.Select((source, i) => new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["id"] = $"c{i}",
            ["metadata"] = new JsonObject(),
            ["outputs"] = new JsonArray(),
            ["source"] = source,
        })]),
        ["metadata"] = new JsonObject(),
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    };
}

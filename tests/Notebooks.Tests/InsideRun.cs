using System.Text.Json.Nodes;
using Xunit;

namespace Notebooks.Tests;

/// <summary>
/// The notebook that looks inside the network, run once with small settings, and one more cell that tells what the tests hold
/// the browser against: 200 test images, and TorchSharp's probabilities for them.
/// </summary>
public sealed class InsideRun : IAsyncLifetime
{
    public const int Images = 200;

    private const string Told = """
        var told = Mnist.Load().Test.Images[..200];
        Console.WriteLine(Convert.ToBase64String(told.contiguous().data<byte>().ToArray()));
        Console.WriteLine(Convert.ToBase64String(Mnist.Load().Test.Labels[..200].contiguous().data<byte>().ToArray()));
        foreach (var probabilities in new[] { model.Predict(X_test[..200]), canvas.Model.Predict(X_test[..200]) })
            Console.WriteLine(string.Join(" ", probabilities.data<float>().ToArray()
                .Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    internal static string Source { get; } = Repository.PathOf("notebooks", "inside-the-network.ipynb");

    internal ExecutedNotebook Notebook { get; private set; } = null!;

    /// <summary>The small settings.</summary>
    internal static string[] Settings { get; } = ["points=300", "search=500"];

    /// <summary>The notebook that was run, with the further cell.</summary>
    internal string Copy => Path.Combine(_folder.FullName, "source", "inside.ipynb");

    internal string ExecutedPath => Path.Combine(_folder.FullName, "inside.ipynb");

    internal string Page => Path.Combine(_folder.FullName, "inside.html");

    /// <summary>The canvas as the output holds it.</summary>
    internal string Canvas { get; private set; } = "";

    /// <summary>The test images, 784 bytes each.</summary>
    internal byte[] Pixels { get; private set; } = [];

    /// <summary>What they show.</summary>
    internal byte[] Labels { get; private set; } = [];

    /// <summary>What TorchSharp makes of them with the network as it was trained: ten probabilities each.</summary>
    internal float[] Probabilities { get; private set; } = [];

    /// <summary>The same with the weights as they are stored.</summary>
    internal float[] RoundedProbabilities { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        string[] lines = (await RunAsync(
            _folder.FullName, "inside", notebook => Cells(notebook).Add(Cell(Told)), Settings))
            .Text.Split('\n');
        Notebook = new ExecutedNotebook(ExecutedPath);
        Canvas = Notebook.Cells.SelectMany(cell => cell.Outputs).Select(output => ExecutedCell.Join(output["data"]?["text/html"]))
            .Single(html => html.Contains("data-digit-canvas", StringComparison.Ordinal));
        Pixels = Convert.FromBase64String(lines[0]);
        Labels = Convert.FromBase64String(lines[1]);
        Probabilities = Numbers(lines[2]);
        RoundedProbabilities = Numbers(lines[3]);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a changed copy of the notebook.</summary>
    /// <returns>The last cell.</returns>
    internal static async Task<ExecutedCell> RunAsync(
        string folder, string name, Action<JsonNode> change, params string[] settings)
    {
        JsonNode notebook = JsonNode.Parse(await File.ReadAllTextAsync(Source))!;
        change(notebook);
        string start = JsonValue.Create(Repository.PathOf("notebooks", "start.csx")).ToJsonString().Trim('"');
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "source")).FullName, name + ".ipynb");
        await File.WriteAllTextAsync(path, notebook.ToJsonString().Replace("start.csx", start, StringComparison.Ordinal));
        (int exitCode, string output, string error) = await Runner.RunAsync(
            [path, "--output", folder, .. settings.SelectMany(setting => (string[])["--set", setting])]);
        Assert.True(exitCode == 0, output + error);
        return new ExecutedNotebook(Path.Combine(folder, name + ".ipynb")).Cells[^1];
    }

    private static JsonArray Cells(JsonNode notebook) => notebook["cells"]!.AsArray();

    private static JsonObject Cell(string source) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = null,
        ["id"] = "told",
        ["metadata"] = new JsonObject(),
        ["outputs"] = new JsonArray(),
        ["source"] = source,
    };

    private static float[] Numbers(string line) =>
        [.. line.Split(' ').Select(number => float.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
}

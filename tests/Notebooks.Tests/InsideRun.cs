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

    private static string Told => $$"""
        var told = Mnist.Load().Test.Images[..200];
        Console.WriteLine(Convert.ToBase64String(told.contiguous().data<byte>().ToArray()));
        Console.WriteLine(Convert.ToBase64String(Mnist.Load().Test.Labels[..200].contiguous().data<byte>().ToArray()));
        foreach (var probabilities in new[] { model.Predict(X_test[..200]), explorer.Model.Predict(X_test[..200]) })
            Console.WriteLine(string.Join(" ", probabilities.data<float>().ToArray()
                .Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        Console.WriteLine(bias.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (int index in new[] { {{string.Join(", ", Explored)}} })
        {
            var given = explorer.Model.Activations(X_test[index..(index + 1)]);
            foreach (string layer in new[] { "conv2d_3", "relu_4", "conv2d_4", "relu_5", "max_pooling2d_1" })
                Console.WriteLine(string.Join(" ", Enumerable.Range(0, given[layer].Channels).SelectMany(
                    c => given[layer].Map(c).Values.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture)))));
            foreach (string layer in new[] { "dense_4", "relu_6", "dense_5", "softmax_3" })
                Console.WriteLine(string.Join(" ", explorer.Model.ActivationsOf(layer, X_test[index..(index + 1)])
                    .data<float>().ToArray().Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        }
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

    /// <summary>The explorer as the output holds it.</summary>
    internal string Explorer { get; private set; } = "";

    /// <summary>The kernel over an image as the output holds it.</summary>
    internal string Slide { get; private set; } = "";

    /// <summary>The bias of the filter that the notebook computes by hand.</summary>
    internal float Bias { get; private set; }

    /// <summary>The test images, 784 bytes each.</summary>
    internal byte[] Pixels { get; private set; } = [];

    /// <summary>What they show.</summary>
    internal byte[] Labels { get; private set; } = [];

    /// <summary>What TorchSharp makes of them with the network as it was trained: ten probabilities each.</summary>
    internal float[] Probabilities { get; private set; } = [];

    /// <summary>The same with the weights as they are stored.</summary>
    internal float[] RoundedProbabilities { get; private set; } = [];

    /// <summary>What each layer gives for some images, with the weights as they are stored, channel by channel.</summary>
    internal float[][][] RoundedActivations { get; private set; } = [];

    /// <summary>Which images these are.</summary>
    internal static int[] Explored { get; } = [0, 1, 8, 33];

    public async ValueTask InitializeAsync()
    {
        string[] lines = (await RunAsync(
            _folder.FullName, "inside", notebook => Cells(notebook).Add(Cell(Told)), Settings))
            .Text.Split('\n');
        Notebook = new ExecutedNotebook(ExecutedPath);
        string[] shown = [.. Notebook.Cells.SelectMany(cell => cell.Outputs)
            .Select(output => ExecutedCell.Join(output["data"]?["text/html"]))];
        Explorer = shown.Single(html => html.Contains("data-explorer", StringComparison.Ordinal));
        Slide = shown.Single(html => html.Contains("data-kernel-slide", StringComparison.Ordinal));
        Pixels = Convert.FromBase64String(lines[0]);
        Labels = Convert.FromBase64String(lines[1]);
        Probabilities = Numbers(lines[2]);
        RoundedProbabilities = Numbers(lines[3]);
        Bias = Numbers(lines[4])[0];
        RoundedActivations = [.. lines[5..].Where(line => line.Length > 0).Select(Numbers).Chunk(9)];
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

using System.Text.Json.Nodes;

namespace Notebooks.Tests;

/// <summary>A notebook of a few cells of the tests' own, the first of which loads the library.</summary>
internal static class SmallNotebook
{
    /// <summary>What the first cell's lines load: the library as the build laid it.</summary>
    public static string LoadLibrary { get; } =
        $"#load \"{Repository.PathOf("notebooks", "start.csx").Replace('\\', '/')}\"\n"
        + "using TorchSharp;\nusing MnistCnn;\nNotebook.Start();\n";

    /// <summary>Writes and runs a notebook.</summary>
    /// <param name="folder">Where it is written; the executed one goes into <c>out</c> there.</param>
    /// <param name="cells">The sources of its code cells.</param>
    public static Task<ExecutedNotebook> RunAsync(string folder, params string[] cells) => RunAsync(folder, cells, options: []);

    /// <summary>The same with options of the runner.</summary>
    public static async Task<ExecutedNotebook> RunAsync(string folder, string[] cells, params string[] options)
    {
        (int exitCode, string output, string error) = await Runner.RunAsync(
            [Write(folder, cells), "--output", Path.Combine(folder, "out"), .. options]);
        return exitCode == 0
            ? new ExecutedNotebook(Path.Combine(folder, "out", "small.ipynb"))
            : throw new InvalidOperationException(output + error);
    }

    /// <summary>Writes a notebook.</summary>
    /// <returns>Where it lies.</returns>
    public static string Write(string folder, string[] cells)
    {
        string path = Path.Combine(folder, "small.ipynb");
        File.WriteAllText(path, Of(cells).ToJsonString());
        return path;
    }

    private static JsonObject Of(string[] cells) => new()
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

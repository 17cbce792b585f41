using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MnistCnn;
using MnistCnn.Lab;

namespace MnistCnn.Benchmarks;

/// <summary>
/// The cells of the solution's third network, run many times in one session of the runner, a process of its own.
/// </summary>
internal sealed class NotebookSession : IDisposable
{
    /// <summary>Images, settings, and what the later cells need: everything but the first two networks.</summary>
    private static readonly string[] s_before =
        [.. Enumerable.Range(1, 16).Select(i => string.Create(CultureInfo.InvariantCulture, $"in-{i:D2}")), "in-19"];

    /// <summary>The third network: made, trained, its curves, its evaluation with all figures.</summary>
    private static readonly string[] s_cells = ["in-25", "in-26", "in-27", "in-28"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("long-use-");
    private readonly string _root = Path.GetFullPath(Path.Combine(DataFolder.For("mnist"), "..", ".."));

    /// <summary>Runs the cells many times; the session itself says how much memory it has after each.</summary>
    public LongUseRow Repeat(int times, int trainImages)
    {
        string[] cells = [
            .. s_before, "history", .. Enumerable.Repeat((string[])[.. s_cells, "memory"], times).SelectMany(part => part)];
        Run(cells, epochs: 1, trainImages, _ => { });
        JsonNode notebook = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "out", "session.ipynb")))!;
        var samples = new List<MemorySample>();
        foreach (JsonNode? cell in notebook["cells"]!.AsArray()
            .Where(cell => IdOf(cell!).StartsWith("memory", StringComparison.Ordinal)))
        {
            string text = string.Concat(cell!["outputs"]![0]!["text"]!.AsArray().Select(line => (string)line!));
            double[] figures = [.. text.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];
            samples.Add(new MemorySample(Math.Round(figures[0] / 1e6, 1), Math.Round(figures[1] / 1e6, 1), (long)figures[2]));
        }

        return new LongUseRow($"notebook's cells, {trainImages:N0} images", "own loops", samples);
    }

    /// <summary>Runs the training cell once with many epochs; the memory is looked at from outside, every half second.</summary>
    public LongUseRow Train(int epochs, int trainImages)
    {
        var samples = new List<MemorySample?>();
        Run([.. s_before, "history", .. s_cells[..2]], epochs, trainImages, process => samples.Add(MemorySample.Of(process)));
        return new LongUseRow($"notebook, {epochs} epochs, each 0.5 s", "own loops", [.. samples.OfType<MemorySample>()]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string IdOf(JsonNode cell) => (string?)cell["id"] ?? "";

    private static JsonObject Own(string id, string source) => new()
    {
        ["cell_type"] = "code", ["execution_count"] = null, ["id"] = id, ["metadata"] = new JsonObject(),
        ["outputs"] = new JsonArray(), ["source"] = source,
    };

    private void Run(IEnumerable<string> ids, int epochs, int trainImages, Action<Process> look)
    {
        JsonNode notebook = JsonNode.Parse(File.ReadAllText(Path.Combine(_root, "notebooks", "exercise-5-solution.ipynb")))!;
        var cells = notebook["cells"]!.AsArray().ToDictionary(cell => IdOf(cell!), cell => cell!, StringComparer.Ordinal);
        cells["history"] = Own("history", "History hist;");
        cells["memory"] = Own(
            "memory",
            "Console.Write($\"{System.Diagnostics.Process.GetCurrentProcess().WorkingSet64} "
            + "{GC.GetTotalMemory(false)} {Tensor.TotalCount}\");");
        notebook["cells"] = new JsonArray([.. ids.Select((id, i) =>
        {
            JsonNode cell = cells[id].DeepClone();
            cell["id"] = string.Create(CultureInfo.InvariantCulture, $"{id}-{i}");
            return cell;
        })]);
        string start = Path.Combine(_root, "notebooks", "start.csx").Replace('\\', '/');
        string path = Path.Combine(_folder.FullName, "session.ipynb");
        File.WriteAllText(path, notebook.ToJsonString().Replace("start.csx", start, StringComparison.Ordinal));
        string runner = Path.Combine(_root, "src", "NotebookRunner", "bin", "Release", "net10.0", "NotebookRunner.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet",
        [
            runner, path, "--output", Path.Combine(_folder.FullName, "out"),
            "--set", string.Create(CultureInfo.InvariantCulture, $"epochs={epochs}"),
            "--set", string.Create(CultureInfo.InvariantCulture, $"train_images={trainImages}"),
        ])
        { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("The runner did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        while (!process.WaitForExit(TimeSpan.FromSeconds(0.5)))
        {
            look(process);
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The session failed.\n{output.Result}");
        }
    }
}

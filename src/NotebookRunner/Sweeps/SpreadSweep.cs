using System.Globalization;
using System.Text.Json.Nodes;
using NotebookRunner.Execution;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Sweeps;

/// <summary>A sweep whose runs are spread over machines: a command for each, and what they left.</summary>
internal static class SpreadSweep
{
    /// <summary>The command that runs the notebook with one combination as the sweep would.</summary>
    public static string CommandOf(RunOptions run) => ShellCommand.Of(
    [
        run.NotebookPath, "--name", run.Name, "--output", run.OutputFolder, "--scraps",
        .. run.Parameters.SelectMany(value => new[] { "--set", $"{value.Name}={value.Text}" }),
        .. run.CellTimeout is { } time ? ["--timeout", Number(time.TotalSeconds)] : Array.Empty<string>(),
        .. run.RequiredPoints is { } points ? ["--require-points", Number(points)] : Array.Empty<string>(),
        .. run.KeepGoing ? ["--keep-going"] : Array.Empty<string>(),
        .. run.StaticImages ? ["--static-images"] : Array.Empty<string>(),
        .. run.Interactive ? ["--kernel", InteractiveTool.Command] : Array.Empty<string>(),
    ]);

    /// <summary>How a run went, by the executed notebook that it left.</summary>
    public static (string? Failure, TimeSpan Duration) ResultOf(Notebook notebook)
    {
        JsonNode? error = notebook.Cells
            .Where(cell => CellLanguage.Named(cell.Json, "metadata", PapermillMetadata.Key, "status") == "failed")
            .SelectMany(cell => cell.Json["outputs"] as JsonArray ?? [])
            .FirstOrDefault(output => CellLanguage.Named(output, "output_type") == "error");
        double seconds = notebook.Json["metadata"]?[PapermillMetadata.Key]?["duration"] is JsonValue value
            && value.TryGetValue(out double time) ? time : 0;
        string? failure = error is null
            ? null
            : $"{CellLanguage.Named(error, "ename")}: {CellLanguage.Named(error, "evalue")?.Split('\n')[0]}";
        return (failure, TimeSpan.FromSeconds(seconds));
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}

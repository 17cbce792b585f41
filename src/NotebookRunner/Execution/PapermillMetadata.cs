using System.Text.Json.Nodes;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Execution;

/// <summary>
/// What papermill writes about a run into the executed notebook, for the tools that read it there: parameters, times, outcome.
/// Files have their names alone, no folders of this machine; papermill's version is left out, since this is none.
/// </summary>
/// <remarks>Format: https://papermill.readthedocs.io/en/latest/usage-inspect.html and its engine's source.</remarks>
internal static class PapermillMetadata
{
    /// <summary>Where it stands in the metadata of a notebook and of a cell.</summary>
    public const string Key = "papermill";

    /// <summary>Writes it into the executed notebook, with the values that were put in.</summary>
    public static void Write(Notebook notebook, RunResult result, RunOptions options, JsonObject parameters)
    {
        foreach (Cell cell in notebook.Cells.Where(cell => cell.HasCode))
        {
            CellRun? run = result.Cells.FirstOrDefault(ran => ran.Cell == cell);
            Put(cell.Json, Times(run?.Started, run?.Duration, run?.HasFailed),
                ("status", run switch { null => "pending", { HasFailed: true } => "failed", _ => "completed" }));
        }

        Put(notebook.Json, Times(result.Started, result.Duration, result.Failed.Count > 0 ? true : null),
            ("default_parameters", new JsonObject()),
            ("environment_variables", new JsonObject()),
            ("input_path", Path.GetFileName(options.NotebookPath)),
            ("output_path", Path.GetFileName(options.ExecutedNotebookPath)),
            ("parameters", parameters));
    }

    /// <summary>Removes what a run, of this program or of papermill, left of it.</summary>
    public static void Remove(Notebook notebook)
    {
        foreach (JsonObject json in notebook.Cells.Select(cell => cell.Json).Prepend(notebook.Json))
        {
            (json["metadata"] as JsonObject)?.Remove(Key);
        }
    }

    private static void Put(JsonObject json, JsonObject entries, params ReadOnlySpan<(string Name, JsonNode? Value)> more)
    {
        foreach ((string name, JsonNode? value) in more)
        {
            entries.Put(name, value);
        }

        ((JsonObject)json["metadata"]!).Put(Key, entries);
    }

    private static JsonObject Times(DateTimeOffset? start, TimeSpan? duration, bool? exception) => new()
    {
        ["duration"] = duration is { } time ? Math.Round(time.TotalSeconds, 6) : null,
        ["end_time"] = Iso(start + duration),
        ["exception"] = exception,
        ["start_time"] = Iso(start),
    };

    private static string? Iso(DateTimeOffset? time) => time is { } at ? Invariant($"{at:yyyy-MM-ddTHH:mm:ss.ffffffzzz}") : null;
}

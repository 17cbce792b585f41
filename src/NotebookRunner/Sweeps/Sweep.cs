using System.Diagnostics;
using System.Globalization;
using NotebookRunner.Notebooks;
using NotebookRunner.Terminal;

namespace NotebookRunner.Sweeps;

/// <summary>Runs a notebook once for each combination of values, one after the other.</summary>
internal sealed class Sweep(RunnerOptions options, SweepReporter reporter)
{
    /// <summary>Runs all combinations. One that fails does not stop the others.</summary>
    /// <param name="combinations">The combinations.</param>
    /// <param name="cancellationToken">Stops the running one and starts no further.</param>
    /// <returns>The runs that ended, in order.</returns>
    public async Task<IReadOnlyList<SweptRun>> RunAsync(IReadOnlyList<Combination> combinations, CancellationToken cancellationToken)
    {
        List<SweptRun> runs = [];
        foreach (Combination combination in combinations)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            reporter.Started(runs.Count + 1, combinations.Count, combination);
            SweptRun run = await RunAsync(combination, cancellationToken);
            runs.Add(run);
            reporter.Ended(run);
        }

        return runs;
    }

    private async Task<SweptRun> RunAsync(Combination combination, CancellationToken cancellationToken)
    {
        string notebookPath = Path.Combine(options.OutputFolder, combination.FileName + ".ipynb");
        string pagePath = Path.Combine(options.OutputFolder, combination.FileName + ".html");
        Delete(notebookPath);
        Delete(pagePath);
        var clock = Stopwatch.StartNew();
        (int exitCode, string error) = await RunnerProcess.RunAsync(Arguments(combination), reporter.Line, cancellationToken);
        (string? failure, IReadOnlyList<Scrap> scraps) = Read(notebookPath);
        failure ??= exitCode == 0 ? null : error.Length > 0
            ? error.Split('\n')[^1]
            : string.Create(CultureInfo.InvariantCulture, $"the run ended with exit code {exitCode}");
        return new SweptRun(combination, failure, clock.Elapsed, scraps, File.Exists(pagePath) ? pagePath : null);
    }

    /// <summary>Removes what an earlier sweep left: it must not be taken for the result of this one.</summary>
    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WrongUseException($"{Path.GetFileName(path)} is in the way and cannot be replaced: {exception.Message}", exception);
        }
    }

    private IEnumerable<string> Arguments(Combination combination) =>
    [
        options.NotebookPath,
        .. options.Parameters.Concat(combination.Values).SelectMany(value => (string[])["--set", $"{value.Key}={value.Value}"]),
        "--output", options.OutputFolder,
        "--name", combination.FileName,
        "--scraps",
        .. options.CellTimeout is { } timeout ? ["--timeout", timeout.TotalSeconds.ToString("R", CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. options.StaticImages ? ["--static-images"] : Array.Empty<string>(),
    ];

    /// <summary>The failure that the executed notebook tells of, and its results.</summary>
    private static (string? Failure, IReadOnlyList<Scrap> Scraps) Read(string path)
    {
        try
        {
            Notebook notebook = NotebookReader.ReadFile(path);
            string? failure = notebook.Cells.SelectMany(cell => cell.Json["outputs"]?.AsArray() ?? [])
                .Where(output => output?["output_type"]?.GetValue<string>() is "error")
                .Select(output => $"{output!["ename"]}: {output["evalue"]}".Split('\n')[0].Trim())
                .FirstOrDefault();
            return (failure, Scrap.Of(notebook));
        }
        catch (NotebookFormatException)
        {
            return (null, []); // The run left no notebook: its exit code says why.
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using NotebookRunner.Execution;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Sweeps;

/// <summary>Runs a notebook once for each combination of values, one after the other.</summary>
internal sealed class Sweep(RunOptions options, ISweepObserver observer)
{
    /// <summary>Runs all combinations. One that fails does not stop the others.</summary>
    /// <param name="combinations">The combinations.</param>
    /// <param name="cancellationToken">Stops the running one and starts no further.</param>
    /// <returns>The runs that ended, in order.</returns>
    public async Task<IReadOnlyList<SweepRun>> RunAsync(
        IReadOnlyList<Combination> combinations, CancellationToken cancellationToken)
    {
        List<SweepRun> runs = [];
        foreach (Combination combination in combinations)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            observer.Started(runs.Count + 1, combinations.Count, combination);
            SweepRun run = await RunAsync(combination, cancellationToken);
            runs.Add(run);
            observer.Ended(run);
        }

        return runs;
    }

    private async Task<SweepRun> RunAsync(Combination combination, CancellationToken cancellationToken)
    {
        string notebookPath = Path.Combine(options.OutputFolder, combination.FileName + ".ipynb");
        string pagePath = Path.Combine(options.OutputFolder, combination.FileName + ".html");
        Delete(notebookPath);
        Delete(pagePath);
        var clock = Stopwatch.StartNew();
        (int exitCode, string error) = await RunnerProcess.RunAsync(Arguments(combination), observer.Line, cancellationToken);
        (string? failure, IReadOnlyList<Scrap> scraps) = Read(notebookPath);
        failure ??= exitCode == 0 ? null : error.Length > 0
            ? error.Split('\n')[^1]
            : Invariant($"the run ended with exit code {exitCode}");
        return new SweepRun(combination, failure, clock.Elapsed, scraps, File.Exists(pagePath) ? pagePath : null);
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
            throw new WrongUseException(
                $"{Path.GetFileName(path)} is in the way and cannot be replaced: {exception.Message}", exception);
        }
    }

    private IEnumerable<string> Arguments(Combination combination) =>
    [
        options.NotebookPath,
        .. options.Parameters.Concat(combination.Values).SelectMany(value => (string[])["--set", $"{value.Key}={value.Value}"]),
        "--output", options.OutputFolder,
        "--name", combination.FileName,
        "--scraps",
        .. options.CellTimeout is { } timeout
            ? ["--timeout", timeout.TotalSeconds.ToString("R", CultureInfo.InvariantCulture)]
            : Array.Empty<string>(),
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

/// <summary>Watches a sweep while it goes on.</summary>
internal interface ISweepObserver
{
    /// <summary>A combination begins.</summary>
    void Started(int number, int count, Combination combination);

    /// <summary>The running notebook wrote a line.</summary>
    void Line(string text);

    /// <summary>A combination has ended.</summary>
    void Ended(SweepRun run);
}

/// <summary>How the notebook's run with one combination went.</summary>
/// <param name="Combination">The values.</param>
/// <param name="Failure">Why it failed, in one line; null if it did not.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Scraps">The results that it left.</param>
/// <param name="PagePath">Its page; null if there is none.</param>
internal sealed record SweepRun(
    Combination Combination, string? Failure, TimeSpan Duration, IReadOnlyList<Scrap> Scraps, string? PagePath);

using System.Diagnostics;
using System.Text;
using NotebookRunner.Execution;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Sweeps;

/// <summary>Runs a notebook once for each combination of values, one after the other.</summary>
internal sealed class Sweep(RunOptions options, ISweepObserver observer, RunOfSweep run)
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
            SweepRun ended = await RunAsync(combination, cancellationToken);
            runs.Add(ended);
            observer.Ended(ended);
        }

        return runs;
    }

    private async Task<SweepRun> RunAsync(Combination combination, CancellationToken cancellationToken)
    {
        RunOptions runOptions = combination.RunOf(options);
        var clock = Stopwatch.StartNew();
        using var lines = new LineWriter(observer.Line);
        (string? failure, TimeSpan? duration, IReadOnlyList<Scrap> scraps) = await run(runOptions, lines, cancellationToken);
        string? page = File.Exists(runOptions.PagePath) ? runOptions.PagePath : null;
        return new SweepRun(combination, failure, duration ?? clock.Elapsed, scraps, page);
    }

    /// <summary>Tells of every line when it is complete.</summary>
    private sealed class LineWriter(Action<string> tell) : TextWriter
    {
        private readonly StringBuilder _line = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            if (value is not '\n')
            {
                _line.Append(value);
                return;
            }

            tell(_line.ToString());
            _line.Clear();
        }
    }
}

/// <summary>Runs the notebook of a sweep once, with an output of its own, and writes what came of it.</summary>
/// <returns>
/// Why it failed, in one line, or null; how long it took, where that was not now; and the results that it stored.
/// </returns>
internal delegate Task<(string? Failure, TimeSpan? Duration, IReadOnlyList<Scrap> Scraps)> RunOfSweep(
    RunOptions options, TextWriter shown, CancellationToken cancellationToken);

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

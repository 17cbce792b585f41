using NotebookRunner.Execution;
using NotebookRunner.Sweeps;
using Spectre.Console;

namespace NotebookRunner.Terminal;

/// <summary>
/// Shows a sweep as it goes on: a line for each combination, and in a terminal the last lines of the running notebook.
/// </summary>
internal sealed class SweepReporter : ISweepObserver
{
    private readonly Lock _lock = new();
    private readonly TextWriter _output;
    private readonly bool _isTerminal;
    private readonly IAnsiConsole _console;
    private readonly LiveLines _liveLines;

    /// <summary>Makes a reporter.</summary>
    public SweepReporter(TextWriter output, bool isTerminal)
    {
        (_output, _isTerminal, _console) = (output, isTerminal, TerminalConsole.Create(output, isTerminal));
        _liveLines = new LiveLines(output, () => _console.Profile.Width);
    }

    /// <inheritdoc/>
    public void Started(int number, int count, Combination combination)
    {
        lock (_lock)
        {
            string label = Invariant($"[{number}/{count}]");
            _console.MarkupLine($"[bold blue]{Markup.Escape(label)}[/] {Markup.Escape(combination.Label)}");
            _output.Flush();
        }
    }

    /// <inheritdoc/>
    public void Line(string text)
    {
        if (_isTerminal && !string.IsNullOrWhiteSpace(text))
        {
            lock (_lock)
            {
                _liveLines.Draw("    " + text);
            }
        }
    }

    /// <inheritdoc/>
    public void Ended(SweepRun run)
    {
        lock (_lock)
        {
            _liveLines.Clear();
            string duration = ReportText.Duration(run.Duration);
            _console.MarkupLine(run.Failure is null
                ? $"[green]✓[/] [dim]{duration}[/]"
                : $"[bold red]✗ failed[/] [dim]after {duration}:[/] [red]{Markup.Escape(run.Failure)}[/]");
            _output.Flush();
        }
    }

    /// <summary>Sums the sweep up.</summary>
    public void Finished(IReadOnlyList<SweepRun> runs, int count, string pagePath)
    {
        int failed = runs.Count(run => run.Failure is not null);
        string total = ReportText.Duration(runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Duration));
        _console.WriteLine();
        string notRun = runs.Count == count ? "" : Invariant($", {count - runs.Count} not run");
        _console.MarkupLine(failed == 0 && runs.Count == count
            ? $"[bold green]✓ {ReportText.Count(count, "run")}[/] in {total}"
            : Invariant($"[bold red]✗ {failed} of {ReportText.Count(count, "run")} failed{notRun}[/] in {total}"));
        _output.Write($"  {Path.GetRelativePath(Environment.CurrentDirectory, pagePath)}\n");
        _output.Flush();
    }
}

using System.Diagnostics;
using System.Text;
using NotebookRunner.Execution;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;
using Spectre.Console;

namespace NotebookRunner.Terminal;

/// <summary>
/// Shows a run as it goes on. In a terminal, text appears as it is written and progress is redrawn in place; in a file or a
/// pipe there are whole lines, each once, and no colors.
/// </summary>
internal sealed class RunReporter : IRunObserver, IDisposable
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

    private const int MaxLineLength = 110;

    private readonly Lock _lock = new();
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _isTerminal;
    private readonly IAnsiConsole _console;
    private readonly LiveLines _liveLines;
    private readonly SortedDictionary<int, string> _live = [];
    private readonly StringBuilder _partialLine = new();
    private string? _drawn;
    private long _lastDraw;

    /// <summary>Makes a reporter.</summary>
    /// <param name="output">Where the run is shown.</param>
    /// <param name="error">Where goes what native code prints.</param>
    /// <param name="isTerminal">Whether both are a terminal, which shows colors and redraws lines.</param>
    public RunReporter(TextWriter output, TextWriter error, bool isTerminal)
    {
        (_output, _error) = (output, error);
        _isTerminal = isTerminal;
        _console = TerminalConsole.Create(output, isTerminal);
        _liveLines = new LiveLines(output, () => _console.Profile.Width);
    }

    /// <inheritdoc/>
    public void CellStarted(int number, int count, string source)
    {
        lock (_lock)
        {
            string label = Invariant($"[{number}/{count}]");
            int room = Math.Min(_console.Profile.Width, MaxLineLength) - label.Length - 2;
            string line = TerminalConsole.Shorten(ReportText.FirstLine(source), room);
            _console.MarkupLine($"[bold blue]{Markup.Escape(label)}[/] {Markup.Escape(line)}");
        }
    }

    /// <inheritdoc/>
    public void Streamed(string stream, string text)
    {
        lock (_lock)
        {
            int end = text.LastIndexOf('\n') + 1;
            if (_isTerminal)
            {
                _liveLines.Clear();
                _output.Write(text);
            }
            else if (end > 0)
            {
                // A line goes out when it is complete, since until then it may still be rewritten.
                _output.Write(Plain(_partialLine.Append(text, 0, end).ToString()));
            }

            if (end > 0)
            {
                _partialLine.Clear();
            }

            _partialLine.Append(text, end, text.Length - end);
            if (_isTerminal)
            {
                Redraw();
                _output.Flush();
            }
        }
    }

    /// <inheritdoc/>
    public void Printed(string text)
    {
        lock (_lock)
        {
            _liveLines.Clear();
            _output.Flush();
            _error.Write(text);
            _error.Flush();
            Redraw();
        }
    }

    /// <inheritdoc/>
    public void Displayed(int display, MimeBundle bundle, bool isLive)
    {
        if (bundle.IsScrap)
        {
            return;
        }

        lock (_lock)
        {
            if (isLive)
            {
                _live[display] = TextOf(bundle);
                DrawLive(display);
                return;
            }

            _liveLines.Clear();
            EndPartialLine();
            _output.Write(TextOf(bundle) + "\n");
            Redraw();
            _output.Flush();
        }
    }

    /// <inheritdoc/>
    public void Updated(int display, MimeBundle bundle)
    {
        lock (_lock)
        {
            _live[display] = TextOf(bundle);
            DrawLive(display);
        }
    }

    /// <inheritdoc/>
    public void CellEnded(CellRun run)
    {
        lock (_lock)
        {
            _liveLines.Clear();
            _drawn = null;
            EndPartialLine();
            foreach (string text in _live.Values)
            {
                _output.Write(text + "\n");
            }

            _live.Clear();
            string duration = ReportText.Duration(run.Duration);
            if (run.Failure is null)
            {
                _console.MarkupLine($"[green]✓[/] [dim]{duration}[/]");
                return;
            }

            _console.MarkupLine(run.HasFailed
                ? Invariant($"[bold red]✗ cell {run.Number} failed[/] [dim]after {duration}[/]")
                : $"[green]✓[/] [dim]{duration}, with an error that its tag raises-exception allows[/]");
            if (run.Failure.Line is { } line)
            {
                string quoted = CellFailure.QuoteLine(run.Cell.Source, line);
                _console.MarkupLine(Invariant($"  [yellow]line {line}:[/] {Markup.Escape(quoted)}"));
            }

            string failure = $"{run.Failure.Name}: {run.Failure.Message}".Replace("\n", "\n  ", StringComparison.Ordinal);
            _console.MarkupLine($"  [red]{Markup.Escape(failure)}[/]");
            foreach (string entry in run.Failure.Trace)
            {
                _console.MarkupLine($"  [dim]{Markup.Escape(entry)}[/]");
            }
        }
    }

    /// <summary>Sums the run up.</summary>
    public void Finished(RunResult result, IReadOnlyList<string> files)
    {
        string duration = ReportText.Duration(result.Duration);
        _console.WriteLine();
        _console.MarkupLine(result.Failed.Count == 0
            ? $"[bold green]✓ {result.Summary}[/] in {duration}"
            : $"[bold red]✗ {result.Summary}[/] after {duration}");
        foreach (CellRun run in result.IsStopped && result.Failed.Count == 1 ? [] : result.Failed)
        {
            string line = Invariant($"cell {run.Number}: {run.Failure?.Summary}");
            line = TerminalConsole.Shorten(line, Math.Min(_console.Profile.Width, MaxLineLength) - 3);
            _console.MarkupLine($"  [red]{Markup.Escape(line)}[/]");
        }

        foreach (string file in files)
        {
            _output.Write($"  {Path.GetRelativePath(Environment.CurrentDirectory, file)}\n");
        }

        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _liveLines.Clear();
            EndPartialLine();
        }
    }

    private string TextOf(MimeBundle bundle)
    {
        string words = bundle.Preview ?? $"({string.Join(", ", bundle.Items.Select(item => item.Key))})";
        words = (_isTerminal ? words : Plain(words)).TrimEnd();
        return bundle.IsFigure ? words.Split('\n')[0] : words;
    }

    private static string Plain(string text) =>
        TerminalText.WithoutEscapes(TerminalText.Collapse(text));

    private void EndPartialLine()
    {
        if (_partialLine.Length > 0)
        {
            _output.Write(_isTerminal ? "\n" : Plain(_partialLine.ToString()) + "\n");
            _partialLine.Clear();
        }
    }

    private void DrawLive(int display)
    {
        _drawn = _live[display];
        if (_isTerminal && Stopwatch.GetElapsedTime(_lastDraw) >= RedrawInterval)
        {
            _lastDraw = Stopwatch.GetTimestamp();
            Redraw();
        }
    }

    private void Redraw()
    {
        // Below an unfinished line there is no room: its own text would be drawn over.
        if (_isTerminal && _drawn is not null && _partialLine.Length == 0)
        {
            _liveLines.Draw(_drawn);
        }
    }
}

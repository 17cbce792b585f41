using System.Text;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Execution;

/// <summary>Collects what the cells of a run write and show, stores it in the notebook, and tells the observer of it.</summary>
internal sealed class RunOutput(IRunObserver observer) : IOutputSink
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, (CellEntries Cell, DisplayEntry Entry)> _displays = [];
    private CellEntries? _current;

    /// <summary>What comes from now on belongs to this cell.</summary>
    public void Begin(Cell cell, int number)
    {
        lock (_lock)
        {
            _current = new CellEntries(cell, number);
        }
    }

    /// <summary>Stores the cell's outputs, those of a failure too. What comes between cells is dropped.</summary>
    public void End(CellFailure? failure)
    {
        lock (_lock)
        {
            _current!.Failure = failure;
            _current.Store();
            _current = null;
        }
    }

    /// <inheritdoc/>
    public void Write(string stream, string text) => InCell(cell =>
    {
        if (cell.Entries.LastOrDefault() is StreamEntry last && string.Equals(last.Name, stream, StringComparison.Ordinal))
        {
            last.Text.Append(text);
        }
        else
        {
            cell.Entries.Add(new StreamEntry(stream, new StringBuilder(text)));
        }

        observer.Streamed(stream, text);
    });

    /// <inheritdoc/>
    public void Display(int id, MimeBundle bundle, bool isResult, bool isLive) => InCell(cell =>
    {
        var entry = new DisplayEntry(bundle, isResult);
        cell.Entries.Add(entry);
        _displays[id] = (cell, entry);
        observer.Displayed(id, bundle, isLive);
    });

    /// <inheritdoc/>
    public void Update(int id, MimeBundle bundle) => InCell(current =>
    {
        if (_displays.TryGetValue(id, out (CellEntries Cell, DisplayEntry Entry) shown))
        {
            shown.Entry.Bundle = bundle;
            if (shown.Cell != current)
            {
                shown.Cell.Store();
            }

            observer.Updated(id, bundle);
        }
    });

    /// <inheritdoc/>
    public void Store(string name, string json) =>
        InCell(cell => cell.Entries.Add(new ScrapEntry(Scrap.ToOutput(name, JupyterJson.Read(json)))));

    /// <inheritdoc/>
    public void Print(string text) => InCell(_ => observer.Printed(text));

    private void InCell(Action<CellEntries> action)
    {
        lock (_lock)
        {
            if (_current is { } cell)
            {
                action(cell);
            }
        }
    }

    private abstract class Entry
    {
        public abstract CellOutput ToOutput();
    }

    private sealed class StreamEntry(string name, StringBuilder text) : Entry
    {
        public string Name { get; } = name;

        public StringBuilder Text { get; } = text;

        public override CellOutput ToOutput() => new StreamOutput(Name, TerminalText.Collapse(Text.ToString()));
    }

    private sealed class ScrapEntry(DisplayOutput output) : Entry
    {
        public override CellOutput ToOutput() => output;
    }

    private sealed class DisplayEntry(MimeBundle bundle, bool isResult) : Entry
    {
        public MimeBundle Bundle { get; set; } = bundle;

        public override CellOutput ToOutput() => new DisplayOutput(Bundle, isResult);
    }

    private sealed class CellEntries(Cell cell, int number)
    {
        public List<Entry> Entries { get; } = [];

        public CellFailure? Failure { get; set; }

        public void Store()
        {
            List<CellOutput> outputs = [.. Entries.Select(entry => entry.ToOutput())];
            if (Failure is not null)
            {
                outputs.Add(Failure.ToOutput(cell.Source));
            }

            cell.SetOutputs(number, outputs);
        }
    }
}

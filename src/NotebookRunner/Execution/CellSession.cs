using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Execution;

/// <summary>
/// One running cell: collects what it writes and shows, in order. Which cell a piece of code belongs to flows with its
/// execution context, so a background task that outlives its cell writes into no other cell: what comes after the end is lost,
/// as in the kernel.
/// </summary>
internal sealed class CellSession(IRunObserver observer, CancellationToken cancellationToken)
{
    private static readonly AsyncLocal<CellSession?> Flowing = new();
    private static volatile CellSession? s_running;

    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private bool _closed;

    /// <summary>
    /// The session of the cell that the calling code belongs to; the running one where the context did not flow.
    /// </summary>
    public static CellSession? Current => Flowing.Value ?? s_running;

    /// <summary>Signalled when the cell is to stop.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Makes this the session of the code that follows in this execution context.</summary>
    public void Enter()
    {
        Flowing.Value = this;
        s_running = this;
    }

    /// <summary>Adds text of a stream.</summary>
    public void WriteStream(string stream, string text)
    {
        lock (_lock)
        {
            if (_closed || text.Length == 0)
            {
                return;
            }

            if (_entries.LastOrDefault() is StreamEntry last && string.Equals(last.Name, stream, StringComparison.Ordinal))
            {
                last.Text.Append(text);
            }
            else
            {
                _entries.Add(new StreamEntry(stream, new StringBuilder(text)));
            }

            observer.Streamed(stream, text);
        }
    }

    /// <summary>Shows a value.</summary>
    /// <returns>Its place, for <see cref="Update"/>.</returns>
    public int Display(MimeBundle bundle, bool isResult = false, bool isLive = false)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return -1;
            }

            _entries.Add(new DisplayEntry(bundle, isResult));
            observer.Displayed(_entries.Count - 1, bundle, isLive);
            return _entries.Count - 1;
        }
    }

    /// <summary>Puts another value in the place of one shown before.</summary>
    public void Update(int display, MimeBundle bundle)
    {
        lock (_lock)
        {
            if (!_closed && display >= 0)
            {
                ((DisplayEntry)_entries[display]).Bundle = bundle;
                observer.Updated(display, bundle);
            }
        }
    }

    /// <summary>Stores a result beside what is shown.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">The result.</param>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public void Glue(string name, string json)
    {
        DisplayOutput scrap = Scrap.ToOutput(name, JsonNode.Parse(json));
        lock (_lock)
        {
            if (!_closed)
            {
                _entries.Add(new ScrapEntry(scrap));
            }
        }
    }

    /// <summary>Ends the session. What comes later is dropped.</summary>
    /// <returns>The outputs.</returns>
    public List<CellOutput> Close()
    {
        lock (_lock)
        {
            _closed = true;
            Interlocked.CompareExchange(ref s_running, null, this);
            return [.. _entries.Select(entry => entry.ToOutput())];
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
}

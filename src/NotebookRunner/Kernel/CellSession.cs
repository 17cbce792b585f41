using System.Text.Json;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>
/// One running cell: hands on what it writes and shows. Which cell a piece of code belongs to flows with its execution context,
/// so a background task that outlives its cell writes into no other cell: what comes after the end is lost, as in the kernel.
/// </summary>
internal sealed class CellSession(IOutputSink output, CancellationToken cancellationToken)
{
    private static readonly AsyncLocal<CellSession?> Flowing = new();
    private static volatile CellSession? s_running;
    private static int s_displays;

    private readonly Lock _lock = new();
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
    public void Write(string stream, string text)
    {
        if (text.Length > 0)
        {
            HostServices.Tell(text);
            Send(() => output.Write(stream, text));
        }
    }

    /// <summary>Shows a value.</summary>
    /// <returns>What stands for it in <see cref="Update"/>, in this cell and in later ones.</returns>
    public int Display(MimeBundle bundle, bool isResult = false, bool isLive = false)
    {
        HostServices.Tell((bundle["text/plain"] ?? bundle["text/html"]) + "\n");
        int id = Interlocked.Increment(ref s_displays);
        Send(() => output.Display(id, bundle, isResult, isLive));
        return id;
    }

    /// <summary>Puts another value in the place of one shown before.</summary>
    public void Update(int display, MimeBundle bundle) => Send(() => output.Update(display, bundle));

    /// <summary>Stores a result beside what is shown.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">The result.</param>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public void Glue(string name, string json)
    {
        _ = JupyterJson.Read(json);
        Send(() => output.Store(name, json));
    }

    /// <summary>Ends the session. What comes later is dropped.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Interlocked.CompareExchange(ref s_running, null, this);
        }
    }

    private void Send(Action send)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                send();
            }
        }
    }
}

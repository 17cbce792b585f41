using System.Text;

namespace NotebookRunner.Terminal;

/// <summary>
/// Writes to another writer for as long as that takes it; after its first failure nothing more, and nobody is stopped by it.
/// </summary>
internal sealed class FaultTolerantWriter(TextWriter writer) : TextWriter
{
    /// <summary>Why nothing more is written; null while all is well.</summary>
    public IOException? Failure { get; private set; }

    /// <inheritdoc/>
    public override Encoding Encoding => writer.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => writer.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => writer.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => writer.Write(value));

    /// <inheritdoc/>
    public override void Flush() => Try(writer.Flush);

    private void Try(Action write)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            write();
        }
        catch (IOException exception)
        {
            Failure = exception;
        }
    }
}

using System.Runtime.InteropServices;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>
/// One end of the line between this program and the process that runs the cells: messages both ways, each written whole. Texts
/// go as UTF-16, so that half a surrogate pair that a cell writes arrives as it is.
/// </summary>
internal sealed class KernelPipe : IOutputSink, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stream _stream;
    private readonly BinaryReader _reader;
    private readonly BinaryWriter _writer;

    /// <summary>Makes an end of the line.</summary>
    /// <param name="stream">What it runs over. Reading and writing go on at the same time.</param>
    public KernelPipe(Stream stream)
    {
        _stream = stream;
        _reader = new BinaryReader(new BufferedStream(stream));
        _writer = new BinaryWriter(new BufferedStream(stream));
    }

    private enum Message : byte
    {
        Run,
        Stop,
        Ended,
        Write,
        Display,
        Update,
        Store,
    }

    /// <summary>To the process: run a cell.</summary>
    public void Run(int number, string source) => Send(Message.Run, writer =>
    {
        writer.Write(number);
        Write(writer, source);
    });

    /// <summary>To the process: the running cell is to stop.</summary>
    public void Stop() => Send(Message.Stop, _ => { });

    /// <summary>From the process: the cell has ended.</summary>
    public void Ended(CellFailure? failure) => Send(Message.Ended, writer =>
    {
        writer.Write(failure is not null);
        if (failure is not null)
        {
            Write(writer, failure.Name);
            Write(writer, failure.Message);
            writer.Write(failure.Line ?? -1);
            writer.Write(failure.Trace.Count);
            foreach (string entry in failure.Trace)
            {
                Write(writer, entry);
            }
        }
    });

    /// <inheritdoc/>
    void IOutputSink.Write(string stream, string text) => Send(Message.Write, writer =>
    {
        Write(writer, stream);
        Write(writer, text);
    });

    /// <inheritdoc/>
    public void Display(int id, MimeBundle bundle, bool isResult, bool isLive) => Send(Message.Display, writer =>
    {
        writer.Write(id);
        Write(writer, bundle);
        writer.Write(isResult);
        writer.Write(isLive);
    });

    /// <inheritdoc/>
    public void Update(int id, MimeBundle bundle) => Send(Message.Update, writer =>
    {
        writer.Write(id);
        Write(writer, bundle);
    });

    /// <inheritdoc/>
    public void Store(string name, string json) => Send(Message.Store, writer =>
    {
        Write(writer, name);
        Write(writer, json);
    });

    /// <inheritdoc/>
    public void Print(string text) => throw new NotSupportedException("What native code prints does not take this way.");

    /// <summary>In the process: hands over every message to it until the line is cut.</summary>
    public void Listen(Action<int, string> run, Action stop)
    {
        while (ReadKind() is { } kind)
        {
            if (kind is Message.Run)
            {
                run(_reader.ReadInt32(), ReadText());
            }
            else
            {
                stop();
            }
        }
    }

    /// <summary>Hands over every message from the process until the line is cut.</summary>
    public void Listen(IOutputSink output, Action<CellFailure?> ended)
    {
        while (ReadKind() is { } kind)
        {
            switch (kind)
            {
                case Message.Write:
                    output.Write(ReadText(), ReadText());
                    break;
                case Message.Display:
                    output.Display(_reader.ReadInt32(), ReadBundle(), _reader.ReadBoolean(), _reader.ReadBoolean());
                    break;
                case Message.Update:
                    output.Update(_reader.ReadInt32(), ReadBundle());
                    break;
                case Message.Store:
                    output.Store(ReadText(), ReadText());
                    break;
                default:
                    ended(_reader.ReadBoolean() ? ReadFailure() : null);
                    break;
            }
        }
    }

    /// <summary>Cuts the line.</summary>
    public void Dispose() => _stream.Dispose();

    private static void Write(BinaryWriter writer, string text)
    {
        writer.Write(text.Length);
        writer.Write(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static void Write(BinaryWriter writer, MimeBundle bundle)
    {
        writer.Write(bundle.Preview is not null);
        Write(writer, bundle.Preview ?? "");
        writer.Write(bundle.Items.Count);
        foreach ((string mimeType, string value) in bundle.Items)
        {
            Write(writer, mimeType);
            Write(writer, value);
        }
    }

    private void Send(Message kind, Action<BinaryWriter> content)
    {
        lock (_lock)
        {
            _writer.Write((byte)kind);
            content(_writer);
            _writer.Flush();
        }
    }

    private Message? ReadKind()
    {
        try
        {
            return (Message)_reader.ReadByte();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    private string ReadText() =>
        string.Create(_reader.ReadInt32(), _reader, (text, reader) => reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(text)));

    private MimeBundle ReadBundle()
    {
        bool hasPreview = _reader.ReadBoolean();
        string preview = ReadText();
        int count = _reader.ReadInt32();
        List<KeyValuePair<string, string>> items =
            [.. Enumerable.Range(0, count).Select(_ => KeyValuePair.Create(ReadText(), ReadText()))];
        return new MimeBundle(items) { Preview = hasPreview ? preview : null };
    }

    private CellFailure ReadFailure()
    {
        string name = ReadText();
        string message = ReadText();
        int line = _reader.ReadInt32();
        int count = _reader.ReadInt32();
        return new CellFailure(
            name, message, line < 0 ? null : line, [.. Enumerable.Range(0, count).Select(_ => ReadText())]);
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>
/// One end of the line between this program and the process that runs the cells: messages both ways, each a kind and some texts,
/// written whole. Texts go as UTF-16, so that half a surrogate pair that a cell writes arrives as it is.
/// </summary>
/// <param name="stream">What it runs over. Reading and writing go on at the same time.</param>
internal sealed class KernelPipe(Stream stream) : IOutputSink, IDisposable
{
    private readonly Lock _lock = new();
    private readonly BinaryReader _reader = new(new BufferedStream(stream));
    private readonly BinaryWriter _writer = new(new BufferedStream(stream));

    private enum Message : byte
    {
        Expect,
        Run,
        Stop,
        Ended,
        Write,
        Display,
        Update,
        Store,
    }

    /// <summary>To the process: these cells will run.</summary>
    public void Expect(IReadOnlyList<string> cells) => Send(Message.Expect, [.. cells]);

    /// <summary>To the process: run a cell.</summary>
    public void Run(int number, string source) => Send(Message.Run, [Text(number), source]);

    /// <summary>To the process: the running cell is to stop.</summary>
    public void Stop() => Send(Message.Stop, []);

    /// <summary>From the process: the cell has ended.</summary>
    public void Ended(CellFailure? failure) => Send(
        Message.Ended,
        failure is null
            ? []
            : [failure.Name, failure.Message, Text((int)failure.Kind), Text(failure.Line ?? 0), .. failure.Trace]);

    /// <inheritdoc/>
    void IOutputSink.Write(string stream, string text) => Send(Message.Write, [stream, text]);

    /// <inheritdoc/>
    public void Display(int id, MimeBundle bundle, bool isResult, bool isLive) =>
        Send(Message.Display, [Text(id), .. Texts(bundle), isResult ? "result" : "", isLive ? "live" : ""]);

    /// <inheritdoc/>
    public void Update(int id, MimeBundle bundle) => Send(Message.Update, [Text(id), .. Texts(bundle)]);

    /// <inheritdoc/>
    public void Store(string name, string json) => Send(Message.Store, [name, json]);

    /// <inheritdoc/>
    public void Print(string text) => throw new NotSupportedException("What native code prints does not take this way.");

    /// <summary>In the process: hands over every message to it until the line is cut.</summary>
    public void Listen(Action<IReadOnlyList<string>> expect, Action<int, string> run, Action stop)
    {
        while (Receive() is (var kind, var texts))
        {
            switch (kind)
            {
                case Message.Expect:
                    expect(texts!);
                    break;
                case Message.Run:
                    run(Number(texts[0]), texts[1]!);
                    break;
                default:
                    stop();
                    break;
            }
        }
    }

    /// <summary>Hands over every message from the process until the line is cut.</summary>
    public void Listen(IOutputSink output, Action<CellFailure?> ended)
    {
        while (Receive() is (var kind, var texts))
        {
            switch (kind)
            {
                case Message.Write:
                    output.Write(texts[0]!, texts[1]!);
                    break;
                case Message.Display:
                    output.Display(Number(texts[0]), Bundle(texts[1..^2]), texts[^2] is "result", texts[^1] is "live");
                    break;
                case Message.Update:
                    output.Update(Number(texts[0]), Bundle(texts[1..]));
                    break;
                case Message.Store:
                    output.Store(texts[0]!, texts[1]!);
                    break;
                default:
                    ended(texts is [{ } name, { } message, var after, var line, .. var trace]
                        ? new CellFailure(name, message, Number(line) is > 0 and var number ? number : null, trace!)
                        { Kind = (FailureKind)Number(after) }
                        : null);
                    break;
            }
        }
    }

    /// <summary>Cuts the line.</summary>
    public void Dispose() => stream.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string? text) => int.Parse(text!, CultureInfo.InvariantCulture);

    private static IEnumerable<string?> Texts(MimeBundle bundle) =>
        [bundle.Preview, .. bundle.Items.SelectMany(item => (string[])[item.Key, item.Value])];

    private static MimeBundle Bundle(string?[] texts) =>
        new([.. texts[1..].Chunk(2).Select(item => KeyValuePair.Create(item[0]!, item[1]!))]) { Preview = texts[0] };

    private void Send(Message kind, string?[] texts)
    {
        lock (_lock)
        {
            _writer.Write((byte)kind);
            _writer.Write(texts.Length);
            foreach (string? text in texts)
            {
                _writer.Write(text?.Length ?? -1);
                _writer.Write(MemoryMarshal.AsBytes(text.AsSpan()));
            }

            _writer.Flush();
        }
    }

    private (Message Kind, string?[] Texts)? Receive()
    {
        try
        {
            var kind = (Message)_reader.ReadByte();
            var texts = new string?[_reader.ReadInt32()];
            for (int i = 0; i < texts.Length; i++)
            {
                int length = _reader.ReadInt32();
                texts[i] = length < 0 ? null : string.Create(length, _reader.BaseStream, ReadText);
            }

            return (kind, texts);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return null; // The line was cut, perhaps in the middle of a message.
        }

        static void ReadText(Span<char> text, Stream stream) => stream.ReadExactly(MemoryMarshal.AsBytes(text));
    }
}

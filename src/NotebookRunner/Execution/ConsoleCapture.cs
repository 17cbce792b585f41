using System.Text;

namespace NotebookRunner.Execution;

/// <summary>Sends what is written to the console to the cell that writes it, for as long as it is not disposed of.</summary>
internal sealed class ConsoleCapture : IDisposable
{
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly TextReader _in = Console.In;

    /// <summary>Starts the capture.</summary>
    public ConsoleCapture()
    {
        Console.SetOut(new SessionWriter("stdout"));
        Console.SetError(new SessionWriter("stderr"));
        // Nobody is there to answer: a cell that reads gets the end of the input at once instead of waiting for ever.
        Console.SetIn(TextReader.Null);
    }

    /// <summary>Gives the console back.</summary>
    public void Dispose()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
        Console.SetIn(_in);
    }

    private sealed class SessionWriter(string stream) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

        public override void Write(string? value) => CellSession.Current?.WriteStream(stream, value ?? "");

        public override void WriteLine(string? value) => Write(value + NewLine);

        public override void WriteLine(ReadOnlySpan<char> buffer) => Write(new string(buffer) + NewLine);
    }
}

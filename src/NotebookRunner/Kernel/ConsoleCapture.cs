using System.Globalization;
using System.Text;

namespace NotebookRunner.Kernel;

/// <summary>
/// Sends what a cell writes to the console to that cell. Once started it stays for the life of the process: a task that
/// outlives its cell, or the whole run, still must not write between other lines.
/// </summary>
internal static class ConsoleCapture
{
    private static readonly Lazy<bool> Started = new(() =>
    {
        Console.SetOut(new SessionWriter("stdout", Console.Out));
        Console.SetError(new SessionWriter("stderr", Console.Error));
        // Nobody is there to answer: a cell that reads gets the end of the input at once instead of waiting for ever.
        Console.SetIn(TextReader.Null);
        return true;
    });

    /// <summary>Starts the capture, if it has not started yet.</summary>
    public static void Start() => _ = Started.Value;

    /// <summary>
    /// Writes to the calling cell's session, and for code that belongs to no cell to the console. A number that is written by
    /// itself has a point in every culture, as in the kernel.
    /// </summary>
    private sealed class SessionWriter(string stream, TextWriter console) : TextWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

        public override void Write(string? value)
        {
            if (CellSession.Current is { } session)
            {
                session.Write(stream, value ?? "");
            }
            else
            {
                console.Write(value);
            }
        }

        public override void WriteLine(string? value) => Write(value + NewLine);

        public override void WriteLine(ReadOnlySpan<char> buffer) => Write(new string(buffer) + NewLine);

        public override void Flush() => console.Flush();
    }
}

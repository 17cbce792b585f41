using Microsoft.CodeAnalysis.Text;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>Why a cell failed, in words for the terminal and for the notebook.</summary>
/// <param name="Name">The exception's type, or what else stopped the cell.</param>
/// <param name="Message">The error, one line or several.</param>
/// <param name="Line">The cell's line that failed, from 1, where known.</param>
/// <param name="Trace">The way to that line, innermost first.</param>
internal sealed record CellFailure(string Name, string Message, int? Line, IReadOnlyList<string> Trace)
{
    /// <summary>What the failure leaves behind.</summary>
    public FailureKind Kind { get; init; }

    /// <summary>The error in one line.</summary>
    public string Summary => $"{Name}: {Message.Split('\n')[0].Trim()}";

    /// <summary>The failure as an output of its cell.</summary>
    /// <param name="source">The cell's text, to quote the line from.</param>
    public ErrorOutput ToOutput(string source)
    {
        List<string> traceback = [$"{Name}: {Message}"];
        if (Line is { } line)
        {
            traceback.Add($"  line {line}: {QuoteLine(source, line)}");
        }

        traceback.AddRange(Trace.Select(entry => $"  {entry}"));
        return new ErrorOutput(Name, Message, traceback);
    }

    /// <summary>One line of a text, without the blanks around it; a long one is cut.</summary>
    public static string QuoteLine(string source, int line)
    {
        const int MaxLength = 200;
        TextLineCollection lines = SourceText.From(source).Lines; // What ends a line is the compiler's to say.
        string quoted = line <= lines.Count ? lines[line - 1].ToString().Trim() : "";
        return quoted.Length <= MaxLength ? quoted : quoted[..MaxLength] + "…";
    }
}

/// <summary>What a failure leaves behind.</summary>
internal enum FailureKind
{
    /// <summary>The cell threw or did not compile; the kernel is as it was.</summary>
    Error,

    /// <summary>The cell took too long and ended when it was told to; the kernel is as it was.</summary>
    Timeout,

    /// <summary>No further cell can run: the kernel is gone, a cell still runs in it, or the user wants no more.</summary>
    Final,
}

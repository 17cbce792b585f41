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

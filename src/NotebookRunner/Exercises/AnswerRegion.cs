using NotebookRunner.Notebooks;

namespace NotebookRunner.Exercises;

/// <summary>The part of a cell that is the answer: the lines between two marks.</summary>
internal static class AnswerRegion
{
    /// <summary>The line before the answer.</summary>
    public const string Begin = "// BEGIN SOLUTION";

    /// <summary>The line after it.</summary>
    public const string End = "// END SOLUTION";

    /// <summary>Whether a cell's text has one of the marks.</summary>
    public static bool IsIn(string source) => source.Split('\n').Any(line => IsBegin(line) || IsEnd(line));

    /// <summary>The text without the marks, which a reader of the solution need not see.</summary>
    public static string WithoutMarks(string source) =>
        string.Join('\n', source.Split('\n').Where(line => !IsBegin(line) && !IsEnd(line)));

    /// <summary>The cell's text with another answer.</summary>
    /// <param name="cell">A cell with one answer.</param>
    /// <param name="prompt">What stands in the answer's place, indented like it; null leaves the answer.</param>
    /// <exception cref="NotebookFormatException">The marks are not one pair in order.</exception>
    public static string Replace(Cell cell, string? prompt)
    {
        string[] lines = cell.Source.Split('\n');
        int begin = Array.FindIndex(lines, IsBegin);
        int end = Array.FindIndex(lines, IsEnd);
        if (begin < 0 || end < begin || lines.Count(IsBegin) > 1 || lines.Count(IsEnd) > 1)
        {
            throw new NotebookFormatException($"cell {cell.Id}: expected one '{Begin}' and after it one '{End}'");
        }

        string indent = lines[begin][..^lines[begin].TrimStart().Length];
        IEnumerable<string> answer = prompt is null
            ? lines[(begin + 1)..end]
            : prompt.Split('\n').Select(line => line.Length == 0 ? line : indent + line);
        return string.Join('\n', [.. lines[..begin], .. answer, .. lines[(end + 1)..]]);
    }

    private static bool IsBegin(string line) => string.Equals(line.Trim(), Begin, StringComparison.Ordinal);

    private static bool IsEnd(string line) => string.Equals(line.Trim(), End, StringComparison.Ordinal);
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NotebookRunner.Grading;

/// <summary>
/// The words of a cell, without blanks and comments. A submission is looked at word by word and never parsed here: code that is
/// nested without end would take a parser down.
/// </summary>
internal static class CellTokens
{
    /// <summary>The words.</summary>
    public static IReadOnlyList<string> Of(string source) =>
        [.. SyntaxFactory.ParseTokens(source, options: CSharpParseOptions.Default.WithKind(SourceCodeKind.Script))
            .Select(token => token.Text).Where(text => text.Length > 0)];

    /// <summary>What a cell calls on a type or a variable, such as <c>Prepared.Data</c>.</summary>
    public static IEnumerable<string> Calls(IReadOnlyList<string> tokens)
    {
        for (int i = 0; i + 3 < tokens.Count; i++)
        {
            if (tokens[i + 1] is "." && tokens[i + 3] is "(" && char.IsLetter(tokens[i][0]))
            {
                yield return $"{tokens[i]}.{tokens[i + 2]}";
            }
        }
    }

    /// <summary>
    /// Whether a cell says anything of a name but what is behind its dot: it may declare a class, a variable or an alias of it.
    /// </summary>
    public static bool Redefines(IReadOnlyList<string> tokens, string name) => Enumerable.Range(0, tokens.Count).Any(i =>
        string.Equals(tokens[i], name, StringComparison.Ordinal)
        && (i + 1 == tokens.Count || tokens[i + 1] is not ".") && (i == 0 || tokens[i - 1] is not "."));
}

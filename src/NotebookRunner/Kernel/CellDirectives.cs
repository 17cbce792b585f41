using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>The lines of a cell that speak to the host: <c>#r</c>, <c>#load</c> and magic commands.</summary>
internal static partial class CellDirectives
{
    private const string Supported =
        $"known are #r \"path\", #load \"path\", #!import path.csx and #!csharp; {CellLanguage.RunsOthers} knows all";

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    /// <summary>Whether a line of a cell begins as one.</summary>
    public static bool AreIn(string source) => source.Split('\n').Any(line => line.TrimStart().StartsWith('#'));

    /// <summary>The cell without the directives that the compiler does not know, every line where it was.</summary>
    /// <param name="source">The cell.</param>
    /// <returns>Its code, and the files that run before it as cells of their own (<c>#!import</c>).</returns>
    /// <exception cref="DirectiveException">The cell has a directive that this program does not know.</exception>
    public static (string Code, IReadOnlyList<ImportedFile> Imports) Read(string source)
    {
        List<ImportedFile> imports = [];
        if (!source.Contains('#', StringComparison.Ordinal))
        {
            return (source, imports);
        }

        SourceText text = SourceText.From(source);
        List<TextChange> blanked = [];
        SyntaxNode root = CSharpSyntaxTree.ParseText(text, ParseOptions).GetRoot();
        foreach (SyntaxTrivia trivia in root.DescendantTrivia().Where(trivia => trivia.IsDirective))
        {
            TextLine line = text.Lines.GetLineFromPosition(trivia.SpanStart);
            string directive = line.ToString().Trim();
            if (trivia.GetStructure() is ReferenceDirectiveTriviaSyntax { File.ValueText: var file }
                && file.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
            {
                throw Unsupported(line, $"{directive} is not supported here: this kernel loads no packages");
            }

            if (ImportedPath(directive) is { } path)
            {
                imports.Add(new ImportedFile(path, line.LineNumber + 1));
                blanked.Add(new TextChange(line.Span, ""));
            }
            else if (CellLanguage.IsSwitchToCSharp(directive))
            {
                blanked.Add(new TextChange(line.Span, ""));
            }
            else if (directive.StartsWith("#!", StringComparison.Ordinal)
                || (directive.StartsWith("#i", StringComparison.Ordinal) && trivia.IsKind(SyntaxKind.BadDirectiveTrivia)))
            {
                throw Unsupported(line, $"{directive} is not supported here");
            }
        }

        return (text.WithChanges(blanked).ToString(), imports);
    }

    private static string? ImportedPath(string directive)
    {
        string path = ImportDirective().Match(directive).Groups["path"].Value;
        return Path.GetExtension(path) is ".csx" or ".cs" ? path : null;
    }

    /// <summary>A path with blanks stands in quotes, and nothing behind it, as in the kernel.</summary>
    [GeneratedRegex("""
        ^#!import[ \t]+(--file[ \t]+)?("(?<path>[^"]+)"|(?<path>[^\s"]+))$
        """, RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ImportDirective();

    private static DirectiveException Unsupported(TextLine line, string message) =>
        new($"{message}; {Supported}") { Line = line.LineNumber + 1 };
}

/// <summary>A file that a cell imports.</summary>
/// <param name="Path">The file, from the notebook's folder.</param>
/// <param name="Line">The cell's line that says so, from 1.</param>
internal sealed record ImportedFile(string Path, int Line);

/// <summary>A cell asks its host for something that it cannot have.</summary>
internal sealed class DirectiveException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The cell's line, from 1.</summary>
    public int Line { get; init; }
}

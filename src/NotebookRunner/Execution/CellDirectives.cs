using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NotebookRunner.Execution;

/// <summary>The lines of a cell that speak to the host: <c>#r</c>, <c>#load</c> and magic commands.</summary>
internal static class CellDirectives
{
    private const string Supported = "supported are #r \"path\", #load \"path\" and #!csharp";

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    /// <summary>The cell without the directives that mean nothing here, every line where it was.</summary>
    /// <exception cref="UnsupportedDirectiveException">The cell has a directive that this program does not know.</exception>
    public static string Check(string source)
    {
        if (!source.Contains('#', StringComparison.Ordinal))
        {
            return source;
        }

        SourceText text = SourceText.From(source);
        List<TextChange> blanked = [];
        foreach (SyntaxTrivia trivia in CSharpSyntaxTree.ParseText(text, ParseOptions).GetRoot().DescendantTrivia().Where(t => t.IsDirective))
        {
            TextLine line = text.Lines.GetLineFromPosition(trivia.SpanStart);
            string directive = line.ToString().Trim();
            if (trivia.GetStructure() is ReferenceDirectiveTriviaSyntax { File.ValueText: var file } && file.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
            {
                throw Unsupported(line, $"{directive} is not supported: this runner loads no packages");
            }

            if (directive is "#!csharp" or "#!c#" or "#!C#")
            {
                blanked.Add(new TextChange(line.Span, ""));
            }
            else if (directive.StartsWith("#!", StringComparison.Ordinal) || directive.StartsWith("#i", StringComparison.Ordinal) && trivia.IsKind(SyntaxKind.BadDirectiveTrivia))
            {
                throw Unsupported(line, $"{directive} is not supported");
            }
        }

        return text.WithChanges(blanked).ToString();
    }

    private static UnsupportedDirectiveException Unsupported(TextLine line, string message) =>
        new($"{message}; {Supported}") { Line = line.LineNumber + 1 };
}

/// <summary>A cell asks for something that only other notebook hosts offer.</summary>
internal sealed class UnsupportedDirectiveException : Exception
{
    public UnsupportedDirectiveException()
    {
    }

    public UnsupportedDirectiveException(string message)
        : base(message)
    {
    }

    public UnsupportedDirectiveException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The cell's line, from 1.</summary>
    public int Line { get; init; }
}

using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NotebookRunner.Pages;

/// <summary>
/// Colors C# by the compiler's own tokens, so that whatever a cell may hold (interpolated and raw strings, top-level
/// statements, directives) is read as the compiler reads it. The HTML has classes alone; the style sheet has the colors.
/// </summary>
internal static class CSharpHighlighter
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    /// <summary>
    /// Code as HTML, each line an element of its own: where it is too long, it goes on below, behind its own indentation.
    /// </summary>
    public static string LinesOf(string code, bool isCSharp) => string.Concat(
        (isCSharp ? ToHtml(code) : HtmlText.Escape(code)).Split('\n').Zip(code.Split('\n'), (html, line) =>
            Invariant($"<span class=\"line\" style=\"--indent:{line.Length - line.TrimStart(' ').Length}\">{html}\n</span>")));

    /// <summary>The code as HTML; no element goes over the end of a line.</summary>
    public static string ToHtml(string code)
    {
        var html = new StringBuilder(code.Length * 2);
        foreach (SyntaxToken token in CSharpSyntaxTree.ParseText(code, ParseOptions).GetRoot()
            .DescendantTokens(descendIntoTrivia: false))
        {
            AppendTrivia(html, token.LeadingTrivia);
            Append(html, ClassOf(token), token.Text);
            AppendTrivia(html, token.TrailingTrivia);
        }

        return html.ToString();
    }

    private static void AppendTrivia(StringBuilder html, SyntaxTriviaList list)
    {
        foreach (SyntaxTrivia trivia in list)
        {
            string? name = trivia.IsDirective ? "cs-directive" : trivia.Kind() switch
            {
                SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia => "cs-comment",
                SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia => "cs-comment",
                _ => null,
            };
            Append(html, name, trivia.ToFullString());
        }
    }

    private static string? ClassOf(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.Utf8StringLiteralToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedVerbatimStringStartToken
            or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.InterpolatedStringEndToken
            or SyntaxKind.InterpolatedSingleLineRawStringStartToken or SyntaxKind.InterpolatedMultiLineRawStringStartToken
            or SyntaxKind.InterpolatedRawStringEndToken => "cs-string",
        SyntaxKind.NumericLiteralToken => "cs-number",
        SyntaxKind.IdentifierToken => ClassOfName(token),
        var kind when SyntaxFacts.IsKeywordKind(kind) => "cs-keyword",
        _ => null,
    };

    private static string? ClassOfName(SyntaxToken token) => token.Parent switch
    {
        IdentifierNameSyntax { Identifier.Text: "var" or "dynamic" or "nint" or "nuint" } => "cs-keyword",
        BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or TypeParameterSyntax => "cs-type",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "cs-method",
        SimpleNameSyntax name => ClassOfSimpleName(name),
        _ => null,
    };

    private static string? ClassOfSimpleName(SimpleNameSyntax name) => name.Parent switch
    {
        InvocationExpressionSyntax call when call.Expression == name => "cs-method",
        MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } member
            when member.Name == name && call.Expression == member => "cs-method",
        MemberBindingExpressionSyntax { Parent: InvocationExpressionSyntax } => "cs-method",
        ObjectCreationExpressionSyntax or VariableDeclarationSyntax or ParameterSyntax or TypeArgumentListSyntax
            or ArrayTypeSyntax or NullableTypeSyntax or CastExpressionSyntax or TypeOfExpressionSyntax or SimpleBaseTypeSyntax
            or MethodDeclarationSyntax or LocalFunctionStatementSyntax or PropertyDeclarationSyntax or ForEachStatementSyntax
            or DeclarationPatternSyntax => "cs-type",
        QualifiedNameSyntax { Parent: not (UsingDirectiveSyntax or QualifiedNameSyntax) } qualified
            when qualified.Right == name => "cs-type",
        _ => null,
    };

    private static void Append(StringBuilder html, string? name, string text)
    {
        string escaped = HtmlText.Escape(text);
        string start = $"<span class=\"{name}\">";
        html.Append(name is null || text.Length == 0
            ? escaped
            : $"{start}{escaped.Replace("\n", $"</span>\n{start}", StringComparison.Ordinal)}</span>");
    }
}

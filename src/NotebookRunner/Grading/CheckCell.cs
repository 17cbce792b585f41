using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using NotebookRunner.Exercises;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Grading;

/// <summary>A check as grading runs it.</summary>
/// <param name="Cell">The cell of the sheet.</param>
/// <param name="Source">
/// Its code with every name of a library written out in full, so that no declaration of a submission takes its place, and its
/// result handed to <see cref="CheckOutcome"/>.
/// </param>
/// <param name="Names">The names that are written out.</param>
/// <param name="ResultType">The type of its result.</param>
/// <param name="Assembly">The file that the type is in.</param>
internal sealed record CheckCell(
    Cell Cell, string Source, IReadOnlyCollection<string> Names, string ResultType, string Assembly)
{
    /// <summary>The check's name in tables.</summary>
    public string Id => Cell.Id!;

    /// <summary>What it is worth.</summary>
    public decimal Points => Cell.Json["metadata"]![StudentSheet.NbgraderKey]!["points"]!.GetValue<decimal>();

    /// <summary>Whether students do not see it.</summary>
    public bool IsHidden => Cell.Tags.Contains(StudentSheet.HiddenTag, StringComparer.Ordinal);

    /// <summary>Reads the checks of a sheet by compiling it; nothing runs.</summary>
    /// <param name="answered">The sheet with the solution's answers.</param>
    /// <param name="folder">The folder that its relative paths start from.</param>
    /// <exception cref="NotebookFormatException">It does not compile, or a check is none that can be graded.</exception>
    public static IReadOnlyList<CheckCell> Read(Notebook answered, string folder)
    {
        using var kernel = new CSharpKernel(folder);
        List<CheckCell> checks = [];
        int number = 0;
        foreach (Cell cell in answered.Cells.Where(cell => cell.IsRunnable))
        {
            number++;
            try
            {
                Compilation compilation = kernel.Compile(number, cell.Source);
                if (cell.Tags.Contains(StudentSheet.CheckTag, StringComparer.Ordinal))
                {
                    checks.Add(Of(cell, compilation));
                }
            }
            catch (Exception exception) when (exception is CompilationErrorException or DirectiveException)
            {
                CellFailure failure = new FailureReport(folder).Describe(exception, number);
                throw new NotebookFormatException(
                    $"cell {cell.Id} of the answered sheet does not compile: {failure.Message.Split('\n')[0]}", exception);
            }
        }

        return checks;
    }

    private static CheckCell Of(Cell cell, Compilation compilation)
    {
        SyntaxTree tree = compilation.SyntaxTrees.Last();
        SemanticModel model = compilation.GetSemanticModel(tree);
        var root = (CompilationUnitSyntax)tree.GetRoot();
        ExpressionSyntax check = root.Members.LastOrDefault() is GlobalStatementSyntax
        {
            Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true, Expression: var expression },
        }
            ? expression
            : throw new NotebookFormatException($"cell {cell.Id}: a check ends in an expression without semicolon");
        ITypeSymbol? type = model.GetTypeInfo(check).Type;
        string assembly = type?.ContainingAssembly is { IsInteractive: false } library
            && compilation.GetMetadataReference(library) is PortableExecutableReference { FilePath: { } path }
                ? path
                : throw new NotebookFormatException(
                    $"cell {cell.Id}: what a check gives is of a type of a library (#r); "
                    + "a submission could replace one of a cell");
        List<(SimpleNameSyntax Name, string Full)> names = [.. root.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Select(name => ((SimpleNameSyntax)name, InFull(name, model)!)).Where(item => item.Item2 is not null)];
        string text = tree.GetText().ToString();
        var source = new StringBuilder();
        int position = 0;
        foreach ((int start, int end, string full) in names.Select(item => (item.Name.SpanStart, item.Name.Span.End, item.Full))
            .Append((check.SpanStart, check.SpanStart, $"global::{typeof(CheckOutcome).FullName}.{nameof(CheckOutcome.Of)}("))
            .Append((check.Span.End, check.Span.End, ")")).OrderBy(edit => edit.Item1).ThenBy(edit => edit.Item2))
        {
            source.Append(text, position, start - position).Append(full);
            position = end;
        }

        return new CheckCell(
            cell, source.Append(text[position..]).ToString(),
            [.. names.Select(item => item.Name.Identifier.ValueText).Distinct(StringComparer.Ordinal)],
            type!.MetadataName, assembly);
    }

    /// <summary>A name as it is written in full; null where it is none of a library, or is already behind a dot.</summary>
    private static string? InFull(IdentifierNameSyntax name, SemanticModel model)
    {
        bool isFirst = name.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression == name,
            QualifiedNameSyntax qualified => qualified.Left == name,
            NameColonSyntax or NameEqualsSyntax or AliasQualifiedNameSyntax or MemberBindingExpressionSyntax => false,
            _ => true,
        };
        return isFirst
            ? model.GetSymbolInfo(name).Symbol switch
            {
                INamedTypeSymbol { ContainingAssembly.IsInteractive: false } type =>
                    type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
                IMethodSymbol { IsStatic: true, ContainingAssembly.IsInteractive: false } method =>
                    $"{method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.{method.Name}",
                _ => null,
            }
            : null;
    }
}

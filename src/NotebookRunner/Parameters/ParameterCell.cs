using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Parameters;

/// <summary>
/// The cell tagged <c>parameters</c>, and the cell tagged <c>injected-parameters</c> that overrides it: the convention of
/// papermill.
/// </summary>
internal static class ParameterCell
{
    private const string Tag = "parameters";
    private const string InjectedTag = "injected-parameters";

    /// <summary>
    /// Puts a cell behind the parameters cell that gives the named variables their values, in place of an earlier such cell.
    /// </summary>
    /// <returns>The values by name, as JSON.</returns>
    /// <exception cref="ParameterException">A name or a value does not fit the parameters cell.</exception>
    public static JsonObject Inject(Notebook notebook, string folder, IReadOnlyList<ParameterValue> values)
    {
        IReadOnlyList<Parameter> parameters = Read(notebook, folder, values[0].Source);
        var json = new JsonObject();
        List<string> statements = [];
        foreach (ParameterValue value in values)
        {
            (string statement, JsonNode? node) = Assign(parameters, value);
            statements.Add(statement);
            json.Put(value.Name, node);
        }

        Cell cell = Cell.CreateCode(FreeId(notebook), $"// Parameters\n{string.Join('\n', statements)}", InjectedTag);

        int earlier = Find(notebook, InjectedTag);
        if (earlier >= 0)
        {
            notebook.RemoveAt(earlier);
        }

        notebook.Insert(Find(notebook, Tag) + 1, cell);
        return json;
    }

    /// <summary>Whether the notebook has a parameters cell.</summary>
    public static bool IsIn(Notebook notebook) => Find(notebook, Tag) >= 0;

    /// <summary>The variables of the parameters cell.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="source">What asks for them, as an error names it.</param>
    /// <exception cref="ParameterException">The notebook has no such cell, or it cannot be read.</exception>
    public static IReadOnlyList<Parameter> Read(Notebook notebook, string folder, string source)
    {
        string previous = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder;
        try
        {
            return Find(notebook, Tag) is >= 0 and var index
                ? Read(notebook, index, folder)
                : throw new ParameterException("the notebook has no cell tagged parameters");
        }
        catch (ParameterException exception)
        {
            throw new ParameterException($"{source}: {exception.Message}", exception);
        }
        finally
        {
            Environment.CurrentDirectory = previous;
        }
    }

    /// <summary>The statement that gives a variable of the parameters cell another value, and the value as JSON.</summary>
    /// <exception cref="ParameterException">There is no such variable, or the value does not fit it.</exception>
    public static (string Statement, JsonNode? Json) Assign(IReadOnlyList<Parameter> parameters, ParameterValue value)
    {
        try
        {
            return (parameters.FirstOrDefault(parameter => string.Equals(parameter.Name, value.Name, StringComparison.Ordinal))
                ?? throw Unknown(value.Name, parameters))
                .Assign(value.Text);
        }
        catch (ParameterException exception)
        {
            throw new ParameterException($"{value.Source}: {exception.Message}", exception);
        }
    }

    private static int Find(Notebook notebook, string tag) =>
        notebook.Cells.Select((cell, index) => (cell, index))
            .Where(item => item.cell.Kind == CellKind.Code && item.cell.HasTag(tag))
            .Select(item => item.index)
            .FirstOrDefault(-1);

    private static string FreeId(Notebook notebook)
    {
        string id = InjectedTag;
        while (notebook.Cells.Any(cell =>
            string.Equals(cell.Id, id, StringComparison.Ordinal) && !cell.HasTag(InjectedTag)))
        {
            id += "-1";
        }

        return id;
    }

    private static ParameterException Unknown(string name, IReadOnlyCollection<Parameter> parameters) =>
        new($"the notebook has no parameter {name}; it has {string.Join(", ", parameters.Select(parameter => parameter.Name))}");

    /// <summary>
    /// Compiles the parameters cell, with the cells before it where it needs them, and asks the compiler for its variables.
    /// Nothing runs.
    /// </summary>
    private static List<Parameter> Read(Notebook notebook, int index, string folder)
    {
        Cell[] cells = [.. notebook.Cells.Take(index + 1).Where(cell => cell.IsRunnable && cell.Language is null)];
        if (cells.Length == 0 || cells[^1] != notebook.Cells[index])
        {
            return [];
        }

        try
        {
            // Most need none, and what those load takes a second to read.
            return Read(cells[^1..], folder);
        }
        catch (ParameterException)
        {
            return Read(cells, folder);
        }
    }

    private static List<Parameter> Read(Cell[] cells, string folder)
    {
        using var kernel = new CSharpKernel(folder);
        int number = 0;
        Compilation? compilation = null;
        try
        {
            foreach (Cell cell in cells)
            {
                number++;
                compilation = kernel.Compile(number, cell.Source);
            }
        }
        catch (Exception exception) when (exception is CompilationErrorException or DirectiveException)
        {
            CellFailure failure = new FailureReport(folder).Describe(exception, number);
            throw new ParameterException(
                $"the parameters cannot be read, since cell {number} does not compile: {failure.Message.Split('\n')[0]}",
                exception);
        }

        return [.. Variables(compilation!)];
    }

    private static IEnumerable<Parameter> Variables(Compilation compilation)
    {
        SyntaxTree tree = compilation.SyntaxTrees.Last();
        SemanticModel model = compilation.GetSemanticModel(tree);
        foreach (MemberDeclarationSyntax member in ((CompilationUnitSyntax)tree.GetRoot()).Members)
        {
            if (member is FieldDeclarationSyntax field)
            {
                foreach (VariableDeclaratorSyntax variable in field.Declaration.Variables.Where(
                    variable => variable.Initializer is not null))
                {
                    if (model.GetDeclaredSymbol(variable) is IFieldSymbol symbol)
                    {
                        yield return Create(symbol, symbol.IsConst, model, variable, variable.Initializer!.Value);
                    }
                }
            }
            else if (member is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { Expression: var expression } }
                && expression is AssignmentExpressionSyntax { Left: IdentifierNameSyntax name, Right: var value }
                && model.GetSymbolInfo(name).Symbol is IFieldSymbol assigned)
            {
                yield return Create(assigned, isConstant: false, model, name, value);
            }
        }
    }

    private static Parameter Create(
        IFieldSymbol symbol, bool isConstant, SemanticModel model, SyntaxNode declaration, ExpressionSyntax value) =>
        new(
            symbol.Name,
            symbol.Type,
            symbol.Type.ToMinimalDisplayString(model, declaration.SpanStart),
            isConstant,
            CellFailure.QuoteLine(value.ToString(), 1),
            CommentOf(declaration));

    /// <summary>The comment at the end of the declaration's line, where papermill looks for it too.</summary>
    private static string CommentOf(SyntaxNode declaration) =>
        declaration.FirstAncestorOrSelf<MemberDeclarationSyntax>()!.GetTrailingTrivia()
            .Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia))
            .Select(trivia => trivia.ToString().TrimStart('/').Trim()).FirstOrDefault("");
}

/// <summary>A variable that the parameters cell gives a value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="TypeName">The type as the cell would write it.</param>
/// <param name="IsConstant">Whether it is a constant, which only a new declaration can change.</param>
/// <param name="Default">The value that the cell gives it, in C#.</param>
/// <param name="Comment">What the cell says of it.</param>
internal sealed record Parameter(
    string Name, ITypeSymbol Type, string TypeName, bool IsConstant, string Default = "", string Comment = "")
{
    /// <summary>The statement that gives it another value, and the value as JSON.</summary>
    /// <exception cref="ParameterException">The value is not of the parameter's type.</exception>
    public (string Statement, JsonNode? Json) Assign(string? value)
    {
        string literal = ParameterLiteral.Write(this, value);
        return (IsConstant ? $"const {TypeName} {Name} = {literal};" : $"{Name} = {literal};",
            ParameterLiteral.ToJson(literal, value));
    }
}

/// <summary>A value for a variable of the parameters cell.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Text">The value as the command line would have it; null: nothing.</param>
/// <param name="Source">Where it comes from, as an error names it: <c>--set</c>.</param>
internal sealed record ParameterValue(string Name, string? Text, string Source)
{
    /// <summary>The values with one for each name: the last.</summary>
    public static IReadOnlyList<ParameterValue> LastOfEach(IEnumerable<ParameterValue> values) =>
        [.. values.Reverse().DistinctBy(value => value.Name, StringComparer.Ordinal).Reverse()];
}

/// <summary>A value that does not fit the notebook. The message is one line that says why.</summary>
internal sealed class ParameterException(string message, Exception? innerException = null) : Exception(message, innerException);

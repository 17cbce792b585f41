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
    /// <param name="notebook">The notebook to change.</param>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="values">Names and values, in order.</param>
    /// <exception cref="ParameterException">A name or a value does not fit the parameters cell.</exception>
    public static void Inject(Notebook notebook, string folder, IReadOnlyList<KeyValuePair<string, string>> values)
    {
        IReadOnlyList<Parameter> parameters = Read(notebook, folder);
        IEnumerable<string> statements = values.Select(value => Assign(parameters, value));
        Cell cell = Cell.CreateCode(FreeId(notebook), $"// Parameters\n{string.Join('\n', statements)}", InjectedTag);

        int earlier = Find(notebook, InjectedTag);
        if (earlier >= 0)
        {
            notebook.RemoveAt(earlier);
        }

        notebook.Insert(Find(notebook, Tag) + 1, cell);
    }

    /// <summary>The variables of the parameters cell.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="folder">The notebook's folder.</param>
    /// <exception cref="ParameterException">The notebook has no such cell, or it cannot be read.</exception>
    public static IReadOnlyList<Parameter> Read(Notebook notebook, string folder)
    {
        int index = Find(notebook, Tag);
        return index >= 0
            ? Read(notebook, index, folder)
            : throw new ParameterException("the notebook has no cell tagged parameters");
    }

    /// <summary>The statement that gives a variable of the parameters cell another value.</summary>
    /// <exception cref="ParameterException">There is no such variable, or the value does not fit it.</exception>
    public static string Assign(IReadOnlyList<Parameter> parameters, KeyValuePair<string, string> value) =>
        (parameters.FirstOrDefault(parameter => string.Equals(parameter.Name, value.Key, StringComparison.Ordinal))
            ?? throw Unknown(value.Key, parameters))
            .Assign(value.Value);

    private static int Find(Notebook notebook, string tag) =>
        notebook.Cells.Select((cell, index) => (cell, index))
            .Where(item => item.cell.Kind == CellKind.Code && item.cell.Tags.Contains(tag, StringComparer.Ordinal))
            .Select(item => item.index)
            .FirstOrDefault(-1);

    private static string FreeId(Notebook notebook)
    {
        string id = InjectedTag;
        while (notebook.Cells.Any(cell =>
            string.Equals(cell.Id, id, StringComparison.Ordinal) && !cell.Tags.Contains(InjectedTag, StringComparer.Ordinal)))
        {
            id += "-1";
        }

        return id;
    }

    private static ParameterException Unknown(string name, IReadOnlyCollection<Parameter> parameters) =>
        new($"the notebook has no parameter {name}; it has {string.Join(", ", parameters.Select(parameter => parameter.Name))}");

    /// <summary>
    /// Compiles the cells up to the parameters cell, none of which runs, and asks the compiler for its variables.
    /// </summary>
    private static List<Parameter> Read(Notebook notebook, int index, string folder)
    {
        using var kernel = new CSharpKernel(folder);
        int number = 0;
        Compilation? compilation = null;
        try
        {
            foreach (Cell cell in notebook.Cells.Take(index + 1).Where(cell => cell.IsRunnable))
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

        return compilation is null || !notebook.Cells[index].IsRunnable ? [] : [.. Variables(compilation)];
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
                        yield return Create(symbol, symbol.Type, symbol.IsConst, model, variable.SpanStart);
                    }
                }
            }
            else if (member is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { Expression: var expression } }
                && expression is AssignmentExpressionSyntax { Left: IdentifierNameSyntax name }
                && model.GetSymbolInfo(name).Symbol is IFieldSymbol assigned)
            {
                yield return Create(assigned, assigned.Type, isConstant: false, model, name.SpanStart);
            }
        }
    }

    private static Parameter Create(IFieldSymbol symbol, ITypeSymbol type, bool isConstant, SemanticModel model, int position) =>
        new(symbol.Name, type, type.ToMinimalDisplayString(model, position), isConstant);
}

/// <summary>A variable that the parameters cell gives a value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="TypeName">The type as the cell would write it.</param>
/// <param name="IsConstant">Whether it is a constant, which only a new declaration can change.</param>
internal sealed record Parameter(string Name, ITypeSymbol Type, string TypeName, bool IsConstant)
{
    /// <summary>The statement that gives it another value.</summary>
    /// <exception cref="ParameterException">The value is not of the parameter's type.</exception>
    public string Assign(string value)
    {
        string literal = ParameterLiteral.Write(this, value);
        return IsConstant ? $"const {TypeName} {Name} = {literal};" : $"{Name} = {literal};";
    }
}

/// <summary>A <c>--set</c> that does not fit the notebook. The message is one line that says why.</summary>
internal sealed class ParameterException : Exception
{
    public ParameterException()
    {
    }

    public ParameterException(string message)
        : base(message)
    {
    }

    public ParameterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

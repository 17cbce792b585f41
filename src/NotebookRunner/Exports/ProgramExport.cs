using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Text;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;
using NotebookRunner.Pages;

namespace NotebookRunner.Exports;

/// <summary>
/// A notebook as a C# program of one file, for <c>dotnet run name.cs</c>. The cells are compiled as the notebook's, which tells
/// types and values; then the program is, so that what cannot be said in one is found here, with its cell.
/// </summary>
internal sealed class ProgramExport
{
    /// <summary>What a program shows values with, where no project brings it.</summary>
    private const string Formatting = "#:package Microsoft.DotNet.Interactive.Formatting@1.0.0-*";

    private static readonly CSharpParseOptions s_parse = new CSharpParseOptions(LanguageVersion.Latest)
        .WithFeatures([KeyValuePair.Create("FileBasedProgram", "true")]);

    // What a script's host imports is imported here, and nothing that a program has beyond it.
    private readonly List<string> _usings =
    [
        "using System;", "using System.Text;", "using System.Collections;", "using System.Collections.Generic;",
        "using System.Threading.Tasks;", "using System.Linq;", "using static Shown;",
    ];

    private readonly Dictionary<string, PortableExecutableReference> _references = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _projects = new(StringComparer.Ordinal);
    private readonly List<(int Cell, string Text)> _parts = [];
    private readonly List<(int Cell, string Text)> _types = [];

    private ProgramExport()
    {
    }

    /// <summary>Makes the program.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="notebookPath">Where it lies: what its cells load and read is named from there.</param>
    /// <param name="programPath">Where the program will lie.</param>
    /// <exception cref="WrongUseException">A cell does not compile, or says what no program can; it is named.</exception>
    public static string Create(Notebook notebook, string notebookPath, string programPath)
    {
        var program = new ProgramExport();
        (string folder, string target) = (Path.GetDirectoryName(notebookPath)!, Path.GetDirectoryName(programPath)!);
        using var kernel = new CSharpKernel(folder);
        int number = 0;
        foreach (Cell cell in notebook.Cells)
        {
            if (cell.Kind == CellKind.Markdown)
            {
                IEnumerable<string> lines = cell.Source.TrimEnd().Split('\n').Select(line => $"// {line}".TrimEnd());
                program._parts.Add((0, string.Join('\n', lines)));
            }
            else if (cell.IsRunnable)
            {
                program.Add(++number, Compile(kernel, folder, number, cell.Source), target);
            }
        }

        return program.Assemble(Path.GetFileName(notebookPath), Path.GetFileName(programPath), Relative(target, folder));
    }

    private static Compilation Compile(CSharpKernel kernel, string folder, int number, string source)
    {
        try
        {
            return CellDirectives.Read(source).Imports is [var file, ..]
                ? throw Failed(number, $"#!import {file.Path} is not taken into a program")
                : kernel.Compile(number, source);
        }
        catch (Exception exception) when (exception is CompilationErrorException or DirectiveException)
        {
            throw Failed(number, new FailureReport(folder).Describe(exception, number).Message.Split('\n')[0]);
        }
    }

    private void Add(int number, Compilation compilation, string target)
    {
        foreach (PortableExecutableReference reference in compilation.References.OfType<PortableExecutableReference>())
        {
            _references.TryAdd(Path.GetFileName(reference.FilePath!), reference);
        }

        foreach (MetadataReference reference in compilation.DirectiveReferences)
        {
            _projects.Add(ProjectOf(((PortableExecutableReference)reference).FilePath!, number, target));
        }

        if (compilation.SyntaxTrees.SkipLast(1).Any(tree => ((CompilationUnitSyntax)tree.GetRoot()) is
            not { Members.Count: 0, Usings.Count: 0 }))
        {
            throw Failed(number, "what #load reads holds more than #r, which is not taken into a program");
        }

        SyntaxTree tree = compilation.SyntaxTrees.Last();
        var root = (CompilationUnitSyntax)tree.GetRoot();
        List<TextChange> changes = [.. root.DescendantTrivia()
            .Where(trivia => trivia.Kind() is SyntaxKind.ReferenceDirectiveTrivia or SyntaxKind.LoadDirectiveTrivia)
            .Select(trivia => new TextChange(trivia.FullSpan, ""))];
        foreach (UsingDirectiveSyntax directive in root.Usings)
        {
            var span = TextSpan.FromBounds(directive.SpanStart, directive.FullSpan.End);
            string text = tree.GetText().ToString(span).TrimEnd();
            if (!_usings.Exists(known => known.StartsWith(directive.ToString(), StringComparison.Ordinal)))
            {
                _usings.Add(text);
            }

            changes.Add(new TextChange(span, ""));
        }

        SemanticModel model = compilation.GetSemanticModel(tree);
        changes.AddRange(root.Members.SelectMany(member => ChangesOf(member, number, tree.GetText(), model)));
        _parts.Add((number, tree.GetText().WithChanges(changes.OrderBy(change => change.Span.Start)).ToString().Trim('\n')));
    }

    private IEnumerable<TextChange> ChangesOf(MemberDeclarationSyntax member, int number, SourceText text, SemanticModel model)
    {
        switch (member)
        {
            case BaseTypeDeclarationSyntax or DelegateDeclarationSyntax:
                // Types stand behind the statements of a program.
                int start = Math.Max(
                    member.FullSpan.Start, member.GetLeadingTrivia().LastOrDefault(trivia => trivia.IsDirective).FullSpan.End);
                var span = TextSpan.FromBounds(start, member.FullSpan.End);
                _types.Add((number, text.ToString(span).Trim('\n')));
                yield return new TextChange(span, "");
                break;
            case FieldDeclarationSyntax field:
                // A script's variables have a value from the start.
                foreach (VariableDeclaratorSyntax variable in field.Declaration.Variables.Where(item => item.Initializer is null))
                {
                    yield return new TextChange(new TextSpan(variable.Span.End, 0), " = default");
                }

                break;
            case GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }:
                bool shows = model.GetTypeInfo(last.Expression).Type is
                    not ({ SpecialType: SpecialType.System_Void } or { Name: nameof(DisplayedValue) });
                yield return new TextChange(new TextSpan(last.Expression.SpanStart, 0), shows ? "display(" : "");
                yield return new TextChange(new TextSpan(last.Expression.Span.End, 0), shows ? ");" : ";");
                break;
        }
    }

    /// <summary>The project that built an assembly: the one above the folder <c>bin</c> in which it lies.</summary>
    private static string ProjectOf(string assembly, int number, string target)
    {
        for (DirectoryInfo? folder = Directory.GetParent(assembly); folder is not null; folder = folder.Parent)
        {
            if (folder.Name == "bin" && folder.Parent!.EnumerateFiles("*.csproj").FirstOrDefault() is { } project)
            {
                return $"#:project {Relative(target, project.FullName)}";
            }
        }

        throw Failed(number, $"{Path.GetFileName(assembly)} was built by no project, and a program is made of projects");
    }

    private string Assemble(string notebook, string program, string folder)
    {
        var text = new StringBuilder();
        List<(int Line, int Cell)> starts = [];
        Append(0, string.Join('\n',
        [
            .. _projects.Count > 0 ? _projects : [Formatting], "#:property PublishAot=false",
            "#:property ImplicitUsings=disable", "#:property Nullable=disable", "#:property RunAnalyzers=false",
            "#:property TreatWarningsAsErrors=false", "#:property RestorePackagesWithLockFile=false", "",
            $"// Made of {notebook}. Run it with: dotnet run {program}", "", .. _usings, "",
            $"Start({SymbolDisplay.FormatLiteral(notebook, quote: true)}, {SymbolDisplay.FormatLiteral(folder, quote: true)});",
        ]));
        _parts.Where(part => part.Text.Length > 0).ToList().ForEach(part => Append(part.Cell, part.Text));
        _types.ForEach(type => Append(type.Cell, type.Text));
        Append(0, TemplateFiles.Read("program.csx").TrimEnd());
        Check(text.ToString(), starts);
        return text.ToString();

        void Append(int cell, string part)
        {
            text.Append(text.Length == 0 ? "" : "\n");
            starts.Add((text.ToString().Count(c => c == '\n'), cell));
            text.Append(part).Append('\n');
        }
    }

    private void Check(string text, List<(int Line, int Cell)> starts)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, s_parse);
        Diagnostic? error = CSharpCompilation
            .Create("program", [tree], _references.Values, new CSharpCompilationOptions(OutputKind.ConsoleApplication))
            .GetDiagnostics().FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        if (error is not null)
        {
            int line = error.Location.GetLineSpan().StartLinePosition.Line;
            throw Failed(starts.LastOrDefault(start => start.Line <= line).Cell,
                $"{error.GetMessage(CultureInfo.InvariantCulture).TrimEnd('.')}, which a notebook allows and "
                + $"a program does not: {tree.GetText().Lines[line].ToString().Trim()}");
        }
    }

    private static string Relative(string from, string path) => Path.GetRelativePath(from, path).Replace('\\', '/');

    private static WrongUseException Failed(int cell, string reason) =>
        new(cell == 0 ? $"--to cs: {reason}" : Invariant($"--to cs: cell {cell}: {reason}"));
}

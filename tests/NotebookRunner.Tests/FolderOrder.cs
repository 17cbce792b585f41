using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MnistCnn.Tests;
using Xunit;

namespace NotebookRunner.Tests;

public class FolderOrder
{
    /// <summary>
    /// The runner's folders, which are its namespaces: each uses those before it alone. The program itself, "", uses all.
    /// </summary>
    private static readonly string[] s_folders =
        [
            "Notebooks", "Kernel", "Parameters", "Execution", "Exercises", "Comparison", "Reports", "Pages", "StaticImages",
            "Exports", "Sweeps", "Grading", "Terminal", "",
        ];

    private static readonly string s_runner = Repository.PathOf("src", "NotebookRunner");

    [Fact]
    public void No_folder_uses_one_behind_it()
    {
        Compilation runner = Compile();
        Assert.Equal(s_folders.ToHashSet(), runner.SyntaxTrees.Select(FolderOf).OfType<string>().ToHashSet());
        Assert.Empty(runner.SyntaxTrees.SelectMany(tree => Uses(tree, runner.GetSemanticModel(tree))).Distinct());
    }

    private static IEnumerable<string> Uses(SyntaxTree tree, SemanticModel model)
    {
        int own = Array.IndexOf(s_folders, FolderOf(tree));
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            ISymbol? used = model.GetSymbolInfo(name).Symbol;
            INamedTypeSymbol? type = used as INamedTypeSymbol ?? used?.ContainingType;
            if (type is not null && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, model.Compilation.Assembly)
                && Array.IndexOf(s_folders, FolderOf(type.Locations[0].SourceTree!)) > own)
            {
                yield return $"{FolderOf(tree)}/{Path.GetFileName(tree.FilePath)} uses {type.Name} "
                    + $"of {FolderOf(type.Locations[0].SourceTree!)}";
            }
        }
    }

    private static string? FolderOf(SyntaxTree tree) =>
        tree.FilePath.Length == 0 ? null : Path.GetDirectoryName(Path.GetRelativePath(s_runner, tree.FilePath));

    private static CSharpCompilation Compile()
    {
        IEnumerable<string> files = Directory.GetFiles(s_runner, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(s_runner, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
        IEnumerable<string> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is not ("NotebookRunner.dll" or "NotebookRunner.Tests.dll"));
        return CSharpCompilation.Create(
            "NotebookRunner",
            files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file))
                .Append(CSharpSyntaxTree.ParseText(
                "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
                + "global using System.Threading; global using System.Threading.Tasks;")),
            references.Select(path => MetadataReference.CreateFromFile(path)));
    }
}

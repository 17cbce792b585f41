using System.Text.RegularExpressions;
using Xunit;

namespace Notebooks.Tests;

/// <summary>
/// What a notebook calls by the library's names stays the library's when a reader imports more of TorchSharp, which has types of
/// the same names: then the compiler finds two (CS0104), unless the first cell says which.
/// </summary>
public sealed class Names_in_a_cell : IDisposable
{
    /// <summary>What else cells of TorchSharp's own examples import, and threads for whoever stops a run.</summary>
    private const string MoreUsings = """
        using System.Threading;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.optim;
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public static TheoryData<string> Names => The_committed_notebooks.Names;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Are_the_librarys_whatever_is_imported(string name)
    {
        var notebook = new ExecutedNotebook(Repository.PathOf("notebooks", name));
        string firstCell = notebook.Cells.First(cell => cell.Source.Contains("start.csx", StringComparison.Ordinal)).Source;
        string loaded = Repository.PathOf("notebooks", "start.csx").Replace('\\', '/');
        string text = string.Join('\n', notebook.Json["cells"]!.AsArray().Select(cell => ExecutedCell.Join(cell!["source"])));
        string[] used = [.. PublicNames().Where(type => Regex.IsMatch(text, $@"\b{type}\b", default, TimeSpan.FromSeconds(9)))
            .Union(["Adam", "AdamW"])];
        string types = string.Join(", ", used.Select(type => $"typeof({type})"));
        ExecutedNotebook run = await SmallNotebook.RunAsync(
            _folder.FullName,
            firstCell.Replace("start.csx", loaded, StringComparison.Ordinal),
            "using MnistCnn.Course; using MnistCnn.Lab;",
            MoreUsings,
            $"string.Join(' ', new[] {{ {types} }}.Select(type => type.FullName))");

        Assert.InRange(used.Length, 5, 100);
        Assert.Equal(
            used.Order(StringComparer.Ordinal),
            run[4].Text.Split(' ').Select(type => Regex.Match(type, @"^MnistCnn\.(Lab\.|Course\.)?(?<name>\w+)$",
                RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(9)).Groups["name"].Value).Order(StringComparer.Ordinal));
    }

    /// <summary>The names of the library's public types, as the files of its public surface list them.</summary>
    private static IEnumerable<string> PublicNames() =>
        Directory.GetFiles(Repository.PathOf("tests", "MnistCnn.Tests", "Architecture", "surface"), "*.txt")
            .SelectMany(file => Regex.Matches(
                File.ReadAllText(file), @"^    public [\w ]*\b(class|struct|enum|record|interface) (?<name>\w+)",
                RegexOptions.ExplicitCapture | RegexOptions.Multiline, TimeSpan.FromSeconds(9)))
            .Select(match => match.Groups["name"].Value);
}

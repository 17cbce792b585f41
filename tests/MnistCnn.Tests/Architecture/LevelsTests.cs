using System.Xml.Linq;
using Xunit;

namespace MnistCnn.Tests.Architecture;

/// <summary>
/// The levels of src/ARCHITECTURE.md: who may refer to whom, how large each may grow, where unsafe code may stand.
/// </summary>
public class LevelsTests
{
    /// <summary>Each project with what it refers to, and the lines that it may have.</summary>
    public static TheoryData<string, string[], int> Levels() => new()
    {
        { "MnistCnn.Native", [], 810 },
        { "MnistCnn", ["MnistCnn.Native"], 3980 },
        { "MnistCnn.Plotly", ["MnistCnn"], 700 },
        { "MnistCnn.Kernels", [], 4600 },
        { "MnistCnn.Training", ["MnistCnn", "MnistCnn.Kernels"], 3590 },
        { "MnistCnn.Callbacks", ["MnistCnn.Training"], 1715 },
        { "MnistCnn.Lab", ["MnistCnn.Training"], 2825 },
        { "MnistCnn.Browser", ["MnistCnn.Training"], 1200 },
        { "MnistCnn.Course", ["MnistCnn.Callbacks"], 2035 },
        { "MnistCnn.Notebook", ["MnistCnn.Browser", "MnistCnn.Course", "MnistCnn.Lab"], 1680 },
        { "NotebookRunner", [], 9705 },
    };

    [Theory]
    [MemberData(nameof(Levels))]
    public void A_project_refers_to_the_levels_below_it_alone(string project, string[] references, int lines)
    {
        _ = lines;
        IEnumerable<string> found = ProjectFile(project).Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Order(StringComparer.Ordinal);

        Assert.Equal(references, found);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void A_project_stays_small(string project, string[] references, int lines)
    {
        _ = references;
        Assert.InRange(Sources(project).Sum(file => File.ReadLines(file).Count()), 1, lines);
    }

    [Fact]
    public void Every_project_has_its_level() => Assert.Equal(
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal),
        Levels().Select(level => level.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Microsoft.DotNet.Interactive", "MnistCnn.Notebook", "NotebookRunner")]
    [InlineData("TorchSharp", "MnistCnn.Native")]
    [InlineData("Plotly.NET", "MnistCnn.Plotly", "NotebookRunner")]
    public void A_package_enters_where_it_belongs(string package, params string[] projects) => Assert.Equal(
        projects,
        Levels().Select(level => level.Data.Item1)
            .Where(project => ProjectFile(project).Descendants("PackageReference")
                .Any(reference => reference.Attribute("Include")!.Value.StartsWith(package, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void The_loops_know_no_package() => Assert.Empty(ProjectFile("MnistCnn.Kernels").Descendants("PackageReference"));

    [Fact]
    public void Unsafe_code_stands_in_the_kernels_alone() => Assert.Equal(
        ["MnistCnn.Kernels"],
        Levels().Select(level => level.Data.Item1).Where(project =>
            ProjectFile(project).Descendants("AllowUnsafeBlocks").Any()
            || Sources(project).SelectMany(File.ReadLines).Any(line =>
                !line.TrimStart().StartsWith('/') && $" {line} ".Contains(" unsafe ", StringComparison.Ordinal))));

    [Fact]
    public void Training_knows_of_the_kernels_at_one_place() => Assert.Equal(
        ["MnistCnn.Training/Acceleration"],
        Levels().Select(level => level.Data.Item1)
            .Where(project => project != "MnistCnn.Kernels")
            .SelectMany(Sources)
            .Where(file => File.ReadAllText(file).Contains("using MnistCnn.Kernels", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Repository.PathOf("src"), Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Distinct());

    private static XDocument ProjectFile(string project) =>
        XDocument.Load(Repository.PathOf("src", project, project + ".csproj"));

    private static IEnumerable<string> Sources(string project)
    {
        string folder = Repository.PathOf("src", project);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file =>
            Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
    }
}

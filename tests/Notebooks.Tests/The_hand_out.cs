using System.Xml.Linq;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The folder that students get, by what is in it: that it builds was tried by hand, since it takes minutes.</summary>
public sealed class The_hand_out : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hand-out-");

    private string Root => Path.Combine(_folder.FullName, "exercise");

    public async ValueTask InitializeAsync()
    {
        (int exitCode, string output, string error) = await Runner.RunAsync("student", SolutionRun.Source, "--hand-out", Root);
        Assert.True(exitCode == 0, output + error);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Holds_the_sheet_and_nothing_that_gives_the_answers_away()
    {
        string[] files = [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)];
        string sheet = Assert.Single(files, file => file.EndsWith(".ipynb", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllText(Repository.PathOf("notebooks", "exercise-5.ipynb")), File.ReadAllText(sheet));
        string[] texts = [.. files.Where(file => Path.GetExtension(file) is ".cs" or ".csx" or ".md" or ".txt" or ".ipynb")
            .Select(File.ReadAllText)];
        Assert.All((string[])["BEGIN SOLUTION", "testSize: 0.3", "Sequential NewModel", "\"max_pooling2d_1\""], answer =>
            Assert.DoesNotContain(texts, text => text.Contains(answer, StringComparison.Ordinal)));
        Assert.DoesNotContain(files, file => Path.GetFileName(Path.GetDirectoryName(file)) is "bin" or "obj" or "hand-out");
    }

    [Fact]
    public void Holds_every_project_and_file_that_its_build_names()
    {
        string[] projects = [.. XDocument.Load(Path.Combine(Root, "Exercise.slnx")).Descendants("Project")
            .Select(project => Path.Combine(Root, project.Attribute("Path")!.Value))];
        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.True(File.Exists(project), project));
        Assert.All(projects, project => Assert.All(
            XDocument.Load(project).Descendants()
                .Where(item => item.Name.LocalName is "ProjectReference" or "EmbeddedResource" or "Import")
                .Select(item => item.Attribute("Include")?.Value ?? item.Attribute("Project")!.Value)
                .Where(path => path.StartsWith("..", StringComparison.Ordinal)),
            path => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, path)), $"{project}: {path}")));
        Assert.All((string[])["global.json", "Directory.Packages.props", ".editorconfig", "README.md", "notebooks/start.csx",
            "data/mnist/train-images-idx3-ubyte.gz", "data/models/model-3.safetensors.gz",
            "src/MnistCnn.Course/MnistCnn.Course.dll"],
            file => Assert.True(File.Exists(Path.Combine(Root, file)), file));
    }
}

using System.Reflection;
using PublicApiGenerator;
using Xunit;

namespace MnistCnn.Tests.Architecture;

/// <summary>
/// What a notebook or a user of the library can name, project by project. A difference is either an accident or a decision: then
/// <c>RENEW_GOLDEN=1</c> in the environment writes the files anew, and the difference is read before it is committed.
/// </summary>
public class PublicSurfaceTests
{
    private static readonly string s_folder = Repository.PathOf("tests", "MnistCnn.Tests", "Architecture", "surface");

    private static readonly ApiGeneratorOptions s_options = new() { IncludeAssemblyAttributes = false };

    public static TheoryData<string> Projects() =>
    [
        "MnistCnn.Native", "MnistCnn", "MnistCnn.Kernels", "MnistCnn.Training", "MnistCnn.Callbacks", "MnistCnn.Browser",
        "MnistCnn.Lab", "MnistCnn.Course", "MnistCnn.Notebook",
    ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void It_grows_only_on_purpose(string project)
    {
        string surface = Assembly.Load(project).GeneratePublicApi(s_options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        string file = Path.Combine(s_folder, project + ".txt");
        if (Environment.GetEnvironmentVariable("RENEW_GOLDEN") == "1")
        {
            Directory.CreateDirectory(s_folder);
            File.WriteAllText(file, surface);
        }

        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), surface);
    }
}

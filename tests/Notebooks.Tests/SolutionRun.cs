using Xunit;

[assembly: AssemblyFixture(typeof(Notebooks.Tests.SolutionRun))]

namespace Notebooks.Tests;

/// <summary>The solution, run once on the real images with small settings, for all tests that look at the result.</summary>
public sealed class SolutionRun : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    internal static string Source { get; } = Repository.PathOf("notebooks", "exercise-5-solution.ipynb");

    /// <summary>The small settings.</summary>
    internal static string[] Settings { get; } =
    [
        "--set", "epochs=1", "--set", "train_images=6000", .. InstalledBrowser.Path is null ? [] : new[] { "--static-images" },
    ];

    internal ExecutedNotebook Notebook { get; private set; } = null!;

    internal string ExecutedPath => Path.Combine(_folder.FullName, "exercise-5-solution.ipynb");

    internal string Page => Path.Combine(_folder.FullName, "exercise-5-solution.html");

    internal string Output { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        byte[] before = await File.ReadAllBytesAsync(Source);
        (int exitCode, string output, string error) = await RunAsync(_folder.FullName);
        Assert.True(exitCode == 0, output + error);
        Assert.Equal(before, await File.ReadAllBytesAsync(Source));
        Output = output;
        Notebook = new ExecutedNotebook(ExecutedPath);
    }

    /// <summary>Runs the solution with the small settings.</summary>
    internal static Task<(int ExitCode, string Output, string Error)> RunAsync(string folder) =>
        Runner.RunAsync([Source, "--output", folder, .. Settings]);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

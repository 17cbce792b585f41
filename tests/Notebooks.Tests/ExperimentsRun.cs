using Xunit;

namespace Notebooks.Tests;

/// <summary>The experiments, run once with small settings for all tests that look at the result.</summary>
public sealed class ExperimentsRun : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    internal static string Source { get; } = Repository.PathOf("notebooks", "experiments.ipynb");

    /// <summary>The small settings.</summary>
    internal static string[] Settings { get; } =
    [
        "--scraps", "--set", "epochs=1", "--set", "train_share=0.02", "--set", "seeds=2", "--set", "val_images=500",
        "--set", "test_images=500", "--set", "recipe_epochs=1", "--set", "recipe_images=512", "--set", "fast_epochs=1",
    ];

    internal ExecutedNotebook Notebook { get; private set; } = null!;

    internal DateTime Started { get; } = DateTime.UtcNow;

    internal string ExecutedPath => Path.Combine(_folder.FullName, "experiments.ipynb");

    internal string Page => Path.Combine(_folder.FullName, "experiments.html");

    public async ValueTask InitializeAsync()
    {
        (int exitCode, string output, string error) =
            await Runner.RunAsync([Source, "--output", _folder.FullName, .. Settings]);
        Assert.True(exitCode == 0, output + error);
        Notebook = new ExecutedNotebook(ExecutedPath);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

using Xunit;

namespace Notebooks.Tests;

/// <summary>The same seed on the same machine: the same figures, reports and histories, to the byte.</summary>
public sealed class Two_runs(SolutionRun run) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Of_the_solution_write_the_same_notebook_and_the_same_page_but_for_times()
    {
        (int exitCode, string output, string error) = await SolutionRun.RunAsync(_folder.FullName);
        Assert.True(exitCode == 0, output + error);
        foreach (string first in (string[])[run.ExecutedPath, run.Page])
        {
            string second = Path.Combine(_folder.FullName, Path.GetFileName(first));
            (exitCode, output, error) = await Runner.RunAsync("compare", first, second);
            Assert.Equal("The same but for times.", (output + error).Trim());
            Assert.Equal(0, exitCode);
        }
    }
}

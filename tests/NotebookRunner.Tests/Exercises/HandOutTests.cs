using Xunit;

namespace NotebookRunner.Tests.Exercises;

public class HandOutTests
{
    private const string Solution = """
        { "cells": [{ "cell_type": "code", "execution_count": null, "id": "a", "outputs": [],
          "metadata": { "exercise": { "prompt": "// Your answer" } }, "source": "// BEGIN SOLUTION\n42\n// END SOLUTION" }],
          "metadata": {}, "nbformat": 4, "nbformat_minor": 5 }
        """;

    [Fact]
    public async Task Has_the_sheet_what_is_listed_and_what_lies_beside_the_list()
    {
        using RunnerFolder folder = Repository("""
            # A comment.
            lib
            notebooks/start.csx
            lib/built.dll <- other/bin/built.dll
            """);
        (int exitCode, string error) = await RunAsync(folder);
        Assert.True(exitCode == 0, error);
        string target = Path.Combine(folder.Path, "out");
        Assert.Equal(
            ["README.md", "lib/a.cs", "lib/built.dll", "lib/deep/b.cs", "notebooks/n.ipynb", "notebooks/start.csx"],
            Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(target, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(
            "42",
            await File.ReadAllTextAsync(Path.Combine(target, "notebooks", "n.ipynb"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notebooks", "the solution itself would be handed out")]
    [InlineData("lib/none.dll", "none.dll is missing; 'dotnet build' makes what is built")]
    public async Task Is_not_made_of_what_is_missing_or_is_the_solution(string line, string reason)
    {
        using RunnerFolder folder = Repository(line);
        (int exitCode, string error) = await RunAsync(folder);
        Assert.Equal(2, exitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_never_written_into_a_folder_that_holds_something()
    {
        using RunnerFolder folder = Repository("lib");
        folder.Write("out/mine.txt", "mine");
        (int exitCode, string error) = await RunAsync(folder);
        Assert.Equal(2, exitCode);
        Assert.Contains("the folder is not empty", error, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, "out")));
    }

    private static RunnerFolder Repository(string list)
    {
        var folder = new RunnerFolder();
        foreach (string file in (string[])[
            "lib/a.cs", "lib/deep/b.cs", "lib/deep/.hidden", "lib/bin/a.dll", "lib/obj/a.json",
            "other/bin/built.dll", "other/c.cs", "notebooks/start.csx", "notebooks/hand-out/README.md"])
        {
            folder.Write(file, file);
        }

        folder.Write("notebooks/n-solution.ipynb", Solution);
        folder.Write("notebooks/hand-out/files.txt", list);
        return folder;
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(RunnerFolder folder)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await RunnerFolder.RunAppAsync(
            [
                "student", Path.Combine(folder.Path, "notebooks", "n-solution.ipynb"),
                "--hand-out", Path.Combine(folder.Path, "out"),
            ],
            output, error, CancellationToken.None);
        return (exitCode, error.ToString());
    }
}

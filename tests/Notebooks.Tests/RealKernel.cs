using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Notebooks.Tests;

/// <summary>.NET Interactive's own kernel, the tool of the repository, through the runner.</summary>
internal static partial class RealKernel
{
    public const string Option = "--kernel", Name = "dotnet-interactive";

    private static readonly Lazy<Task<bool>> s_isRestored = new(IsRestoredAsync);

    /// <summary>Skips the test where the tool is not there.</summary>
    public static async Task RequireAsync() =>
        Assert.SkipUnless(await s_isRestored.Value, "dotnet-interactive is not there: run 'dotnet tool restore'.");

    /// <summary>Runs a notebook in the kernel and compares it with what the runner's own engine made of it.</summary>
    /// <param name="source">The notebook.</param>
    /// <param name="own">What the runner's own engine wrote; null: it runs here.</param>
    /// <param name="settings">Options of both runs.</param>
    /// <returns>What the kernel wrote.</returns>
    public static async Task<ExecutedNotebook> ShowsTheSameAsync(string source, string? own, params string[] settings)
    {
        await RequireAsync();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("notebooks-");
        try
        {
            string tool = await RunAsync(source, folder.CreateSubdirectory("tool").FullName, [Option, Name, .. settings]);
            own ??= await RunAsync(source, folder.CreateSubdirectory("own").FullName, settings);
            string[] masked = [Masked(own, folder, "first"), Masked(tool, folder, "second")];
            (int exitCode, string output, string error) = await Runner.RunAsync(["compare", .. masked]);
            Assert.True(exitCode == 0, output + error);
            return new ExecutedNotebook(tool);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string source, string folder, string[] options)
    {
        (int exitCode, string output, string error) = await Runner.RunAsync([source, "--output", folder, .. options]);
        Assert.True(exitCode == 0, output + error);
        return Path.Combine(folder, Path.GetFileName(source));
    }

    /// <summary>
    /// A copy without what differs by nature: seconds that stand in a column without their unit, and the numbers that the
    /// compiler gives cells, since the kernel runs one of its own before the first.
    /// </summary>
    private static string Masked(string path, DirectoryInfo folder, string name)
    {
        string text = LastColumn().Replace(Submission().Replace(File.ReadAllText(path), "Submission"), "0");
        string copy = Path.Combine(folder.FullName, name + ".ipynb");
        File.WriteAllText(copy, text);
        return copy;
    }

    private static async Task<bool> IsRestoredAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["tool", "run", Name, "--", "--version"])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await error;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    [GeneratedRegex(@"Submission#\d+", RegexOptions.None, 10_000)]
    private static partial Regex Submission();

    /// <summary>Seconds at the end of a table's row, as text and as HTML, and in a stored result.</summary>
    [GeneratedRegex(
        """
        (?<=\x20\x20)\d+\.\d(\x20±\x20\d+\.\d)?(?=(\\n)?",?$)
        | <td\ data-key=\\"[\d.]+\\"\ style=\\"text-align:right\\">[\d.]+(\x20&\#177;\x20[\d.]+)?(?=</td></tr>)
        | (?<="seconds":\ )[\d.]+
        """,
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace, 10_000)]
    private static partial Regex LastColumn();
}

using System.Diagnostics;

namespace Notebooks.Tests;

/// <summary>The headless runner as a process of its own, as a reader starts it.</summary>
internal static class Runner
{
    /// <summary>Where the build lays the runner, and the browser driver beside it.</summary>
    public static string Folder { get; } = Repository.PathOf("src", "NotebookRunner", "bin", "Release", "net10.0");

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Folder, "NotebookRunner.dll"), .. arguments])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("The runner did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}

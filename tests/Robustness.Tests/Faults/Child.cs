using System.Diagnostics;

namespace Robustness.Tests.Faults;

/// <summary>Starts programs of the repository as processes of their own.</summary>
internal static class Child
{
    /// <summary>The program that writes until it is killed.</summary>
    public static string Writer { get; } = Path.Combine(AppContext.BaseDirectory, "Writer.dll");

    /// <summary>The runner, where the build lays it.</summary>
    public static string Runner { get; } = Repository.PathOf(
        "src", "NotebookRunner", "bin", "Release", "net10.0", "NotebookRunner.dll");

    /// <summary>Starts a program.</summary>
    public static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{program} did not start.");

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}

using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The JavaScript engine that VS Code, too, runs on: Playwright's package brings it.</summary>
internal static class NodeJs
{
    private const string Save = """
        const sorted = value => Array.isArray(value) ? value.map(sorted)
            : value && typeof value === 'object'
                ? Object.keys(value).sort().reduce((all, key) => (all[key] = sorted(value[key]), all), {}) : value;
        const text = require('fs').readFileSync(process.argv[1], 'utf8');
        process.stdout.write(JSON.stringify(sorted(JSON.parse(text)), undefined, ' ') + '\n');
        """;

    /// <summary>Where it lies; null where there is none.</summary>
    private static string? Path { get; } = Directory.Exists(Folder)
        ? Directory.EnumerateFiles(Folder, OperatingSystem.IsWindows() ? "node.exe" : "node", SearchOption.AllDirectories)
            .FirstOrDefault(path => path.Contains(Platform, StringComparison.Ordinal)
                && path.Contains(Processor, StringComparison.Ordinal))
        : null;

    private static string Platform => OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static string Processor => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static string Folder => System.IO.Path.Combine(
        typeof(NodeJs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "BrowserDriverFolder").Value!, ".playwright", "node");

    /// <summary>What VS Code writes when it saves a notebook: its own steps, in its own language.</summary>
    public static async Task<string> SavedByVsCodeAsync(string notebook) => (await RunAsync("-e", Save, notebook)).Output;

    /// <summary>Runs it to its end; without one the test is skipped.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(Path is not null, "Playwright's package brings no Node.js for this system.");
        using Process process = Process.Start(new ProcessStartInfo(Path!, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            StandardOutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}

using NotebookRunner.Kernel;

namespace NotebookRunner.Tests;

/// <summary>A folder of its own to run notebooks in, through the program's own entry point.</summary>
internal sealed class RunnerFolder : IDisposable
{
    public RunnerFolder()
    {
        Path = Directory.CreateTempSubdirectory("notebook-runner-tests-").FullName;
    }

    public string Path { get; }

    /// <summary>
    /// Whether the cells run in this process, which has the compiler loaded, and not in one of their own as the program does.
    /// </summary>
    public bool InProcess { get; init; } = true;

    public string Output => System.IO.Path.Combine(Path, "out");

    public static async Task<Outcome> RunAsync(NotebookBuilder notebook, params string[] options)
    {
        using var folder = new RunnerFolder();
        return await folder.RunFileAsync("notebook.ipynb", notebook.Build(), CancellationToken.None, options);
    }

    /// <summary>Runs the program with any command line.</summary>
    public static async Task<int> RunAppAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        using var app = new RunnerApp(output, error, isTerminal: false, Local);
        return await app.RunAsync(args, cancellationToken);
    }

    public string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<Outcome> RunFileAsync(string name, string text, CancellationToken cancellationToken, params string[] options)
    {
        Write(name, text);
        return RunFileAsync(name, cancellationToken, options);
    }

    public async Task<Outcome> RunFileAsync(string name, CancellationToken cancellationToken, params string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var app = new RunnerApp(output, error, isTerminal: false, InProcess ? Local : KernelProcess.Start);
        int exitCode = await app.RunAsync(
            [System.IO.Path.Combine(Path, name), .. options, .. options.Contains("--output") ? [] : new[] { "--output", Output }],
            cancellationToken);
        return new Outcome(
            exitCode,
            output.ToString(),
            error.ToString(),
            ReadOrNull(System.IO.Path.Combine(Output, System.IO.Path.GetFileName(name))),
            ReadOrNull(System.IO.Path.Combine(Output, System.IO.Path.GetFileNameWithoutExtension(name) + ".html")));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static LocalKernel Local(string folder, bool storesResults, IOutputSink output) =>
        new(folder, storesResults, output);

    private static string? ReadOrNull(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}

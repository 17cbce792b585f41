using System.CommandLine;
using NotebookRunner.Comparison;
using NotebookRunner.Execution;
using NotebookRunner.Exercises;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;
using NotebookRunner.Pages;
using NotebookRunner.Parameters;
using NotebookRunner.StaticImages;
using NotebookRunner.Sweeps;
using NotebookRunner.Terminal;

namespace NotebookRunner;

/// <summary>The program: reads the command line, runs the notebook, writes what came of it.</summary>
/// <param name="output">Where the run is shown.</param>
/// <param name="error">Where wrong use is reported.</param>
/// <param name="isTerminal">Whether <paramref name="output"/> is a terminal, which shows colors and redraws lines.</param>
/// <param name="startKernel">What runs the cells.</param>
internal sealed class RunnerApp(TextWriter output, TextWriter error, bool isTerminal, KernelFactory startKernel) : IDisposable
{
    private const int Success = 0;
    private const int CellFailed = 1;
    private const int WrongUse = 2;

    // What is shown may go to a disk that is full, or to a program that ends first: no reason to lose the run.
    private readonly FaultTolerantWriter _output = new(output);
    private readonly FaultTolerantWriter _error = new(error);

    /// <summary>Runs the program.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="cancellationToken">Stops the run; what ran is written all the same.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        int exitCode = await RunCommandAsync(args, cancellationToken);
        if (_output.Failure is not null)
        {
            await _error.WriteLineAsync(OneLine($"the output cannot be written: {_output.Failure.Message}"));
        }

        return exitCode == Success && _output.Failure is not null ? WrongUse : exitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private async Task<int> RunCommandAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var command = new RunnerCommand(
            (options, axes) => axes.Count == 0
                ? RunAsync(options, cancellationToken)
                : SweepAsync(options, axes, cancellationToken),
            options => WriteSheet(options, _output),
            (first, second) => Compare(first, second, _output));
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await _error.WriteLineAsync(OneLine(parsed.Errors[0].Message));
            return WrongUse;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = _output,
                Error = _error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, CancellationToken.None);
        }
        catch (Exception exception) when (exception is NotebookFormatException or ParameterException or WrongUseException)
        {
            await _error.WriteLineAsync(OneLine(exception.Message));
            return WrongUse;
        }
    }

    private async Task<int> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        using var reporter = new RunReporter(_output, _error, isTerminal);
        (RunResult result, _) = await RunNotebookAsync(options, reporter, cancellationToken);
        return result.Failed is null ? Success : CellFailed;
    }

    /// <summary>Runs a notebook and writes what came of it.</summary>
    private async Task<(RunResult Result, Notebook Notebook)> RunNotebookAsync(
        RunOptions options, RunReporter reporter, CancellationToken cancellationToken)
    {
        Notebook notebook = Read(options.NotebookPath, NotebookReader.ReadFile);
        CreateOutputFolder(options);
        string? browser = options.StaticImages ? FindBrowser() : null;
        if (options.Parameters.Count > 0)
        {
            Inject(notebook, options);
        }

        Write(options.ExecutedNotebookPath, AtomicFile.CheckWritable);
        Write(options.PagePath, AtomicFile.CheckWritable);
        DeleteEarlierResults(options);
        RunResult result = await new NotebookRun(
            notebook, options.CellTimeout, reporter, sink => startKernel(options.NotebookFolder, options.Scraps, sink))
            .RunAsync(cancellationToken);
        string? imageError = browser is null ? null : await AddImagesAsync(notebook, browser);
        Write(options.ExecutedNotebookPath, path => NotebookWriter.WriteFile(notebook, path));
        Write(options.PagePath, path =>
            AtomicFile.WriteAllText(path, HtmlPage.Create(notebook, result, options.NotebookPath, path)));
        reporter.Finished(result, [options.ExecutedNotebookPath, options.PagePath]);
        return imageError is null
            ? (result, notebook)
            : throw new WrongUseException($"--static-images: the figures could not be drawn with {browser}: {imageError}");
    }

    /// <summary>What an earlier run left must not be taken for the result of this one, however this one ends.</summary>
    private static void DeleteEarlierResults(RunOptions options)
    {
        if (!options.InPlace)
        {
            Write(options.ExecutedNotebookPath, File.Delete);
        }

        Write(options.PagePath, File.Delete);
    }

    private async Task<int> SweepAsync(
        RunOptions options, IReadOnlyList<SweepAxis> axes, CancellationToken cancellationToken)
    {
        CheckSweep(Read(options.NotebookPath, NotebookReader.ReadFile), options, axes);
        CreateOutputFolder(options);
        _ = options.StaticImages ? FindBrowser() : null;
        IReadOnlyList<Combination> combinations = Combination.Of(axes, options.Name);
        var reporter = new SweepReporter(_output, isTerminal);
        IReadOnlyList<SweepRun> runs =
            await new Sweep(options, reporter, RunOfSweepAsync).RunAsync(combinations, cancellationToken);
        Write(options.SweepPagePath, path =>
            AtomicFile.WriteAllText(path, SweepPage.Create(options, axes, runs, combinations.Count)));
        reporter.Finished(runs, combinations.Count, options.SweepPagePath);
        return runs.Count == combinations.Count && runs.All(run => run.Failure is null) ? Success : CellFailed;
    }

    /// <summary>One run of a sweep: exactly as the notebook runs alone, but shown elsewhere.</summary>
    private async Task<(string? Failure, IReadOnlyList<Scrap> Scraps)> RunOfSweepAsync(
        RunOptions options, TextWriter shown, CancellationToken cancellationToken)
    {
        try
        {
            using var reporter = new RunReporter(shown, shown, isTerminal: false);
            (RunResult result, Notebook notebook) = await RunNotebookAsync(options, reporter, cancellationToken);
            string? failure = result.Failed?.Failure is { } cell ? OneLine($"{cell.Name}: {cell.Message.Split('\n')[0]}") : null;
            return (failure, Scrap.Of(notebook));
        }
        catch (Exception exception) when (exception is NotebookFormatException or ParameterException or WrongUseException)
        {
            return (OneLine(exception.Message), []);
        }
    }

    /// <summary>Says before the first run what does not fit.</summary>
    private static void CheckSweep(Notebook notebook, RunOptions options, IReadOnlyList<SweepAxis> axes)
    {
        if (options.InPlace)
        {
            throw new WrongUseException(
                "--in-place and --sweep do not go together: there is one notebook and there are many runs");
        }

        string? twice = options.Parameters.Select(value => value.Key).Concat(axes.Select(axis => axis.Name))
            .GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null && axes.Any(axis => string.Equals(axis.Name, twice, StringComparison.Ordinal)))
        {
            throw new WrongUseException(
                $"--sweep: {twice} is given more than once; one --sweep names all its values, and --set none of them");
        }

        IReadOnlyList<Parameter> parameters =
            InFolder(options, "--sweep", () => ParameterCell.Read(notebook, options.NotebookFolder));
        InFolder(options, "--set", () => options.Parameters.Select(value => ParameterCell.Assign(parameters, value)).ToList());
        InFolder(options, "--sweep", () => axes
            .SelectMany(axis =>
                axis.Values.Select(value => ParameterCell.Assign(parameters, KeyValuePair.Create(axis.Name, value)))).ToList());
    }

    private static int WriteSheet(StudentOptions options, TextWriter output)
    {
        if (string.Equals(options.SheetPath, options.SolutionPath, StringComparison.Ordinal))
        {
            throw new WrongUseException("--output names the solution itself");
        }

        Notebook sheet =
            Read(options.SolutionPath, path => StudentSheet.Create(NotebookReader.ReadFile(path), options.WithAnswers));
        Write(options.SheetPath, path => NotebookWriter.WriteFile(sheet, path));
        output.WriteLine(Shown(options.SheetPath));
        return Success;
    }

    private static int Compare(string first, string second, TextWriter output)
    {
        const int MaxLength = 100;
        IReadOnlyList<Difference> differences = FileComparison.Compare(first, second);
        foreach (Difference difference in differences)
        {
            output.WriteLine($"{difference.Place}\n  - {Line(difference.First)}\n  + {Line(difference.Second)}");
        }

        output.WriteLine(differences.Count switch
        {
            0 => "The same but for times.",
            1 => "1 place differs.",
            var count => Invariant($"{count} places differ."),
        });
        return differences.Count == 0 ? Success : CellFailed;

        static string Line(string? line) => line?.Trim() switch
        {
            null => "(nothing)",
            { Length: > MaxLength } text => text[..MaxLength] + " …",
            { } text => text,
        };
    }

    private static Notebook Read(string path, Func<string, Notebook> read)
    {
        try
        {
            return read(path);
        }
        catch (NotebookFormatException exception)
        {
            throw new NotebookFormatException($"{Shown(path)}: {exception.Message}", exception);
        }
    }

    private static string FindBrowser() =>
        InstalledBrowser.Find() ?? throw new WrongUseException(
            "--static-images needs Chromium, Chrome or Edge, and none is installed; "
            + "on Debian and Ubuntu: apt-get install chromium");

    /// <summary>Draws the figures. What goes wrong is told at the end: the run itself is not lost for it.</summary>
    private static async Task<string?> AddImagesAsync(Notebook notebook, string browser)
    {
        try
        {
            await FigureImages.AddAsync(notebook, browser);
            return null;
        }
#pragma warning disable CA1031 // Whatever the browser does, the run is written.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception.Message.Split('\n')[0].Trim();
        }
    }

    private static void Inject(Notebook notebook, RunOptions options) => InFolder(options, "--set", () =>
    {
        ParameterCell.Inject(notebook, options.NotebookFolder, options.Parameters);
        return true;
    });

    /// <summary>
    /// Does something with the parameters cell, in the notebook's folder; what goes wrong is told of the option.
    /// </summary>
    private static T InFolder<T>(RunOptions options, string option, Func<T> action)
    {
        string previous = Environment.CurrentDirectory;
        Environment.CurrentDirectory = options.NotebookFolder;
        try
        {
            return action();
        }
        catch (ParameterException exception)
        {
            throw new ParameterException($"{option}: {exception.Message}", exception);
        }
        finally
        {
            Environment.CurrentDirectory = previous;
        }
    }

    private static void CreateOutputFolder(RunOptions options)
    {
        if (!options.InPlace && string.Equals(options.ExecutedNotebookPath, options.NotebookPath, StringComparison.Ordinal))
        {
            throw new WrongUseException(
                "--output names the notebook's own folder, where the executed notebook would replace it; "
                + "use --in-place if that is meant");
        }

        try
        {
            Directory.CreateDirectory(options.OutputFolder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WrongUseException($"--output: the folder {Shown(options.OutputFolder)} cannot be made", exception);
        }
    }

    private static void Write(string path, Action<string> write)
    {
        try
        {
            write(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WrongUseException($"{Shown(path)} cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>A path as the user would type it.</summary>
    private static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}

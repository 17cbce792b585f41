using System.CommandLine;
using System.Text.Json.Nodes;
using NotebookRunner.Comparison;
using NotebookRunner.Execution;
using NotebookRunner.Exercises;
using NotebookRunner.Grading;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;
using NotebookRunner.Pages;
using NotebookRunner.Parameters;
using NotebookRunner.Reports;
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
            path => ListParameters(path, _output),
            options => WriteSheet(options, _output),
            (first, second) => Compare(first, second, _output),
            async options => await new GradingRun(options, _output).RunAsync(cancellationToken) ? Success : CellFailed,
            _output);
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
        if (options.List || options.Collect)
        {
            throw new WrongUseException("--list and --collect go with --sweep");
        }

        using var reporter = new RunReporter(_output, _error, isTerminal);
        (RunResult result, Notebook notebook) = await RunNotebookAsync(options, reporter, new JUnitReport(), cancellationToken);
        string? missing = MissingPoints(options, notebook);
        if (missing is not null)
        {
            await _error.WriteLineAsync(missing);
        }

        return result.Failed.Count == 0 && missing is null ? Success : CellFailed;
    }

    /// <summary>Runs a notebook and writes what came of it.</summary>
    private async Task<(RunResult Result, Notebook Notebook)> RunNotebookAsync(
        RunOptions options, RunReporter reporter, JUnitReport report, CancellationToken cancellationToken)
    {
        Notebook notebook = Read(options);
        RunnerFiles.CreateOutputFolder(options);
        string? browser = options.StaticImages ? InstalledBrowser.FindFor("--static-images") : null;
        JsonObject parameters = [];
        RunResult result;
        using (var run = new NotebookRun(
            notebook, options.CellTimeout, options.KeepGoing, reporter,
            sink => (options.Interactive ? InteractiveTool.Start : startKernel)(
                options.NotebookFolder, options.Scraps || options.RequiredPoints is not null, sink)))
        {
            if (options.Parameters.Count > 0)
            {
                parameters = ParameterCell.Inject(notebook, options.NotebookFolder, options.Parameters);
            }

            RunnerFiles.Prepare(options);
            result = await run.RunAsync(cancellationToken);
        }

        string? imageError = browser is null ? null : await AddImagesAsync(notebook, browser);
        PapermillMetadata.Remove(notebook);
        if (!options.InPlace)
        {
            // A notebook that is kept under version control says what its cells gave, not when.
            PapermillMetadata.Write(notebook, result, options, parameters);
        }

        RunnerFiles.Write(options.ExecutedNotebookPath, path => NotebookWriter.WriteFile(notebook, path));
        RunnerFiles.Write(options.PagePath, path =>
            AtomicFile.WriteAllText(path, HtmlPage.Create(notebook, result, options.NotebookPath, path)));
        report.Add(options.Name, notebook, result);
        WriteReport(options, report);
        reporter.Finished(result, [options.ExecutedNotebookPath, options.PagePath]);
        return imageError is null
            ? (result, notebook)
            : throw new WrongUseException($"--static-images: the figures could not be drawn with {browser}: {imageError}");
    }

    private static Notebook Read(RunOptions options) => RunnerFiles.Read(
        options.NotebookPath, path => NotebookReader.ReadFile(path, anyLanguage: options.Interactive));

    private async Task<int> SweepAsync(
        RunOptions options, IReadOnlyList<SweepAxis> axes, CancellationToken cancellationToken)
    {
        CheckSweep(Read(options), options, axes);
        IReadOnlyList<Combination> combinations = Combination.Of(axes, options.Name);
        if (options.List)
        {
            foreach (Combination combination in combinations)
            {
                await _output.WriteLineAsync(SpreadSweep.CommandOf(combination.RunOf(options)));
            }

            return Success;
        }

        RunnerFiles.CreateOutputFolder(options);
        _ = options.StaticImages && !options.Collect ? InstalledBrowser.FindFor("--static-images") : null;
        var reporter = new SweepReporter(_output, isTerminal);
        var report = new JUnitReport();
        IReadOnlyList<SweepRun> runs = await new Sweep(
            options, reporter, (run, shown, stop) =>
                options.Collect ? Task.FromResult(Collected(run)) : RunOfSweepAsync(run, shown, report, stop))
            .RunAsync(combinations, cancellationToken);
        WriteReport(options, report);
        RunnerFiles.Write(options.SweepPagePath, path =>
            AtomicFile.WriteAllText(path, SweepPage.Create(options, axes, runs, combinations.Count)));
        reporter.Finished(runs, combinations.Count, options.SweepPagePath);
        return runs.Count == combinations.Count && runs.All(run => run.Failure is null) ? Success : CellFailed;
    }

    /// <summary>One run of a sweep: exactly as the notebook runs alone, but shown elsewhere.</summary>
    private async Task<(string? Failure, TimeSpan? Duration, IReadOnlyList<Scrap> Scraps)> RunOfSweepAsync(
        RunOptions options, TextWriter shown, JUnitReport report, CancellationToken cancellationToken)
    {
        try
        {
            using var reporter = new RunReporter(shown, shown, isTerminal: false);
            (RunResult result, Notebook notebook) = await RunNotebookAsync(options, reporter, report, cancellationToken);
            return (
                result.Failed.Select(cell => OneLine(cell.Failure!.Summary)).FirstOrDefault() ?? MissingPoints(options, notebook),
                null,
                Scrap.Of(notebook));
        }
        catch (Exception exception) when (exception is NotebookFormatException or ParameterException or WrongUseException)
        {
            report.AddError(options.Name, OneLine(exception.Message));
            return (OneLine(exception.Message), null, []);
        }
    }

    /// <summary>
    /// What to say where a run did not reach the points that are required; null where it did. A sheet tells of its points in a
    /// result called <c>points</c>.
    /// </summary>
    private static string? MissingPoints(RunOptions options, Notebook notebook)
    {
        JsonNode? told = Scrap.Of(notebook).FirstOrDefault(scrap => scrap.Name == "points")?.Data;
        return (options.RequiredPoints, Number("points")) switch
        {
            (null, _) => null,
            ({ } required, null) => Invariant($"--require-points {required}: no cell that ran tells of points"),
            ({ } required, { } reached) when reached < required =>
                Invariant($"--require-points {required}: {reached} of {Number("of")} points"),
            _ => null,
        };

        double? Number(string name) =>
            (told as JsonObject)?[name] is JsonValue value && value.TryGetValue(out double number) ? number : null;
    }

    /// <summary>What a run that another process made has left.</summary>
    private static (string? Failure, TimeSpan? Duration, IReadOnlyList<Scrap> Scraps) Collected(RunOptions options)
    {
        if (!File.Exists(options.ExecutedNotebookPath))
        {
            return ("it was not run", TimeSpan.Zero, []);
        }

        Notebook notebook = RunnerFiles.Read(
            options.ExecutedNotebookPath, path => NotebookReader.ReadFile(path, anyLanguage: options.Interactive));
        (string? failure, TimeSpan duration) = SpreadSweep.ResultOf(notebook);
        return (failure ?? MissingPoints(options, notebook), duration, Scrap.Of(notebook));
    }

    /// <summary>Says before the first run what does not fit.</summary>
    private static void CheckSweep(Notebook notebook, RunOptions options, IReadOnlyList<SweepAxis> axes)
    {
        if ((options.List || options.Collect) && (options.List == options.Collect || options.JUnitPath is not null))
        {
            throw new WrongUseException("--list, --collect and --junit do not go together");
        }

        if (options.InPlace)
        {
            throw new WrongUseException(
                "--in-place and --sweep do not go together: there is one notebook and there are many runs");
        }

        string? twice = options.Parameters.Where(value => value.Source is "--set").Select(value => value.Name)
            .Concat(axes.Select(axis => axis.Name))
            .GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new WrongUseException(
                $"--sweep: {twice} is given more than once; one --sweep names all its values, and --set none of them");
        }

        IReadOnlyList<Parameter> parameters = ParameterCell.Read(notebook, options.NotebookFolder, SweepAxis.Option);
        IEnumerable<ParameterValue> swept =
            axes.SelectMany(axis => axis.Values.Select(value => new ParameterValue(axis.Name, value, SweepAxis.Option)));
        foreach (ParameterValue value in options.Parameters.Concat(swept))
        {
            ParameterCell.Assign(parameters, value);
        }
    }

    private static int WriteSheet(StudentOptions options, TextWriter output)
    {
        if (string.Equals(options.SheetPath, options.SolutionPath, StringComparison.Ordinal))
        {
            throw new WrongUseException("--output names the solution itself");
        }

        Notebook sheet = RunnerFiles.Read(
            options.SolutionPath, path => StudentSheet.Create(NotebookReader.ReadFile(path), options.WithAnswers));
        string written = options.SheetPath;
        if (options.HandOutFolder is { } folder)
        {
            RunnerFiles.Write(
                folder, _ => written = Path.Combine(HandOut.Create(options.SolutionPath, folder), options.SheetPath));
        }

        RunnerFiles.Write(written, path => NotebookWriter.WriteFile(sheet, path));
        output.WriteLine(RunnerFiles.Shown(options.HandOutFolder ?? written));
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

    private static int ListParameters(string path, TextWriter output)
    {
        Notebook notebook = RunnerFiles.Read(path, file => NotebookReader.ReadFile(file, anyLanguage: true));
        if (ParameterCell.IsIn(notebook))
        {
            ParameterTable.Write(output, ParameterCell.Read(notebook, Path.GetDirectoryName(path)!, "--list-parameters"));
        }
        else
        {
            output.WriteLine("The notebook has no cell tagged parameters.");
        }

        return Success;
    }

    private static void WriteReport(RunOptions options, JUnitReport report)
    {
        if (options.JUnitPath is { } path)
        {
            RunnerFiles.Write(path, report.WriteFile);
        }
    }

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

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}

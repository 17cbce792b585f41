using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NotebookRunner.Execution;
using NotebookRunner.Grading;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;
using NotebookRunner.Parameters;
using NotebookRunner.Sweeps;

namespace NotebookRunner;

/// <summary>The command line.</summary>
internal sealed class RunnerCommand
{
    private readonly Argument<string> _notebook = new("notebook")
    {
        Description = "The C# notebook (.ipynb) to run.",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Override a variable of the cell tagged 'parameters'; may be repeated.",
        HelpName = "name=value",
    };

    private readonly Option<string[]> _parametersFile = new("--parameters-file", "-f")
    {
        Description =
            "Override variables with the names and values of a YAML or JSON file; --set wins over it. May be repeated.",
        HelpName = "file",
    };

    private readonly Option<bool> _listParameters = new("--list-parameters")
    {
        Description = "List the variables of the cell tagged 'parameters' with type, value and comment, and run nothing.",
    };

    private readonly Option<bool> _keepGoing = new("--keep-going")
    {
        Description =
            "Run the cells after one that failed too. One tagged 'raises-exception' may throw anyway, and one tagged "
            + "'skip-execution' never runs.",
    };

    private readonly Option<string?> _junit = new("--junit")
    {
        Description = "Write how each cell went to a file in JUnit's XML, which build servers read.",
        HelpName = "file",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for the executed notebook and the HTML page.",
        HelpName = "folder",
        DefaultValueFactory = _ => "artifacts",
    };

    private readonly Option<double?> _timeout = new("--timeout")
    {
        Description = "How many seconds each cell may take. Without it a cell may take as long as it wants.",
        HelpName = "seconds",
    };

    private readonly Option<bool> _inPlace = new("--in-place")
    {
        Description = "Write the executed notebook over the input. The page still goes to the output folder.",
    };

    private readonly Option<bool> _staticImages = new("--static-images")
    {
        Description = "Give every figure a PNG image too, for places that run no scripts. Needs Chromium, Chrome or Edge.",
    };

    private readonly Option<string?> _kernel = new("--kernel")
    {
        Description =
            "What runs the cells: without it this program's own engine for C#; dotnet-interactive: the kernel of Polyglot "
            + "Notebooks, which knows F#, HTML and every directive. 'dotnet tool restore' brings it.",
        HelpName = InteractiveTool.Command,
    };

    private readonly Option<string[]> _sweep = new("--sweep")
    {
        Description =
            "Run the notebook once for each value and compare the runs on a page; repeated, for each combination. "
            + "A value with a comma stands in double quotes.",
        HelpName = "name=value,value",
    };

    private readonly Option<string?> _name = new("--name")
    {
        Description = "What the executed notebook and the page are called; as the notebook if not given.",
        HelpName = "name",
    };

    private readonly Option<bool> _scraps = new("--scraps")
    {
        Description =
            "Store results that the notebook's library reports in the executed notebook, as nteract scrapbook does. "
            + "A sweep always does.",
    };

    private readonly Option<double?> _requirePoints = new("--require-points")
    {
        Description = "Fail if the notebook, a student's sheet, tells of fewer points at its end; in a sweep, any of the runs.",
        HelpName = "points",
    };

    private readonly Option<bool> _list = new("--list")
    {
        Description = "With --sweep: run nothing; write a command for each run, to be spread over machines.",
    };

    private readonly Option<bool> _collect = new("--collect")
    {
        Description = "With --sweep: run nothing; make the page of what those commands wrote into the output folder.",
    };

    private readonly Argument<string> _solution = new("solution")
    {
        Description = "The notebook with the solution, its answers between '// BEGIN SOLUTION' and '// END SOLUTION'.",
    };

    private readonly Option<string?> _sheet = new("--output")
    {
        Description = "The file to write; without it, beside the solution under its name without '-solution'.",
        HelpName = "file",
    };

    private readonly Option<bool> _answers = new("--answers")
    {
        Description = "Leave the answers in, to try the checks on them. Needs --output.",
    };

    private readonly Option<string?> _handOut = new("--hand-out")
    {
        Description =
            "Make a folder to hand out: the sheet, what it loads, and what the folder hand-out beside the solution says.",
        HelpName = "folder",
    };

    private readonly Argument<string> _first = new("first")
    {
        Description = "An executed notebook, or its page (.html).",
    };

    private readonly Argument<string> _second = new("second")
    {
        Description = "The same of another run.",
    };

    private readonly RootCommand _root;

    /// <summary>Makes the command.</summary>
    public RunnerCommand(
        Func<RunOptions, IReadOnlyList<SweepAxis>, Task<int>> run,
        Func<string, int> listParameters,
        Func<StudentOptions, int> writeSheet,
        Func<string, string, int> compare,
        Func<GradeOptions, Task<int>> grade,
        TextWriter output)
    {
        _root = new RootCommand(
            "Runs the cells of a C# notebook in order and writes the executed notebook and a self-contained HTML page. "
            + "Exit codes: 0 all cells ran; 1 a cell failed, took too long or was cancelled, or points are missing, "
            + "in a sweep in any of its runs; "
            + "2 wrong use or unreadable notebook.")
        {
            _notebook, _set, _parametersFile, _listParameters, _sweep, _output, _name, _timeout, _keepGoing, _inPlace,
            _staticImages, _scraps, _junit, _requirePoints, _list, _collect, _kernel,
        };
        _kernel.AcceptOnlyFromAmong(InteractiveTool.Command);
        _set.Validators.Add(ValidateSet);
        _sweep.Validators.Add(ValidateSweep);
        _name.Validators.Add(ValidateName);
        _timeout.Validators.Add(ValidateTimeout);
        _root.SetAction((result, _) => result.GetValue(_listParameters)
            ? Task.FromResult(listParameters(PathOf(result, _notebook)))
            : run(Read(result), [.. (result.GetValue(_sweep) ?? []).Select(SweepAxis.Parse)]));
        var student = new Command(
            "student", "Writes the student's sheet of an exercise: the solution without its answers, with checks.")
        {
            _solution, _sheet, _answers, _handOut,
        };
        student.SetAction(result => writeSheet(ReadStudent(result)));
        _root.Subcommands.Add(student);
        var comparison = new Command(
            "compare",
            "Compares what two runs wrote. Exit codes: 0 the same but for times; 1 they differ; 2 a file cannot be read.")
        {
            _first, _second,
        };
        comparison.SetAction(result => compare(PathOf(result, _first), PathOf(result, _second)));
        _root.Subcommands.Add(comparison);
        _root.Subcommands.Add(GradeCommand.Create(grade));
        _root.Subcommands.Add(ExportCommand.Create(output));
    }

    /// <summary>Reads the arguments.</summary>
    public ParseResult Parse(IReadOnlyList<string> args) =>
        // A name that starts with @ is a name here, not a file of arguments.
        _root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Finds fault with what is no assignment.</summary>
    internal static void ValidateSet(OptionResult result)
    {
        foreach (Token token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            result.AddError($"--set takes name=value, not '{token.Value}'.");
        }
    }

    private static void ValidateSweep(OptionResult result)
    {
        foreach (Token token in result.Tokens)
        {
            try
            {
                SweepAxis.Parse(token.Value);
            }
            catch (FormatException exception)
            {
                result.AddError(exception.Message);
            }
        }
    }

    private static void ValidateName(OptionResult result)
    {
        foreach (Token token in result.Tokens.Where(
            token => token.Value.Length == 0 || token.Value.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0))
        {
            result.AddError($"--name takes the name of a file without folder, not '{token.Value}'.");
        }
    }

    private static void ValidateTimeout(OptionResult result)
    {
        // Of the tokens, since asking for the value of a token that is no number throws.
        foreach (Token token in result.Tokens)
        {
            if (!double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
                || !(seconds > 0 && seconds < int.MaxValue / 1000.0))
            {
                result.AddError($"--timeout takes a positive number of seconds, not '{token.Value}'.");
            }
        }
    }

    private static string PathOf(ParseResult result, Argument<string> argument) =>
        FullPath(argument.Name, result.GetRequiredValue(argument));

    /// <summary>The full path of what stands on the command line.</summary>
    internal static string FullPath(string what, string path)
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (Exception exception) when (exception is ArgumentException or PathTooLongException or NotSupportedException)
        {
            throw new WrongUseException($"{what}: no path can be made of '{path.Replace('\0', '?')}'", exception);
        }
    }

    private RunOptions Read(ParseResult result) => new()
    {
        NotebookPath = PathOf(result, _notebook),
        OutputFolder = FullPath(_output.Name, result.GetRequiredValue(_output)),
        Name = result.GetValue(_name) ?? Path.GetFileNameWithoutExtension(result.GetRequiredValue(_notebook)),
        Parameters = ParameterValue.LastOfEach(
            (result.GetValue(_parametersFile) ?? []).SelectMany(ReadParameters)
                .Concat((result.GetValue(_set) ?? []).Select(ParseAssignment))),
        CellTimeout = result.GetValue(_timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        KeepGoing = result.GetValue(_keepGoing),
        InPlace = result.GetValue(_inPlace),
        StaticImages = result.GetValue(_staticImages),
        Scraps = result.GetValue(_scraps),
        RequiredPoints = result.GetValue(_requirePoints),
        List = result.GetValue(_list),
        Collect = result.GetValue(_collect),
        Interactive = result.GetValue(_kernel) is not null,
        JUnitPath = result.GetValue(_junit) is { } junit ? FullPath(_junit.Name, junit) : null,
    };

    private IReadOnlyList<ParameterValue> ReadParameters(string path) =>
        ParameterFile.Read(FullPath(_parametersFile.Name, path), $"{_parametersFile.Name} {path}");

    private StudentOptions ReadStudent(ParseResult result)
    {
        string solution = PathOf(result, _solution);
        bool answers = result.GetValue(_answers);
        if (result.GetValue(_handOut) is { Length: > 0 } folder)
        {
            return result.GetValue(_sheet) is null && !answers
                ? new StudentOptions(solution, SheetName(solution), WithAnswers: false, FullPath(_handOut.Name, folder))
                : throw new WrongUseException("--hand-out goes with neither --output nor --answers");
        }

        if (result.GetValue(_sheet) is { Length: > 0 } sheet)
        {
            return new StudentOptions(solution, FullPath(_sheet.Name, sheet), answers);
        }

        return answers
            ? throw new WrongUseException("--answers needs --output: the file to write")
            : new StudentOptions(
                solution, Path.Combine(Path.GetDirectoryName(solution)!, SheetName(solution)), WithAnswers: false);
    }

    private static string SheetName(string solution)
    {
        const string Suffix = "-solution";
        string name = Path.GetFileNameWithoutExtension(solution);
        return name.EndsWith(Suffix, StringComparison.Ordinal) && name.Length > Suffix.Length
            ? name[..^Suffix.Length] + ".ipynb"
            : throw new WrongUseException($"the name {name} does not end in {Suffix}; name the file to write with --output");
    }

    /// <summary>What an assignment gives to what.</summary>
    internal static ParameterValue ParseAssignment(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return new ParameterValue(text[..equals].Trim(), text[(equals + 1)..], "--set");
    }
}

/// <summary>What the command line asks for when it makes a student's sheet.</summary>
/// <param name="SolutionPath">The notebook with the solution.</param>
/// <param name="SheetPath">Where the sheet goes.</param>
/// <param name="WithAnswers">Whether the answers stay.</param>
/// <param name="HandOutFolder">The folder to hand out, in which the sheet's name is a name alone; null: the sheet alone.</param>
internal sealed record StudentOptions(string SolutionPath, string SheetPath, bool WithAnswers, string? HandOutFolder = null);

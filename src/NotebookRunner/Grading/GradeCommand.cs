using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NotebookRunner.Notebooks;
using NotebookRunner.Parameters;

namespace NotebookRunner.Grading;

/// <summary>The command line of <c>grade</c>.</summary>
internal sealed class GradeCommand
{
    private readonly Argument<string> _submissions = new("submissions")
    {
        Description = "The folder with what students handed in: notebooks, or folders with notebooks, under any names.",
    };

    private readonly Option<string> _solution = new("--solution")
    {
        Description = "The notebook with the solution, the checks and their points.",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for the table of points and the pages.",
        HelpName = "folder",
        DefaultValueFactory = _ => "graded",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Override a variable of the cell tagged 'parameters' in every submission; may be repeated.",
        HelpName = "name=value",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<int> _timeout = Number("--timeout", "How many seconds a submission may take.", "seconds", 600);

    private readonly Option<int> _memory = Number("--memory", "How much memory a submission may take.", "MiB", 4096);

    private readonly Option<int> _jobs = Number("--jobs", "How many submissions run side by side.", "number", 1);

    private readonly Option<bool> _again = new("--again")
    {
        Description = "Grade those once more that have a result. Without it a second run goes on where the first one stopped.",
    };

    private readonly Option<bool> _showHidden = new("--show-hidden")
    {
        Description = "Let students read what the checks found that are not on the sheet.",
    };

    private readonly Option<string?> _only = new("--only")
    {
        Description = "Grade this one submission, named from the folder of all, and make no table.",
        HelpName = "file",
    };

    private readonly Option<bool> _list = new("--list")
    {
        Description = "Grade nothing; write a command for each submission, to be spread over machines.",
    };

    private readonly Option<bool> _collect = new("--collect")
    {
        Description = "Grade nothing; make the table and the pages of what those commands wrote into the output folder.",
    };

    /// <summary>Makes the command.</summary>
    /// <param name="grade">Does what it asks for, and gives the exit code.</param>
    public static Command Create(Func<GradeOptions, Task<int>> grade)
    {
        var options = new GradeCommand();
        var command = new Command(
            "grade",
            "Runs what students handed in against the solution's checks and writes a table of points and a page for each. "
            + "A submission runs with your rights. "
            + "Exit codes: 0 all were graded; 1 some could not be read, which the table tells; 2 wrong use.")
        {
            options._submissions, options._solution, options._output, options._set, options._timeout, options._memory,
            options._jobs, options._again, options._showHidden, options._only, options._list, options._collect,
        };
        options._set.Validators.Add(ValidateSet);
        command.SetAction((result, _) => grade(options.Read(result)));
        return command;
    }

    private static Option<int> Number(string name, string description, string unit, int usual)
    {
        var option = new Option<int>(name)
        {
            Description = description, HelpName = unit, DefaultValueFactory = _ => usual,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token =>
                !int.TryParse(token.Value, CultureInfo.InvariantCulture, out int value) || value is < 1 or > 1_000_000))
            {
                result.AddError($"{name} takes a whole number from 1 to 1000000.");
            }
        });
        return option;
    }

    private static void ValidateSet(OptionResult result)
    {
        foreach (Token token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            result.AddError($"--set takes name=value, not '{token.Value}'.");
        }
    }

    private static string FullPath(string what, string path)
    {
        try
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        }
        catch (Exception exception) when (exception is ArgumentException or PathTooLongException or NotSupportedException)
        {
            throw new WrongUseException($"{what}: no path can be made of '{path.Replace('\0', '?')}'", exception);
        }
    }

    private GradeOptions Read(ParseResult result) => new(
        FullPath(_submissions.Name, result.GetRequiredValue(_submissions)),
        FullPath(_solution.Name, result.GetRequiredValue(_solution)),
        FullPath(_output.Name, result.GetRequiredValue(_output)),
        [.. (result.GetValue(_set) ?? []).Select(text => text.Split('=', 2)).Select(parts =>
            new ParameterValue(parts[0].Trim(), parts[1], _set.Name))],
        TimeSpan.FromSeconds(result.GetValue(_timeout)),
        result.GetValue(_memory),
        result.GetValue(_jobs),
        result.GetValue(_again),
        result.GetValue(_showHidden),
        result.GetValue(_only),
        (result.GetValue(_list), result.GetValue(_collect)) switch
        {
            (true, true) => throw new WrongUseException("--list and --collect do not go together"),
            (true, _) => GradeMode.List,
            (_, true) => GradeMode.Collect,
            _ => GradeMode.Grade,
        });
}

using System.Globalization;
using NotebookRunner.Execution;

namespace NotebookRunner.Grading;

/// <summary>The command that grades one submission, for those who spread them over machines.</summary>
internal static class GradeCommandLine
{
    /// <summary>Makes the command.</summary>
    public static string For(Submission submission, GradeOptions options)
    {
        IEnumerable<string> words =
        [
            "grade", options.SubmissionsPath,
            "--only", submission.File, "--solution", options.SolutionPath, "--output", options.OutputFolder,
            "--timeout", options.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "--memory", options.Memory.ToString(CultureInfo.InvariantCulture),
            .. options.ShowHidden ? ["--show-hidden"] : Array.Empty<string>(),
            .. options.Parameters.SelectMany(value => new[] { "--set", $"{value.Name}={value.Text}" }),
        ];
        return ShellCommand.Of(words);
    }
}

using System.Globalization;
using System.Text;

namespace NotebookRunner.Grading;

/// <summary>The command that grades one submission, for those who spread them over machines.</summary>
internal static class GradeCommandLine
{
    /// <summary>Makes the command, in the words of a POSIX shell.</summary>
    public static string For(Submission submission, GradeOptions options)
    {
        IEnumerable<string> words =
        [
            "dotnet", typeof(GradeCommandLine).Assembly.Location, "grade", options.SubmissionsPath,
            "--only", submission.File, "--solution", options.SolutionPath, "--output", options.OutputFolder,
            "--timeout", options.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "--memory", options.Memory.ToString(CultureInfo.InvariantCulture),
            .. options.ShowHidden ? ["--show-hidden"] : Array.Empty<string>(),
            .. options.Parameters.SelectMany(value => new[] { "--set", $"{value.Name}={value.Text}" }),
        ];
        return string.Join(' ', words.Select(Quoted));
    }

    private static string Quoted(string word)
    {
        if (word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '='))
        {
            return word;
        }

        if (!word.Any(char.IsControl))
        {
            return $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        }

        // A line end in a file's name would break the command in two.
        var quoted = new StringBuilder("$'");
        foreach (char c in word)
        {
            _ = char.IsControl(c)
                ? quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : quoted.Append(c is '\'' or '\\' ? "\\" : "").Append(c);
        }

        return quoted.Append('\'').ToString();
    }
}

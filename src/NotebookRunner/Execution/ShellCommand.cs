using System.Globalization;
using System.Text;

namespace NotebookRunner.Execution;

/// <summary>A command that runs this program, in the words of a shell, for those who spread work over machines.</summary>
internal static class ShellCommand
{
    /// <summary>Makes the command, one line.</summary>
    /// <param name="arguments">The arguments.</param>
    public static string Of(IEnumerable<string> arguments) =>
        string.Join(' ', arguments.Prepend(typeof(ShellCommand).Assembly.Location).Prepend("dotnet").Select(Quoted));

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

using System.Text.RegularExpressions;
using MnistCnn;
using Xunit;

namespace MnistCnn.Tests.Browser;

/// <summary>What lets modules be put into an output one after the other, in one scope, see <see cref="PageScript"/>.</summary>
public partial class PageScriptTests
{
    private static readonly Dictionary<string, string> s_modules = Directory
        .EnumerateFiles(Repository.PathOf("src", "MnistCnn.Browser", "Scripts"), "*.js", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal);

    public static TheoryData<string> Modules() => [.. s_modules.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Modules))]
    public void No_two_modules_of_an_output_declare_the_same_name(string module)
    {
        string text = PageScript.Of(module);
        string[] names = [.. OuterName().Matches(text).Select(match => match.Groups["name"].Value)];

        Assert.NotEmpty(names);
        Assert.DoesNotMatch(@"(?m)^(const|let|var) .*, [A-Z_]+ = ", text); // One name a line.
        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Imports_and_exports_are_written_as_they_can_be_taken_out(string module)
    {
        foreach (string line in s_modules[module].Split('\n'))
        {
            string[] words = line.Split(' ');
            Assert.True(words[0] is not "import" || Import().IsMatch(line), line);
            Assert.True(words[0] is not "export" || Export().IsMatch(line), line);
            Assert.False(line.Contains("import(", StringComparison.Ordinal), line);
        }

        string text = PageScript.Of(module);
        Assert.DoesNotMatch(Left(), text);
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_is_read_at_a_glance(string module)
    {
        string[] lines = s_modules[module].Split('\n');

        Assert.InRange(lines.Length, 1, 200);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 150));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void What_is_imported_is_exported_there(string module)
    {
        foreach (Match match in Import().Matches(s_modules[module]))
        {
            string source = s_modules[match.Groups["file"].Value];
            Assert.All(match.Groups["name"].Captures, name => Assert.Matches(
                $@"(?m)^export (async function|function|const|class) {Regex.Escape(name.Value)}\b", source));
        }
    }

    /// <summary>A declaration at the left margin.</summary>
    [GeneratedRegex(
        @"^(async function|function|class|const|let|var) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex OuterName();

    [GeneratedRegex(
        """^import \{ ((?<name>\w+)(, )?)+ \} from "\.{1,2}/([\w-]+/)?(?<file>[\w-]+\.js)";$""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Import();

    [GeneratedRegex(@"^export (async function|function|const|class) \w+", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Export();

    [GeneratedRegex(@"^(import|export)\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Left();
}

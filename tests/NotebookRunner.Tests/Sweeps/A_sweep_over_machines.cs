using System.Text.RegularExpressions;
using Xunit;

namespace NotebookRunner.Tests.Sweeps;

/// <summary>The runs of a sweep as commands of their own, and the page of what they left.</summary>
public partial class A_sweep_over_machines
{
    private static readonly string[] s_sweep = ["--sweep", "size=3,20", "--sweep", "word=a,\"b,c\"", "--set", "rate=0.25"];

    [Fact]
    public async Task Gives_the_page_that_it_gives_on_one()
    {
        using var folder = new RunnerFolder();
        string spread = Path.Combine(folder.Path, "spread");
        await folder.RunFileAsync("n.ipynb", SweepFolder.Notebook.Build(), TestContext.Current.CancellationToken, s_sweep);
        Outcome listed = await RunAsync("--keep-going", "--timeout", "60.5", "--list");
        string[] commands = listed.Output.TrimEnd().Split('\n');
        Assert.Equal((0, "", 4), (listed.ExitCode, listed.Error, commands.Length));
        Assert.False(Directory.Exists(spread));
        Assert.EndsWith(" --scraps --set rate=0.25 --set size=3 --set 'word=b,c' --timeout 60.5 --keep-going", commands[1]);

        foreach (string command in (await RunAsync("--list")).Output.TrimEnd().Split('\n').Reverse())
        {
            Outcome early = await RunAsync("--collect");
            Assert.Equal(1, early.ExitCode);
            Assert.Contains("it was not run", await File.ReadAllTextAsync(
                Path.Combine(spread, "n-sweep.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
            using var output = new StringWriter();
            await RunnerFolder.RunAppAsync(
                [.. Word().Matches(command).Skip(2).Select(word => word.Value.Trim('\''))], output, output,
                TestContext.Current.CancellationToken);
        }

        Outcome collected = await RunAsync("--collect");
        Assert.Equal(1, collected.ExitCode); // One of the four fails.
        Assert.Contains("1 of 4 runs failed", collected.Output, StringComparison.Ordinal);
        Assert.Equal(PageOf(folder.Output), PageOf(spread));

        static string PageOf(string output) => Times().Replace(File.ReadAllText(Path.Combine(output, "n-sweep.html")), "");

        Task<Outcome> RunAsync(params string[] options) => folder.RunFileAsync(
            "n.ipynb", TestContext.Current.CancellationToken, [.. s_sweep, "--output", spread, .. options]);
    }

    [Theory]
    [InlineData("--list")]
    [InlineData("--collect")]
    [InlineData("--sweep", "size=1,2", "--list", "--collect")]
    [InlineData("--sweep", "size=1,2", "--list", "--junit", "j.xml")]
    public async Task Is_a_sweep(params string[] options)
    {
        Outcome outcome = await RunnerFolder.RunAsync(SweepFolder.Notebook, options);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
    }

    [GeneratedRegex(
        """[\d.]+ s\b|<td class="number" data-key="[\d.]+">[\d.]+</td>(?=<td class="why">)""", RegexOptions.None, 1000)]
    private static partial Regex Times();

    [GeneratedRegex(@"'[^']*'|\S+", RegexOptions.None, 1000)]
    private static partial Regex Word();
}

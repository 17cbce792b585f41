using NotebookRunner.Sweeps;
using Xunit;

namespace NotebookRunner.Tests.Sweeps;

public class The_command_line_of_a_sweep
{
    [Theory]
    [InlineData("a=1,2", "a", "1", "2")]
    [InlineData("a=1", "a", "1")]
    [InlineData("a = 1 , 2 ", "a", "1", "2")]
    [InlineData("a=\"1,5\",\"say \"\"hi\"\"\",x=y", "a", "1,5", "say \"hi\"", "x=y")]
    public void Lists_values_parted_by_commas_with_quotes_around_those_that_hold_one(
        string text, string name, params string[] values)
    {
        SweepAxis axis = SweepAxis.Parse(text);
        Assert.Equal(name, axis.Name);
        Assert.Equal(values, axis.Values);
    }

    [Theory]
    [InlineData("size", "takes name=value,value")]
    [InlineData("=1,2", "takes name=value,value")]
    [InlineData("size=", "a value is missing")]
    [InlineData("size=1,,2", "a value is missing")]
    [InlineData("size=1,", "a value is missing")]
    [InlineData("size=1,2,1", "the value 1 is there twice")]
    [InlineData("word=\"a,b", "a quotation mark has no partner")]
    [InlineData("size=1,two", "--sweep: size must be a value of type int, and \"two\" is none")]
    [InlineData("sise=1,2", "--sweep: the notebook has no parameter sise; it has size, word, rate")]
    [InlineData("size=1,2 --sweep size=3", "--sweep: size is given more than once")]
    [InlineData("size=1,2 --set size=3", "--sweep: size is given more than once")]
    [InlineData("size=1,2 --set word", "--set takes name=value")]
    [InlineData("size=1,2 --set rate=fast", "--set: rate must be a value of type double")]
    [InlineData("size=1,2 --in-place", "--in-place and --sweep do not go together")]
    [InlineData("size=1,2 --name a/b", "--name takes the name of a file")]
    public async Task Says_in_one_line_what_does_not_fit_before_any_run(string arguments, string reason)
    {
        using var folder = new RunnerFolder();
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb", SweepFolder.Notebook.Build(), TestContext.Current.CancellationToken, ["--sweep", .. arguments.Split(' ')]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(reason, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.Equal("", outcome.Output);
        Assert.False(Directory.Exists(folder.Output));
    }

    [Fact]
    public async Task Needs_a_parameters_cell()
    {
        using var folder = new RunnerFolder();
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb", NotebookBuilder.WithCode("1").Build(), TestContext.Current.CancellationToken, "--sweep", "a=1,2");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--sweep: the notebook has no cell tagged parameters", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_files_of_every_combination_apart()
    {
        IReadOnlyList<Combination> grid =
            Combination.Of([new("word", ["a b", "a_b", "../x"]), new("n", ["-1", "1e-3"])], "notebook");
        Assert.Equal(
            [
                "notebook-word-a_b-n--1", "notebook-word-a_b-n-1e-3", "notebook-word-a_b-n--1-2", "notebook-word-a_b-n-1e-3-2",
                "notebook-word-.._x-n--1", "notebook-word-.._x-n-1e-3",
            ],
            grid.Select(combination => combination.FileName));
        Assert.Equal("word=a b, n=-1", grid[0].Label);
    }

    [Fact]
    public async Task A_stopped_sweep_starts_no_further_run_and_tells_of_those_that_ended()
    {
        using var folder = new RunnerFolder();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        Outcome outcome = await folder.RunFileAsync("n.ipynb", SweepFolder.Notebook.Build(), stop.Token, "--sweep", "size=1,2");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("0 of 2 runs failed, 2 not run", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("The sweep was stopped before its end.", await File.ReadAllTextAsync(
            Path.Combine(folder.Output, "n-sweep.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}

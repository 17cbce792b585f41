using Xunit;

namespace NotebookRunner.Tests.Parameters;

public class ParameterCellTests
{
    private static readonly NotebookBuilder Notebook = new NotebookBuilder()
        .Code("public enum Format { First, Last }\npublic class Other { }")
        .Code(
            """
            // The knobs.
            var epochs = 3;
            long many = 1;
            double rate = 0.1;
            float part = 0.5f;
            decimal price = 1m;
            bool fast = false;
            string name = "a";
            char letter = 'a';
            Format format = Format.Last;
            DayOfWeek day = DayOfWeek.Monday;
            int? limit = null;
            const int size = 128;
            int left = 1, right = 2;
            var other = new Other();
            """,
            "parameters")
        .Code("Console.Write(string.Join(\"|\", epochs, many, rate, part, price, fast, name, letter, format, day, limit, "
            + "size, left, right));");

    [Fact]
    public async Task Gives_variables_of_every_simple_type_their_value()
    {
        Outcome outcome = await RunnerFolder.RunAsync(
            Notebook,
            "--set", "epochs=1", "--set", "many=60_000", "--set", "rate=1e-3", "--set", "part=-2", "--set", "price=9.5",
            "--set", "fast=True",
            "--set", "name=it's \"quoted\" = \\n", "--set", "letter=z", "--set", "format=First", "--set", "day=DayOfWeek.Friday",
            "--set", "limit=7", "--set", "size=64", "--set", "right=9");
        Assert.True(outcome.ExitCode == 0, outcome.Error + outcome.Output);
        Assert.Equal("1|60000|0.001|-2|9.5|True|it's \"quoted\" = \\n|z|First|Friday|7|64|1|9", outcome.Text(3));
        Assert.Contains("epochs = 1;\nmany = 60000L;\nrate = 0.001;\npart = -2.0F;", outcome.Source(2), StringComparison.Ordinal);
        Assert.Equal("""["injected-parameters"]""", outcome.Cells[2]!["metadata"]!["tags"]!.ToJsonString());
        Assert.Contains("injected parameters", outcome.Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epochs=two", "epochs must be a value of type int")]
    [InlineData("epochs=2.5", "type int")]
    [InlineData("epochs=", "type int")]
    [InlineData("epochs=99999999999", "type int")]
    [InlineData("rate=fast", "type double")]
    [InlineData("rate=NaN", "type double")]
    [InlineData("fast=1", "type bool")]
    [InlineData("letter=ab", "type char")]
    [InlineData("format=Middle", "a Format (First, Last)")]
    [InlineData("format=DayOfWeek.First", "a Format (First, Last)")]
    [InlineData("day=1", "Monday")]
    [InlineData("epochs=1; System.IO.File.Delete(\"x\")", "type int")]
    [InlineData("format=First; throw null", "a Format")]
    [InlineData("other=1", "only numbers, bool, char, string and enums can be set")]
    [InlineData("epoch=1",
        "no parameter epoch; it has epochs, many, rate, part, price, fast, name, letter, format, day, limit, size, left, "
        + "right, other")]
    public async Task Refuses_what_does_not_fit_in_one_line_before_any_cell_runs(string assignment, string reason)
    {
        Outcome outcome = await RunnerFolder.RunAsync(Notebook, "--set", assignment);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(reason, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.Null(outcome.Notebook);
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public async Task Never_takes_a_value_for_code()
    {
        Outcome outcome = await RunnerFolder.RunAsync(Notebook, "--set", "name=\"; throw new Exception(); //\n{epochs}");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("\"; throw new Exception(); //\n{epochs}", outcome.Text(3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replaces_what_an_earlier_run_injected()
    {
        using var folder = new RunnerFolder();
        Outcome first =
            await folder.RunFileAsync("n.ipynb", Notebook.Build(), TestContext.Current.CancellationToken, "--set", "epochs=1");
        Outcome second =
            await folder.RunFileAsync("m.ipynb", first.Notebook!, TestContext.Current.CancellationToken, "--set", "rate=0.5");
        Assert.Equal(4, second.Cells.Count);
        Assert.Equal("// Parameters\nrate = 0.5;", second.Source(2));
    }

    [Fact]
    public async Task Needs_a_parameters_cell()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("var x = 1;"), "--set", "x=2");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("no cell tagged parameters", outcome.Error, StringComparison.Ordinal);
    }
}

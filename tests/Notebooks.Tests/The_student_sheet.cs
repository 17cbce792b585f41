using System.Text.Json.Nodes;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The sheet that students get: as generated, with nothing answered, and with the solution's answers.</summary>
public sealed class The_student_sheet : IDisposable
{
    private const int Checks = 18;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    private static string Committed { get; } = Repository.PathOf("notebooks", "exercise-5.ipynb");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Is_what_the_generator_writes()
    {
        string written = await WriteAsync();
        Assert.Equal(await File.ReadAllTextAsync(written), await File.ReadAllTextAsync(Committed));
    }

    [Fact]
    public void Holds_no_answer_no_output_and_nothing_that_only_the_solution_needs()
    {
        var sheet = new ExecutedNotebook(Committed);
        var solution = new ExecutedNotebook(SolutionRun.Source);
        Assert.Equal("student", sheet.Json["metadata"]!["exercise"]!.GetValue<string>());
        Assert.All(sheet.Cells, cell => Assert.Null(cell.Json["execution_count"]));
        Assert.All(sheet.Cells, cell => Assert.Empty(cell.Outputs));
        Assert.All(sheet.Cells, cell => Assert.Null(cell.Json["metadata"]!["exercise"]));
        Assert.DoesNotContain("SOLUTION", sheet.Text, StringComparison.Ordinal);
        string[] answers = [.. solution.Cells.Where(cell => cell.Source.Contains("BEGIN SOLUTION", StringComparison.Ordinal))
            .Select(cell => cell.Source)];
        Assert.Equal(22, answers.Length);
        Assert.DoesNotContain("testSize: 0.3", sheet.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Dropout(0.25)", sheet.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("scaler.Transform", sheet.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("argmax(1)", string.Join('\n', sheet.Cells.Select(cell => cell.Source)), StringComparison.Ordinal);
        Assert.DoesNotContain("y_pred != y_true", sheet.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_the_cells_that_let_a_student_go_on()
    {
        ExecutedCell[] folded = [
            .. new ExecutedNotebook(Committed).Cells.Where(cell => cell.Source.Contains("Prepared.", StringComparison.Ordinal))];
        Assert.Equal(4, folded.Length);
        Assert.All(folded, cell => Assert.True(cell.Json["metadata"]!["jupyter"]!["source_hidden"]!.GetValue<bool>()));
        Assert.All(folded, cell => Assert.StartsWith("bool go_on = false;", cell.Source, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_nothing_answered_every_check_says_what_is_missing_and_no_cell_fails()
    {
        (ExecutedNotebook notebook, string output) = await RunAsync(await File.ReadAllTextAsync(Committed));
        ExecutedCell[] checks = ChecksOf(notebook);
        Assert.Equal(Checks, checks.Length);
        Assert.StartsWith("✓ ", checks[0].Text, StringComparison.Ordinal); // Of what is given.
        Assert.All(checks[1..], check => Assert.Matches("^• .+ Hint: .+[.?]$", check.Text));
        Assert.DoesNotContain(checks, check => check.Text.Contains("could not look", StringComparison.Ordinal));
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ChannelsLast")]
    [InlineData("ChannelsFirst")]
    public async Task With_the_solutions_answers_every_check_passes(string format)
    {
        string answered = With(format, await File.ReadAllTextAsync(await WriteAsync("--answers")));
        (ExecutedNotebook notebook, _) = await RunAsync(answered, "--set", "epochs=1", "--set", "train_images=4000");
        Assert.Equal(Checks, ChecksOf(notebook).Length);
        Assert.All(ChecksOf(notebook), check => Assert.StartsWith("✓ ", check.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ChannelsLast")]
    [InlineData("ChannelsFirst")]
    public async Task A_student_who_skips_every_task_can_still_go_to_the_end(string format)
    {
        string text = With(format, await File.ReadAllTextAsync(Committed))
            .Replace("bool go_on = false;", "bool go_on = true;", StringComparison.Ordinal)
            .Replace("// Your answer: the six points of the list above",
                "model.Evaluate(X_test[..100], Y_test[..100]); // ", StringComparison.Ordinal);
        (ExecutedNotebook notebook, _) = await RunAsync(text);
        string[] evaluations = [.. ChecksOf(notebook)
            .Where(check => check.Source.Contains("Evaluated", StringComparison.Ordinal)).Select(check => check.Text)];
        Assert.Equal(3, evaluations.Length);
        Assert.All(evaluations, evaluation =>
            Assert.StartsWith("• Nothing of the sheet's list has been shown", evaluation, StringComparison.Ordinal));
        Assert.Contains("conv2d_4  (3, 3, 32, 64)", notebook.Cells[^2].Text, StringComparison.Ordinal);
    }

    /// <summary>The sheet with the switch of its second cell at a data format.</summary>
    private static string With(string format, string sheet)
    {
        const string Switch = "Backend.ImageDataFormat = ImageDataFormat.";
        Assert.Single(sheet.Split($"{Switch}ChannelsLast;").Skip(1));
        return sheet.Replace($"{Switch}ChannelsLast;", $"{Switch}{format};", StringComparison.Ordinal);
    }

    private static ExecutedCell[] ChecksOf(ExecutedNotebook notebook) =>
        [.. notebook.Cells.Where(cell => ExecutedNotebook.Tags(cell.Json).Contains("check"))];

    private async Task<string> WriteAsync(params string[] options)
    {
        string path = Path.Combine(_folder.FullName, "sheet.ipynb");
        (int exitCode, string output, string error) = await Runner.RunAsync(
            ["student", SolutionRun.Source, "--output", path, .. options]);
        Assert.True(exitCode == 0, output + error);
        return path;
    }

    private async Task<(ExecutedNotebook Notebook, string Output)> RunAsync(string text, params string[] options)
    {
        string path = Path.Combine(_folder.FullName, "run.ipynb");
        string start = JsonValue.Create(Repository.PathOf("notebooks", "start.csx")).ToJsonString().Trim('"');
        await File.WriteAllTextAsync(path, text.Replace("start.csx", start, StringComparison.Ordinal));
        (int exitCode, string output, string error) = await Runner.RunAsync(
            [path, "--output", Path.Combine(_folder.FullName, "out"), .. options]);
        Assert.True(exitCode == 0, output + error);
        return (new ExecutedNotebook(Path.Combine(_folder.FullName, "out", "run.ipynb")), output);
    }
}

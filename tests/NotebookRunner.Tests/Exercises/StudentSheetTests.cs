using System.Text.Json.Nodes;
using Xunit;

namespace NotebookRunner.Tests.Exercises;

public class StudentSheetTests
{
    private const string Answer = "int n = 1;\nint f()\n{\n    // BEGIN SOLUTION\n    return 42;\n    // END SOLUTION\n}";

    [Fact]
    public async Task Has_the_prompt_in_the_place_of_the_answer_and_the_given_code_around_it()
    {
        JsonArray cells = await SheetAsync(Cell("a", Answer, """{ "prompt": ["// Your answer", "return 0;"] }"""));
        Assert.Equal("int n = 1;\nint f()\n{\n    // Your answer\n    return 0;\n}", Source(cells[0]!));
        Assert.Equal(["answer"], cells[0]!["metadata"]!["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()));
        Assert.Null(cells[0]!["metadata"]!["exercise"]);
        Assert.Null(cells[0]!["execution_count"]);
        Assert.Empty(cells[0]!["outputs"]!.AsArray());
    }

    [Fact]
    public async Task Has_what_the_metadata_add_in_order_and_with_ids_of_its_own()
    {
        JsonArray cells = await SheetAsync(
            Cell("a", Answer, """
                {
                  "prompt": "?", "after": "int x;", "check": "C()", "goOn": { "text": "Stuck?", "code": ["a", "b"] },
                  "quiz": { "prompt": "q", "answer": "r", "check": "s" }
                }
                """),
            Cell("b", "left out", """{ "omit": true }"""),
            Cell("c", "given", "{}"));
        Assert.Equal(["a-quiz", "a-quiz-check", "a", "a-after", "a-check", "a-stuck", "a-go-on", "c"],
            cells.Select(cell => cell!["id"]!.GetValue<string>()));
        Assert.Equal("q", Source(cells[0]!));
        Assert.Equal("markdown", cells[5]!["cell_type"]!.GetValue<string>());
        Assert.Equal("a\nb", Source(cells[6]!));
        Assert.True(cells[6]!["metadata"]!["jupyter"]!["source_hidden"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Tells_checks_what_they_are_worth_and_the_end_of_all_of_them()
    {
        using var folder = new RunnerFolder();
        folder.Write("n-solution.ipynb", $$"""
            { "cells": [
                {{Cell("a", Answer, """
                    {
                      "prompt": "?", "check": "// A comment.\nC()", "points": 2.5, "hidden": { "code": "secret", "points": 3 },
                      "quiz": { "prompt": "q", "answer": "r", "check": "s", "points": 4 }
                    }
                    """)}},
                {{Cell("b", "given", """{ "check": "D()", "after": "$\"{all points}\"" }""")}}],
              "metadata": { "exercise": { "worth": "\n.Worth({points}, \"{check}\")" } }, "nbformat": 4, "nbformat_minor": 5 }
            """);
        (int exitCode, _, string error) = await RunAsync(folder);
        Assert.True(exitCode == 0, error);
        string sheet = await File.ReadAllTextAsync(Path.Combine(folder.Path, "n.ipynb"), TestContext.Current.CancellationToken);
        Assert.Equal(
            ["s\n.Worth(4, \"a-quiz-check\")", "// A comment.\nC()\n.Worth(2.5, \"a-check\")", "$\"6.5\"", "D()"],
            JsonNode.Parse(sheet)!["cells"]!.AsArray().Where((_, i) => i is 1 or 3 or 5 or 6).Select(cell => Source(cell!)));
        Assert.Equal("student", JsonNode.Parse(sheet)!["metadata"]!["exercise"]!.GetValue<string>());
    }

    /// <summary>
    /// What nbgrader 0.9 asks for in its format's schema, version 3, and in <c>nbgrader validate</c>: an id of its own for each
    /// cell that is graded, locked or a solution; points for what is graded; nothing it does not know.
    /// </summary>
    [Fact]
    public async Task Tells_nbgrader_what_is_graded_and_for_how_many_points()
    {
        JsonArray cells = await SheetAsync(
            Cell("a", Answer, """
                {
                  "prompt": "?", "after": "int x;", "check": "C()", "points": 2.5, "goOn": { "text": "Stuck?", "code": "go" },
                  "quiz": { "prompt": "q", "answer": "r", "check": "s", "points": 4 },
                  "hidden": { "code": "secret", "points": 3 }
                }
                """),
            Cell("b", "given", "{}"));
        Assert.Equal(
            [
                "a-quiz solution", "a-quiz-check grade locked 4", "a solution", "a-after locked", "a-check grade locked 2.5",
                "a-stuck locked", "b locked",
            ],
            cells.Select(cell => cell!["metadata"]!["nbgrader"]).OfType<JsonObject>().Select(Words));
        Assert.All(cells, cell => Assert.Equal(
            cell!["metadata"]!["nbgrader"]?["grade"]?.GetValue<bool>() is true,
            cell["metadata"]!["editable"]?.GetValue<bool>() is false
                && cell["metadata"]!["deletable"]?.GetValue<bool>() is false));
        Assert.DoesNotContain("secret", cells.ToJsonString(), StringComparison.Ordinal);

        static string Words(JsonObject nbgrader)
        {
            string[] points = nbgrader["grade"]!.GetValue<bool>() ? ["points"] : [];
            string[] keys = ["grade", "grade_id", "locked", .. points, "schema_version", "solution", "task"];
            Assert.Equal(keys, nbgrader.Select(item => item.Key).Order(StringComparer.Ordinal));
            Assert.Matches("^[a-zA-Z0-9_-]+$", nbgrader["grade_id"]!.GetValue<string>());
            Assert.Equal(3, nbgrader["schema_version"]!.GetValue<int>());
            Assert.False(nbgrader["task"]!.GetValue<bool>());
            IEnumerable<string> flags =
                new[] { "grade", "locked", "solution" }.Where(flag => nbgrader[flag]!.GetValue<bool>());
            return string.Join(
                ' ',
                [nbgrader["grade_id"]!.GetValue<string>(), .. flags, .. points.Select(key => nbgrader[key]!.ToJsonString())]);
        }
    }

    [Fact]
    public async Task Says_nothing_of_a_run_of_the_solution()
    {
        using var folder = new RunnerFolder();
        Outcome executed = await folder.RunFileAsync(
            "n-solution.ipynb", Notebook(Cell("a", "// BEGIN SOLUTION\n1\n// END SOLUTION", """{ "prompt": "?" }""")),
            TestContext.Current.CancellationToken);
        Assert.Contains("papermill", executed.Notebook, StringComparison.Ordinal);
        folder.Write("n-solution.ipynb", executed.Notebook!);
        await RunAsync(folder);
        Assert.DoesNotContain("papermill", await File.ReadAllTextAsync(
            Path.Combine(folder.Path, "n.ipynb"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_answers_where_that_is_asked_for()
    {
        using var folder = new RunnerFolder();
        folder.Write("n-solution.ipynb",
            Notebook(Cell("a", Answer, """{ "prompt": "?" }"""), Cell("b", "2", """{ "omit": true }""")));
        (int exitCode, _, _) = await RunAsync(folder, "--answers", "--output", Path.Combine(folder.Path, "all.ipynb"));
        Assert.Equal(0, exitCode);
        JsonArray cells =
            JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "all.ipynb")))!["cells"]!.AsArray();
        Assert.Equal(["int n = 1;\nint f()\n{\n    return 42;\n}", "2"], cells.Select(cell => Source(cell!)));
    }

    [Theory]
    [InlineData("// BEGIN SOLUTION\n1", """{ "prompt": "?" }""", "cell a: expected one")]
    [InlineData("1\n// END SOLUTION", """{ "prompt": "?" }""", "cell a: expected one")]
    [InlineData("// END SOLUTION\n// BEGIN SOLUTION", """{ "prompt": "?" }""", "cell a: expected one")]
    [InlineData("// BEGIN SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION", """{ "prompt": "?" }""", "cell a: expected one")]
    [InlineData("// BEGIN SOLUTION\n// END SOLUTION", "{}", "cell a: an answer without a prompt")]
    [InlineData("1", """{ "prompt": "?" }""", "cell a: a prompt, but no answer")]
    [InlineData("1", """{ "promt": "?" }""", "cell a: exercise has the unknown key 'promt'")]
    [InlineData("1", """{ "check": 3 }""", "cell a: 'check' is not a text")]
    [InlineData("1", """{ "goOn": { "text": "x" } }""", "cell a: goOn needs")]
    [InlineData("1", """{ "quiz": { "prompt": "x" } }""", "cell a: quiz needs")]
    [InlineData("1", """{ "points": 3 }""", "cell a: points, but no check")]
    [InlineData("1", """{ "check": "C()", "points": -1 }""", "cell a: 'points' is not a number from 0")]
    [InlineData("1", """{ "check": "C()", "points": "3" }""", "cell a: 'points' is not a number from 0")]
    [InlineData("1", """{ "hidden": { "points": 3 } }""", "cell a: hidden needs code")]
    [InlineData("1", "3", "cell a: exercise is not an object")]
    [InlineData("1", "{}", "no cell has an answer")]
    public async Task Names_the_cell_whose_marks_or_metadata_are_wrong(string source, string exercise, string reason)
    {
        using var folder = new RunnerFolder();
        folder.Write("n-solution.ipynb", Notebook(Cell("a", source, exercise)));
        (int exitCode, _, string error) = await RunAsync(folder);
        Assert.Equal(2, exitCode);
        Assert.Contains("n-solution.ipynb: " + reason, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(Path.Combine(folder.Path, "n.ipynb")));
    }

    [Fact]
    public async Task Is_never_written_over_the_solution_or_under_a_name_that_was_not_given()
    {
        using var folder = new RunnerFolder();
        string solution = folder.Write("n-solution.ipynb", Notebook(Cell("a", Answer, """{ "prompt": "?" }""")));
        (int itself, _, string error) = await RunAsync(folder, "--output", solution);
        (int answered, _, string unnamed) = await RunAsync(folder, "--answers");
        Assert.Equal([2, 2], [itself, answered]);
        Assert.Contains("the solution itself", error, StringComparison.Ordinal);
        Assert.Contains("--output", unnamed, StringComparison.Ordinal);

        using var output = new StringWriter();
        using var other = new StringWriter();
        string plain = folder.Write("plain.ipynb", await File.ReadAllTextAsync(solution));
        Assert.Equal(2, await RunnerFolder.RunAppAsync(["student", plain], output, other, CancellationToken.None));
        Assert.Contains("does not end in -solution", other.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_made_whatever_the_outputs_of_the_solution_are()
    {
        string deep = new string('[', 100_000) + "NaN" + new string(']', 100_000);
        JsonArray cells = await SheetAsync(
            Cell("a", "// BEGIN SOLUTION\n1\n// END SOLUTION", """{ "prompt": "?" }""").Replace(
                "[{ \"name\"", $"[{{ \"data\": {deep}, \"data\": {deep}, \"name\"", StringComparison.Ordinal));
        Assert.Empty(cells[0]!["outputs"]!.AsArray());
    }

    private static async Task<JsonArray> SheetAsync(params string[] cells)
    {
        using var folder = new RunnerFolder();
        folder.Write("n-solution.ipynb", Notebook(cells));
        (int exitCode, string output, string error) = await RunAsync(folder);
        Assert.True(exitCode == 0, error);
        Assert.Contains("n.ipynb", output, StringComparison.Ordinal);
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "n.ipynb")))!["cells"]!.AsArray();
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(RunnerFolder folder, params string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await RunnerFolder.RunAppAsync(
            ["student", Path.Combine(folder.Path, "n-solution.ipynb"), .. options], output, error, CancellationToken.None);
        return (exitCode, output.ToString(), error.ToString());
    }

    private static string Notebook(params string[] cells) =>
        $$"""{ "cells": [{{string.Join(',', cells)}}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5 }""";

    private static string Cell(string id, string source, string exercise) =>
        $$"""
        { "cell_type": "code", "execution_count": 7, "id": "{{id}}", "metadata": { "exercise": {{exercise}} },
          "outputs": [{ "name": "stdout", "output_type": "stream", "text": "x" }],
          "source": {{JsonValue.Create(source).ToJsonString()}} }
        """;

    private static string Source(JsonNode cell) =>
        string.Concat(cell["source"]!.AsArray().Select(line => line!.GetValue<string>()));
}

using System.Text.Json.Nodes;
using NotebookRunner.Tests.Pages;
using Xunit;

namespace NotebookRunner.Tests.Grading;

/// <summary>Submissions of every kind, graded with one command.</summary>
public sealed class A_class_is_graded(A_class_is_graded.Graded graded) : IClassFixture<A_class_is_graded.Graded>
{
    private const string A = "a = 1 * scale;", B = "b = 2;", C = "c = 3;";

    [Theory]
    [InlineData("good/exercise.ipynb", "1,2,2.5,4,9.5")]
    [InlineData("nothing.ipynb", "0,0,0,0,0")]
    [InlineData("=hidden caught.ipynb", "1,2,0,4,7")]
    [InlineData("failing.ipynb", "0,0,0,4,4", "cell a: CompilationError: ", "cell b: System.FormatException: bad")]
    [InlineData("unreadable.ipynb", "0,0,0,0,0", "it cannot be read: not a notebook")]
    [InlineData("empty.ipynb", "0,0,0,0,0", "it cannot be read: not a notebook: the file is empty")]
    [InlineData("python.ipynb", "0,0,0,0,0", "it cannot be read: cell 1 is written in python")]
    [InlineData("a folder", "0,0,0,0,0", "there is no notebook (.ipynb) here")]
    [InlineData("essay.docx", "0,0,0,0,0", "there is no notebook (.ipynb) here")]
    [InlineData("eater.ipynb", "1,0,0,0,1", "in cell b: The process that runs the cells ended with exit code", "more memory")]
    [InlineData("exits.ipynb", "1,0,0,0,1", "in cell b: The process that runs the cells ended with exit code 0")]
    [InlineData("deleted.ipynb", "1,2,2.5,4,9.5", "put back: a-check, b-check, c-check")]
    [InlineData("edited.ipynb", "0,0,0,0,0", "put back: a-check, b-check, c-check")]
    [InlineData("reversed.ipynb", "1,2,2.5,4,9.5")]
    [InlineData("copied.ipynb", "1,0,0,4,5")]
    [InlineData("stripped.ipynb", "1,2,2.5,4,9.5")]
    [InlineData("turned into text.ipynb", "1,2,2.5,4,9.5")]
    [InlineData("own cells.ipynb", "1,2,2.5,4,9.5")]
    [InlineData("knobs.ipynb", "1,2,2.5,4,9.5")]
    [InlineData("old outputs.ipynb", "0,0,0,0,0")]
    [InlineData("class Check.ipynb", "0,0,0,0,0", "cell a has a Check of its own")]
    [InlineData("own library.ipynb", "0,0,0,0,0", "a-check: the result is not of the exercise's library")]
    [InlineData("formatter.ipynb", "0,0,0,0,0")]
    [InlineData("services.ipynb", "0,0,0,0,0")]
    [InlineData("went on.ipynb", "0,2,2.5,4,8.5")]
    [InlineData("prepared.ipynb", "1,2,2.5,4,9.5", "cell a calls Prepared.State, which only the go-on cells should")]
    public void With_the_right_points(string file, string points, params string[] errors)
    {
        string row = graded.Rows.Single(row => row.TrimStart('\'').StartsWith(file + ",", StringComparison.Ordinal));
        Assert.True(row.TrimStart('\'').StartsWith($"{file},{points},9.5,", StringComparison.Ordinal), row);
        Assert.Equal(file is "went on.ipynb", row.Contains(",9.5,a,", StringComparison.Ordinal));
        Assert.All(errors, error => Assert.True(row.Contains(error, StringComparison.Ordinal), row));
        Assert.True(errors.Length > 0 || row.EndsWith(','), row);
    }

    [Fact]
    public void And_told_of_in_a_line_each()
    {
        Assert.Equal(1, graded.Run.ExitCode);
        Assert.Equal("", graded.Run.Error);
        Assert.Equal(26, graded.Rows.Length);
        string[] lines = graded.Run.Output.Split('\n');
        Assert.Equal(26, lines.Count(line => line.StartsWith('[')));
        Assert.Contains("] good/exercise.ipynb  9.5 of 9.5  ", graded.Run.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "file,a-check,b-check,b-hidden,c-check,total,of,go on used,errors\r\n", graded.Table, StringComparison.Ordinal);
        Assert.Contains("\r\n'=hidden caught.ipynb,", graded.Table, StringComparison.Ordinal); // No formula to a spreadsheet.
    }

    [Fact]
    public void And_each_that_ran_gets_a_page_that_keeps_what_is_hidden()
    {
        string page = graded.Page("feedback/=hidden caught.ipynb.html");
        Assert.Contains("7 of 9.5 points", page, StringComparison.Ordinal);
        Assert.Contains("A check that is not on the sheet.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("30 is", page, StringComparison.Ordinal);
        Assert.DoesNotContain("CheckOutcome", page, StringComparison.Ordinal);
        Assert.Contains("✓ Right.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", graded.Page("feedback/formatter.ipynb.html"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(graded.Output, "feedback", "unreadable.ipynb.html")));
    }

    [Fact]
    public void And_the_class_a_page_with_the_hint_that_many_needed()
    {
        string page = graded.Page("index.html");
        Assert.Contains("26 submissions", page, StringComparison.Ordinal);
        Assert.Contains(": Think again.", page, StringComparison.Ordinal);
        Assert.Contains("href=\"feedback/good/exercise.ipynb.html\"", page, StringComparison.Ordinal);
        Assert.Contains("with all the rights of whoever started", page, StringComparison.Ordinal);
        Assert.Contains("docker run", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("index.html")]
    [InlineData("feedback/failing.ipynb.html")]
    public Task And_its_pages_keep_nobody_out(string page) => Axe.FindsNothingOnAsync(Path.Combine(graded.Output, page));

    [Fact]
    public async Task And_a_second_run_does_what_is_new_alone()
    {
        using var exercise = new TinyExercise();
        await exercise.HandInAsync("one.ipynb", A, B, C);
        await exercise.HandInAsync("two ' and more.ipynb", A, "", "");
        (int list, string commands, _) = await exercise.GradeAsync("--list");
        Assert.Equal(0, list);
        Assert.Equal(2, commands.TrimEnd().Split('\n').Length);
        Assert.Contains(" --only one.ipynb --solution ", commands, StringComparison.Ordinal);
        Assert.Contains(" --only 'two '\\'' and more.ipynb' ", commands, StringComparison.Ordinal);
        Assert.False(Directory.Exists(exercise.Output));

        (int one, _, string error) = await exercise.GradeAsync("--only", "one.ipynb");
        Assert.True(one == 0, error);
        Assert.False(File.Exists(Path.Combine(exercise.Output, "grades.csv")));
        (int collected, _, _) = await exercise.GradeAsync("--collect");
        Assert.Equal(1, collected);
        string table = await File.ReadAllTextAsync(
            Path.Combine(exercise.Output, "grades.csv"), TestContext.Current.CancellationToken);
        Assert.Contains("one.ipynb,1,2,2.5,4,9.5,9.5,,\r\n", table, StringComparison.Ordinal);
        Assert.Contains("it was not graded, or was changed since", table, StringComparison.Ordinal);

        (int rest, string output, _) = await exercise.GradeAsync();
        Assert.Equal(0, rest);
        Assert.Contains("one.ipynb  9.5 of 9.5  as before", output, StringComparison.Ordinal);
        Assert.Contains("more.ipynb  1 of 9.5  ", output, StringComparison.Ordinal);
        await exercise.HandInAsync("one.ipynb", A, B, "");
        (_, string changed, _) = await exercise.GradeAsync();
        Assert.DoesNotContain("one.ipynb  5.5 of 9.5  as before", changed, StringComparison.Ordinal);
        Assert.Contains("one.ipynb  5.5 of 9.5  ", changed, StringComparison.Ordinal);
        Assert.Contains("more.ipynb  1 of 9.5  as before", changed, StringComparison.Ordinal);
    }

    /// <summary>How far it comes in its time depends on the machine; that it ends, and its output too, does not.</summary>
    [Fact]
    public async Task Though_one_prints_without_end()
    {
        using var exercise = new TinyExercise();
        await exercise.HandInAsync("endless.ipynb", A, "while (true) { Console.WriteLine(new string('x', 100_000)); }", C);
        (int exitCode, string output, _) = await exercise.GradeAsync("--timeout", "8");
        Assert.Equal(0, exitCode);
        Assert.Contains("it did not end within 8.00 s", output, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(Path.Combine(exercise.Output, "feedback", "endless.ipynb.html")).Length, 1, 40_000_000);
    }

    [Theory]
    [InlineData("Nothing.Of(a)", "does not compile")]
    [InlineData("Check.Is(a, 1);", "a check ends in an expression without semicolon")]
    [InlineData("new { Passed = true }", "is of a type of a library")]
    public async Task Only_by_checks_that_a_submission_cannot_replace(string check, string reason)
    {
        using var exercise = new TinyExercise();
        await exercise.HandInAsync("one.ipynb", A, B, C);
        string solution = await File.ReadAllTextAsync(exercise.Solution, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            exercise.Solution, solution.Replace("// A comment.\\nCheck.Is(a, 1)", check, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        (int exitCode, _, string error) = await exercise.GradeAsync();
        Assert.Equal(2, exitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    /// <summary>The class, graded once.</summary>
    public sealed class Graded : IAsyncLifetime
    {
        private const string Outcome = "application/vnd.exercise.check+json";

        private readonly TinyExercise _exercise = new();

        public (int ExitCode, string Output, string Error) Run { get; private set; }

        public string Output => _exercise.Output;

        public string Table => Page("grades.csv");

        public string[] Rows => Table.TrimEnd().Split("\r\n")[1..];

        public string Page(string name) => File.ReadAllText(Path.Combine(Output, name));

        public async ValueTask InitializeAsync()
        {
            await _exercise.HandInAsync("good/exercise.ipynb", A, B, C);
            await _exercise.HandInAsync("nothing.ipynb", "", "", "");
            await _exercise.HandInAsync("=hidden caught.ipynb", A, "b = 3;\nclass Trick { }\nb = 2;", C, cells =>
                cells.Insert(Place(cells, "b-check") + 1, TinyExercise.NewCell("later", "b = 3;")));
            await _exercise.HandInAsync("failing.ipynb", "a = ;", "b = 2;\nthrow new FormatException(\"bad\");\nb = 3;", C,
                cells => cells.Insert(Place(cells, "b-check"), TinyExercise.NewCell("x", "b = 0;")));
            _exercise.Write("unreadable.ipynb", "{");
            _exercise.Write("empty.ipynb", "");
            _exercise.Write("python.ipynb", """
                { "cells": [{ "cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": null }],
                  "metadata": { "kernelspec": { "name": "python3", "language": "python" } }, "nbformat": 4, "nbformat_minor": 4 }
                """);
            _exercise.Write("a folder/readme.txt", "Sorry.");
            _exercise.Write("essay.docx", "Sorry.");
            await _exercise.HandInAsync("eater.ipynb", A,
                "var all = new List<byte[]>();\n"
                + "while (true) { var more = new byte[10_000_000]; Array.Fill(more, (byte)1); all.Add(more); }",
                C);
            await _exercise.HandInAsync("exits.ipynb", A, "Environment.Exit(0);", C);
            await _exercise.HandInAsync("deleted.ipynb", A, B, C, cells =>
                cells.RemoveAll(cell => Id(cell) is not ("a" or "b" or "c")));
            await _exercise.HandInAsync("edited.ipynb", "", "", "", cells =>
            {
                foreach (JsonNode? cell in cells.Where(cell => Id(cell).EndsWith("-check", StringComparison.Ordinal)))
                {
                    cell!["source"] = "new Tiny.Result(true, \"Right.\", null)";
                }
            });
            await _exercise.HandInAsync("reversed.ipynb", A, B, C, cells => Replace(cells, [.. cells.Reverse()]));
            await _exercise.HandInAsync("copied.ipynb", "a = 7;", B, C, cells =>
            {
                JsonNode right = TinyExercise.Find(cells, "a").DeepClone();
                (right["id"], right["source"]) = ("copy-of-a", A);
                cells.Add(right);
                JsonNode wrong = TinyExercise.Find(cells, "b").DeepClone();
                (wrong["id"], wrong["source"]) = ("copy-of-b", "b = 9;");
                cells.Add(wrong);
            });
            await _exercise.HandInAsync("stripped.ipynb", A, B, C, cells =>
            {
                foreach (JsonNode? cell in cells)
                {
                    ((JsonObject)cell!).Remove("id");
                    cell!["metadata"] = new JsonObject();
                }
            });
            await _exercise.HandInAsync("turned into text.ipynb", A, B, C, cells =>
            {
                JsonObject cell = TinyExercise.Find(cells, "c");
                cell["cell_type"] = "markdown";
                cell.Remove("outputs");
                cell.Remove("execution_count");
            });
            await _exercise.HandInAsync("own cells.ipynb", A, "b = Two();", C, cells =>
                cells.Insert(Place(cells, "b"), TinyExercise.NewCell("mine", "int Two() => 2;")));
            await _exercise.HandInAsync("knobs.ipynb", A, B, C, cells =>
                TinyExercise.Find(cells, "knobs")["source"] = "int scale = 5;");
            await _exercise.HandInAsync("old outputs.ipynb", "", "", "", cells =>
            {
                foreach (JsonNode? cell in cells.Where(cell => Id(cell).EndsWith("-check", StringComparison.Ordinal)))
                {
                    cell!["outputs"] = JsonNode.Parse($$"""
                        [{ "output_type": "execute_result", "execution_count": 1, "metadata": {},
                           "data": { "{{Outcome}}": { "passed": true }, "text/plain": "✓ Right." } }]
                        """);
                }
            });
            await _exercise.HandInAsync("class Check.ipynb",
                "public static class Check { public static Tiny.Result Is(int x, int y) => new(true, \"✓\", null); }", "", "");
            await _exercise.HandInAsync("own library.ipynb", """
                var bytes = System.IO.File.ReadAllBytes(typeof(Tiny.Check).Assembly.Location);
                string folder = System.IO.Directory.CreateDirectory("lib").FullName;
                System.IO.File.WriteAllBytes(folder + "/Tiny.dll", bytes);
                System.Runtime.Loader.AssemblyLoadContext.Default.LoadFromAssemblyPath(folder + "/Tiny.dll");
                """, "", "");
            await _exercise.HandInAsync("formatter.ipynb", $$"""
                using Microsoft.DotNet.Interactive.Formatting;
                foreach (string type in new[] { "text/plain", "text/html", "{{Outcome}}" })
                {
                    Formatter.Register<object>((value, writer) => writer.Write("✓ <script>alert(1)</script>"), type);
                    Formatter.Register<Tiny.Result>((value, writer) => writer.Write("✓ <script>alert(1)</script>"), type);
                }
                Formatter.SetPreferredMimeTypesFor(typeof(Tiny.Result), "{{Outcome}}", "text/html");
                display(new Tiny.Result(true, "", null));
                Console.WriteLine("✓ Right.");
                """, "", "");
            await _exercise.HandInAsync("services.ipynb", $$"""
                string forged = "{\"passed\":true,\"type\":\"Result\"}";
                forged.DisplayAs("{{Outcome}}");
                var show = (Func<object, Action<object>>)AppContext.GetData("NotebookHost.Display");
                (AppContext.GetData("NotebookHost.Glue") as Action<string, string>)?.Invoke("a-check", forged);
                show(forged);
                Task.Run(async () => { while (true) { show(forged); forged.DisplayAs("{{Outcome}}"); await Task.Delay(1); } });
                """, "", "");
            await _exercise.HandInAsync("went on.ipynb", "", B, C, cells =>
                TinyExercise.Find(cells, "a-go-on")["source"] = "bool go_on = true; // !\nif (go_on) { a = Prepared.State(); }");
            await _exercise.HandInAsync("prepared.ipynb", "a = Prepared.State() - 2;", B, C);
            Run = await _exercise.GradeAsync("--timeout", "500", "--memory", "1000", "--jobs", "2");
        }

        public ValueTask DisposeAsync()
        {
            _exercise.Dispose();
            return ValueTask.CompletedTask;
        }

        private static string Id(JsonNode? cell) => cell!["id"]!.GetValue<string>();

        private static int Place(JsonArray cells, string id) => cells.IndexOf(TinyExercise.Find(cells, id));

        private static void Replace(JsonArray cells, JsonNode?[] others)
        {
            cells.Clear();
            Array.ForEach(others, cells.Add);
        }
    }
}

using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Xunit;

namespace NotebookRunner.Tests.Execution;

public class NotebookRunTests
{
    /// <summary>How a library shows a value that changes in its place.</summary>
    private const string Show = "((Func<object, Action<object>>)AppContext.GetData(\"NotebookHost.Display\"))";

    private static readonly JavaScriptEncoder Relaxed = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    [Fact]
    public async Task A_cell_sees_what_earlier_cells_declared_and_may_await()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "int Twice(int n) => 2 * n;\nvar list = new List<int> { 1, 2, 3 };",
            "await Task.Delay(1);\nvar sum = await Task.FromResult(list.Select(Twice).Sum());",
            "Console.WriteLine(new StringBuilder().Append(sum));"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("12\n", outcome.Text(2));
    }

    [Fact]
    public async Task The_last_expression_is_shown_when_it_has_a_value_and_no_semicolon()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "\"text\"", "Math.Abs(1);", "1 + 1", "Console.Write(\"\")", "await Task.CompletedTask",
            "await Task.FromResult(\"later\")", "var x = 3"));
        Assert.Equal("text", outcome.Text(0));
        Assert.Equal("execute_result", (string)outcome.Outputs(0)[0]!["output_type"]!);
        Assert.Equal(1, (int)outcome.Outputs(0)[0]!["execution_count"]!);
        Assert.Empty(outcome.Outputs(1));
        Assert.Contains("2", outcome.Text(2, mimeType: "text/html"), StringComparison.Ordinal);
        Assert.Empty(outcome.Outputs(3));
        Assert.Empty(outcome.Outputs(4));
        Assert.Equal("later", outcome.Text(5));
        Assert.Equal(1, outcome.ExitCode);
    }

    /// <summary>What the .NET Interactive kernel 1.0.712001 shows for the same cells.</summary>
    [Theory]
    [InlineData("int x = 5;\nreturn x;", "5")]
    [InlineData("if (DateTime.Now.Year > 2000) return 5;", "5")]
    [InlineData("if (DateTime.Now.Year > 2000) { return \"a\"; } else { return \"b\"; }", "a")]
    [InlineData("foreach (int i in new[] { 1, 2 }) { if (i == 2) return i; }", "2")]
    [InlineData("return;", "&lt;null&gt;")]
    [InlineData("int F() => 3;\nF()", "3")]
    [InlineData("void F() { }\nF()", null)]
    [InlineData("int F() { return 1; }", null)]
    [InlineData("Func<int> f = () => { return 1; };", null)]
    [InlineData("var x = 1;\nx += 2", "3")]
    [InlineData("await Task.CompletedTask; return await Task.FromResult(7);", "7")]
    public async Task A_value_is_shown_where_Roslyn_says_that_there_is_one(string source, string? value)
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(source));
        Assert.Equal(0, outcome.ExitCode);
        JsonNode? output = outcome.Outputs(0).SingleOrDefault();
        Assert.Equal(value is null, output is null);
        Assert.Contains(value ?? "", output?["data"]?.ToJsonString(new() { Encoder = Relaxed }) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_and_text_stand_in_the_order_they_were_shown_in()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("""
            Console.Write("a");
            Console.WriteLine("b");
            display("middle");
            Console.Error.WriteLine("c");
            Console.WriteLine("d");
            "last"
            """));
        Assert.Equal(["ab\n", "middle", "c\n", "d\n", "last"], Enumerable.Range(0, 5).Select(i => outcome.Text(0, i)));
        Assert.Equal("stderr", (string)outcome.Outputs(0)[2]!["name"]!);
    }

    [Fact]
    public async Task A_displayed_value_is_updated_in_its_place()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode($"""
            var update = {Show}("old");
            Console.WriteLine("between");
            update("new");
            """));
        Assert.Equal(["new", "between\n"], Enumerable.Range(0, 2).Select(i => outcome.Text(0, i)));
    }

    [Fact]
    public async Task What_display_returns_updates_nothing_and_is_not_shown_again_as_in_the_kernel()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "var shown = display(\"x\");\nshown.Update(\"y\");\nConsole.WriteLine(shown.Value);", "\"z\".Display()"));
        Assert.Equal(["x", "y\n"], Enumerable.Range(0, 2).Select(i => outcome.Text(0, i)));
        Assert.Equal("z", outcome.Text(1));
        Assert.Single(outcome.Outputs(1));
    }

    [Fact]
    public async Task A_value_that_an_earlier_cell_displayed_is_updated_there()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            $"var update = {Show}(\"first\");\nConsole.WriteLine(\"beside\");",
            "update(\"second\");\nupdate(\"third\");\n\"own\"",
            $"var page = {Show}(HTML(\"<i>a</i>\"));",
            "page(HTML(\"<i>b</i>\")); throw new Exception();"));
        Assert.Equal(["third", "beside\n"], [outcome.Text(0), outcome.Text(0, 1)]);
        Assert.Equal("own", outcome.Text(1));
        Assert.Single(outcome.Outputs(1));
        Assert.Equal("<i>b</i>", outcome.Text(2, mimeType: "text/html"));
        Assert.Contains("third", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_has_a_column_for_each_property()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "new[] { new { Digit = 1, Share = 0.5 }, new { Digit = 2, Share = 0.25 } }.DisplayTable();",
            "var table = new[] { 1 }.DisplayTable(\"text/csv\");\n((int[])null).DisplayTable();\ntable.Value"));
        Assert.Equal(["text/csv", "text/html"], ((JsonObject)outcome.Outputs(0)[0]!["data"]!).Select(item => item.Key));
        Assert.Equal("Digit,Share\n1,0.5\n2,0.25\n", outcome.Text(0, mimeType: "text/csv").ReplaceLineEndings("\n"));
        Assert.Contains("\nDigit,Share\n", outcome.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal("value\n1\n", outcome.Text(1, mimeType: "text/csv").ReplaceLineEndings("\n"));
        Assert.Equal(0, outcome.ExitCode);
    }

    [Fact]
    public async Task Html_is_shown_as_it_is_and_other_values_are_escaped()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "HTML(\"<b>bold</b>\")", "new { Text = \"<b>\" }", "CSS(\"p { color: red }\"); Javascript(\"f()\");",
            "display(\"<i>\", \"text/html\");"));
        Assert.Equal("<b>bold</b>", outcome.Text(0, mimeType: "text/html"));
        Assert.Contains("&lt;b&gt;", outcome.Text(1, mimeType: "text/html"), StringComparison.Ordinal);
        Assert.Contains("<style>", outcome.Text(2, 0, "text/html"), StringComparison.Ordinal);
        Assert.Contains("f()", outcome.Text(2, 1, "text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_of_several_preferred_types_makes_one_output()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("""
            using Microsoft.DotNet.Interactive.Formatting;
            public record Both(string Name);
            Formatter.Register<Both>((b, w) => w.Write("<i>" + b.Name + "</i>"), "text/html");
            Formatter.Register<Both>((b, w) => w.Write(b.Name), "text/plain");
            Formatter.SetPreferredMimeTypesFor(typeof(Both), "text/html", "text/plain");
            new Both("it")
            """));
        JsonNode data = Assert.Single(outcome.Outputs(0))!["data"]!;
        Assert.Equal("""{"text/html":["<i>it</i>"],"text/plain":["it"]}""",
            data.ToJsonString(new() { Encoder = Relaxed }));
    }

    [Fact]
    public async Task A_progress_bar_is_stored_as_it_ended()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "for (int i = 1; i <= 3; i++) Console.Write($\"\\r{i}/3\");\nConsole.WriteLine(\" done\");"));
        Assert.Equal("3/3 done\n", outcome.Text(0));
        Assert.Contains("3/3 done\n", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("2/3", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_start_in_the_notebooks_folder()
    {
        using var folder = new RunnerFolder();
        folder.Write("notebooks/data.txt", "content");
        folder.Write("shared/more.csx", "int FromFile() => 42;");
        string notebook = NotebookBuilder.WithCode(
            "#load \"../shared/more.csx\"\nConsole.WriteLine(FromFile());",
            "Console.WriteLine(System.IO.File.ReadAllText(\"data.txt\"));").Build();
        string before = Environment.CurrentDirectory;
        Outcome outcome = await folder.RunFileAsync("notebooks/n.ipynb", notebook, TestContext.Current.CancellationToken);
        Assert.Equal("42\n", outcome.Text(0));
        Assert.Equal("content\n", outcome.Text(1));
        Assert.Equal(before, Environment.CurrentDirectory);
    }

    [Fact]
    public async Task System_IO_is_not_imported()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("File.Exists(\"x\")"));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("CS0103", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#r \"nuget: TorchSharp-cpu, 0.107.0\"")]
    [InlineData("#!time\n1")]
    [InlineData("var x = 1;\n#!import other.ipynb")]
    public async Task What_only_other_hosts_offer_is_named_with_what_is_supported(string source)
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("1", source));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("✗ cell 2 failed", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"DirectiveError: {source.Split('\n').Single(line => line.StartsWith('#'))} is not supported here", outcome.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "; known are #r \"path\", #load \"path\", #!import path.csx and #!csharp; --kernel dotnet-interactive knows all",
            outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_magic_command_for_CSharp_means_nothing_and_text_that_looks_like_one_is_text()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "#!csharp\nConsole.Write(1);", "Console.Write(\"\"\"\n    #!time\n    \"\"\");"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("#!time", outcome.Text(1));
    }

    [Fact]
    public async Task A_task_that_outlives_its_cell_disturbs_no_other()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            $$"""
            var update = {{Show}}("kept");
            var late = Task.Run(async () =>
            {
                await Task.Delay(50);
                Console.WriteLine("late");
                update("late");
                display("late");
            });
            """,
            "await late;\nConsole.WriteLine(\"mine\");"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("kept", outcome.Text(0));
        Assert.Equal("mine\n", outcome.Text(1));
        Assert.Single(outcome.Outputs(1));
    }

    [Fact]
    public async Task Many_threads_may_write_at_once()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(
            "Parallel.For(0, 200, i => Console.WriteLine(\"line\"));"));
        Assert.Equal(string.Concat(Enumerable.Repeat("line\n", 200)), outcome.Text(0));
    }

    [Fact]
    public async Task Reading_the_console_meets_the_end_of_the_input()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("Console.Write(Console.ReadLine() ?? \"end\");"));
        Assert.Equal("end", outcome.Text(0));
    }
}

using System.Globalization;
using System.Xml.Linq;
using Xunit;

namespace NotebookRunner.Tests.Reports;

public class JUnitReportTests
{
    private static readonly NotebookBuilder Notebook = new NotebookBuilder()
        .Markdown("# Text")
        .Code("int n = 1;", "parameters")
        .Code("// why\nif (n == 1) throw new FormatException(\"<\\u001b[31mred\\u001b[0m \\u0001 \\ud83d\\ude00 \\ud83d\");")
        .Code("throw new Exception();", "raises-exception")
        .Code("throw new Exception();", "skip-execution")
        .Code("  ")
        .Code("n");

    [Fact]
    public async Task Has_a_case_for_each_cell_with_code()
    {
        using var folder = new RunnerFolder();
        XElement root = await RunAsync(folder, "--keep-going");
        XElement suite = Assert.Single(root.Elements());
        Assert.Equal(("testsuites", "testsuite", "n"), (root.Name, suite.Name, (string)suite.Attribute("name")!));
        string[] counts = ["tests", "failures", "errors", "skipped"];
        Assert.All([root, suite], element =>
            Assert.Equal(["5", "1", "0", "1"], counts.Select(name => (string?)element.Attribute(name))));
        Assert.Equal(
            [
                "cell 1: int n = 1;",
                "cell 2: if (n == 1) throw new FormatException(\"<\\u001b[31mred\\u001b[0m \\u0001 \\ud83d\\ude00 \\ud83d\");",
                "cell 3: throw new Exception();",
                "skipped: throw new Exception();",
                "cell 4: n",
            ],
            suite.Elements("testcase").Select(test => (string)test.Attribute("name")!));
        Assert.All(suite.Elements("testcase"), test =>
        {
            Assert.Equal("n", (string)test.Attribute("classname")!);
            Assert.True(double.Parse((string)test.Attribute("time")!, CultureInfo.InvariantCulture) >= 0);
        });
        XElement failure = suite.Descendants("failure").Single();
        Assert.Equal("System.FormatException", (string)failure.Attribute("type")!);
        Assert.Equal("<red \uFFFD 😀 \uFFFD", (string)failure.Attribute("message")!);
        Assert.Contains("line 2: if (n == 1)", failure.Value, StringComparison.Ordinal);
        Assert.Equal("tagged skip-execution", (string)suite.Descendants("skipped").Single().Attribute("message")!);
    }

    [Fact]
    public async Task Tells_of_cells_that_a_failure_kept_from_running()
    {
        using var folder = new RunnerFolder();
        XElement root = await RunAsync(folder);
        Assert.Equal(
            ["the run stopped at cell 2 of 4", "tagged skip-execution", "the run stopped at cell 2 of 4"],
            root.Descendants("skipped").Select(skipped => (string)skipped.Attribute("message")!));
    }

    [Fact]
    public async Task Has_a_suite_for_each_run_of_a_sweep()
    {
        using var folder = new RunnerFolder();
        XElement root = await RunAsync(folder, "--sweep", "n=1,2");
        Assert.Equal(["n-n-1", "n-n-2"], root.Elements().Select(suite => (string)suite.Attribute("name")!));
        Assert.Equal(["1", "0"], root.Elements().Select(suite => (string)suite.Attribute("failures")!));
    }

    [Fact]
    public async Task Never_replaces_the_notebook()
    {
        using var folder = new RunnerFolder();
        string notebook = folder.Write("n.ipynb", Notebook.Build());
        Outcome outcome = await folder.RunFileAsync("n.ipynb", TestContext.Current.CancellationToken, "--junit", notebook);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--junit names a file of the notebook", outcome.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(notebook));
    }

    private static async Task<XElement> RunAsync(RunnerFolder folder, params string[] options)
    {
        string path = Path.Combine(folder.Path, "reports", "junit.xml");
        await folder.RunFileAsync(
            "n.ipynb", Notebook.Build(), TestContext.Current.CancellationToken, ["--junit", path, .. options]);
        return XDocument.Load(path).Root!;
    }
}

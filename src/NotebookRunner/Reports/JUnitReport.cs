using System.Xml;
using System.Xml.Linq;
using NotebookRunner.Execution;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Reports;

/// <summary>How runs went in JUnit's XML, which build servers read: a suite for each run, a case for each code cell.</summary>
/// <remarks>Format: https://github.com/testmoapp/junitxml.</remarks>
internal sealed class JUnitReport
{
    private readonly List<XElement> _suites = [];

    /// <summary>Adds a run under a name.</summary>
    public void Add(string name, Notebook notebook, RunResult result)
    {
        int number = 0;
        _suites.Add(Suite(
            name, result.Started, result.Duration, notebook.Cells.Where(cell => cell.HasCode).Select(cell =>
            {
                CellRun? run = result.Cells.FirstOrDefault(ran => ran.Cell == cell);
                string place = cell.IsRunnable ? Invariant($"cell {++number}") : "skipped";
                return Case(name, $"{place}: {ReportText.FirstLine(cell.Source)}", run?.Duration ?? TimeSpan.Zero, run switch
                {
                    null => new XElement("skipped", new XAttribute(
                        "message", cell.IsSkipped ? "tagged skip-execution" : $"the run {result.Summary}")),
                    { HasFailed: true, Failure: { } failure } => Failure(cell, failure),
                    _ => null,
                });
            })));
    }

    /// <summary>Adds a run that could not be made, and why.</summary>
    public void AddError(string name, string message) => _suites.Add(Suite(name, DateTimeOffset.UtcNow, TimeSpan.Zero,
        [Case(name, "the run", TimeSpan.Zero, new XElement("error", new XAttribute("message", Valid(message))))]));

    /// <summary>Writes the report, whole or not at all.</summary>
    public void WriteFile(string path)
    {
        var root = new XElement("testsuites", Totals(_suites), _suites);
        AtomicFile.WriteAllText(path, $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{root}\n");
    }

    private static XElement Suite(string name, DateTimeOffset started, TimeSpan duration, IEnumerable<XElement> cases)
    {
        List<XElement> all = [.. cases];
        return new XElement("testsuite", new XAttribute("name", Valid(name)), Totals(all),
            new XAttribute("timestamp", Invariant($"{started:yyyy-MM-ddTHH:mm:ss}")), Time(duration), all);
    }

    private static IEnumerable<XAttribute> Totals(List<XElement> elements)
    {
        List<XElement> cases = [.. elements.DescendantsAndSelf("testcase")];
        yield return new XAttribute("tests", cases.Count);
        yield return new XAttribute("failures", cases.Elements("failure").Count());
        yield return new XAttribute("errors", cases.Elements("error").Count());
        yield return new XAttribute("skipped", cases.Elements("skipped").Count());
    }

    private static XElement Case(string suite, string name, TimeSpan duration, XElement? outcome) => new(
        "testcase", new XAttribute("classname", Valid(suite)), new XAttribute("name", Valid(name)), Time(duration), outcome);

    private static XElement Failure(Cell cell, CellFailure failure) => new(
        "failure",
        new XAttribute("type", Valid(failure.Name)), new XAttribute("message", Valid(failure.Message)),
        Valid(string.Join('\n', failure.ToOutput(cell.Source).Traceback)));

    private static XAttribute Time(TimeSpan duration) =>
        new("time", Invariant($"{duration.TotalSeconds:0.000}"));

    /// <summary>A text without colors and without what XML has no way to write.</summary>
    private static string Valid(string text)
    {
        string plain = TerminalText.WithoutEscapes(text);
        return string.Concat(plain.Select((c, i) =>
            XmlConvert.IsXmlChar(c)
            || (i + 1 < plain.Length && char.IsSurrogatePair(c, plain[i + 1]))
            || (i > 0 && char.IsSurrogatePair(plain[i - 1], c))
                ? c
                : '\uFFFD'));
    }
}

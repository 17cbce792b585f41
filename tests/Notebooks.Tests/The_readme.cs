using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Notebooks.Tests;

public partial class The_readme
{
    private static readonly string s_text = File.ReadAllText(Repository.PathOf("README.md"));

    [Theory]
    [InlineData(16, 20)]
    [InlineData(21, 24)]
    [InlineData(25, 28)]
    public void Tells_the_figures_of_the_committed_notebook(int summaryCell, int evaluationCell)
    {
        var notebook = new ExecutedNotebook(SolutionRun.Source);
        string parameters = Parameters().Match(notebook[summaryCell].Text).Groups["count"].Value;
        string accuracy = Accuracy().Match(notebook[evaluationCell].Text).Groups["figure"].Value;
        Assert.Contains($"| {parameters} | {accuracy} |", s_text, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_at_files_that_are_there()
    {
        string[] targets = [.. Link().Matches(s_text).Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal))];
        Assert.NotEmpty(targets);
        Assert.All(targets, target => Assert.True(Path.Exists(Repository.PathOf(target.Split('/'))), target));
    }

    [Fact]
    public async Task Names_the_options_that_the_runner_has()
    {
        (int exitCode, string output, _) = await Runner.RunAsync("--help");
        Assert.Equal(0, exitCode);
        string[] options = [.. Option().Matches(s_text).Select(match => match.Value).Distinct(StringComparer.Ordinal)];
        Assert.Equal(["--in-place", "--name", "--output", "--scraps", "--set", "--static-images", "--sweep", "--timeout"],
            options.Order(StringComparer.Ordinal));
        Assert.All(options, option => Assert.Contains(option, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_tests_that_are_there_for_every_promise()
    {
        string section = s_text.Split("\n## ").Single(part => part.StartsWith("What it promises\n", StringComparison.Ordinal));
        string[] rows = [.. section.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];
        Assert.NotEmpty(rows);
        string[] classes = [.. Directory.GetFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(HasTests).Select(file => Path.GetFileNameWithoutExtension(file)!)];
        Assert.All(rows, row =>
        {
            string[] named = [.. Code().Matches(row.Split('|')[2]).Select(match => match.Groups["text"].Value)];
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.Contains(name, classes));
        });

        static bool HasTests(string file) => TestAttribute().IsMatch(File.ReadAllText(file));
    }

    [Theory]
    [InlineData("bad-data.json", "Inputs", "mutated inputs")]
    [InlineData("killed.json", "Kills", "kills")]
    public void Tells_the_figures_of_the_long_runs(string file, string column, string unit)
    {
        JsonArray rows = JsonNode.Parse(File.ReadAllText(Repository.PathOf("tests", "Robustness.Tests", file)))!.AsArray();
        int total = rows.Sum(row => row![column]!.GetValue<int>());
        Assert.Contains($"| {total.ToString("N0", CultureInfo.InvariantCulture)} {unit} |", s_text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_how_fast_it_was_measured_to_be()
    {
        JsonNode[] rows = [.. Json("tests", "Benchmarks", "results", "speed.json")["rows"]!.AsArray().Select(row => row!)];
        JsonNode[] ours = [.. rows.Where(row => row["precision"]!.GetValue<string>() == "float32")];
        Assert.Equal(6, ours.Length);
        Assert.All(ours, row =>
        {
            JsonNode bfloat16 = rows.Single(
                other => other != row && other["model"]!.GetValue<int>() == row["model"]!.GetValue<int>()
                && other["task"]!.GetValue<string>() == row["task"]!.GetValue<string>());
            string task = row["task"]!.GetValue<string>() == "step of 256"
                ? "a step of 256 images"
                : "evaluation of 10,000 images";
            string peak = row["shareOfPeak"]?.GetValue<double>() is { } share ? Text($"{100 * share:F0} %") : "–";
            Assert.Contains(
                Text($"| network {row["model"]}, {task} | {Milliseconds("stockMilliseconds")}")
                + Text($" | {Milliseconds("ourMilliseconds")} | {Number(row, "ratio"):F1} × ")
                + Text($"({Number(row, "lowestRatio"):F1}–{Number(row, "highestRatio"):F1}) ")
                + Text($"| {peak} | {Number(bfloat16, "ratio"):F1} × |"),
                s_text,
                StringComparison.Ordinal);

            string Milliseconds(string name) =>
                Number(row, name) is var time && time >= 10 ? Text($"{time:F0} ms") : Text($"{time:F1} ms");
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Tells_what_both_sides_reached_over_five_seeds(int model)
    {
        JsonNode[] runs = [.. Json("tests", "Benchmarks", "results", "accuracy.json").AsArray()
            .Select(run => run!).Where(run => run["model"]!.GetValue<int>() == model)];
        double[] stock = Reached("stock"), ours = Reached("ours");
        Assert.Equal((5, 5), (stock.Length, ours.Length));
        Assert.Contains(Text($"| {model} | {Cell(stock)} | {Cell(ours)} |"), s_text, StringComparison.Ordinal);

        double[] Reached(string side) =>
            [.. runs.Where(run => run["side"]!.GetValue<string>() == side).Select(run => Number(run, "accuracy"))];
        static string Cell(double[] reached) => Text($"{reached.Average():F4} ({reached.Min():F4}–{reached.Max():F4})");
    }

    [Fact]
    public void Tells_what_the_recipe_of_the_experiments_reached()
    {
        JsonNode[] runs = [.. Json("notebooks", "results", "beat-the-sheet.json")["runs"]!.AsArray().Select(run => run!)
            .Where(run => run["settings"]![0]!["value"]!.GetValue<string>() == "whole")];
        Assert.Equal(3, runs.Length);
        double mean = runs.Average(run => Number(run["test"]!, "accuracy"));
        Assert.Contains(Text($"{100 * mean:F2} % of the test images"), s_text, StringComparison.Ordinal);
        Assert.All(runs,
            run => Assert.Contains(Text($"{run["parameters"]!.GetValue<long>():N0} weights"), s_text, StringComparison.Ordinal));
    }

    private static JsonNode Json(params string[] path) => JsonNode.Parse(File.ReadAllText(Repository.PathOf(path)))!;

    private static double Number(JsonNode node, string name) => node[name]!.GetValue<double>();

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex(@"\[(Fact|Theory)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestAttribute();

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"Total params: (?<count>[\d,]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameters();

    [GeneratedRegex(@"Test accuracy: (?<figure>0\.\d{4})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Accuracy();

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<=`)--[a-z-]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Option();
}

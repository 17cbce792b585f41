using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Notebooks.Tests;

public partial class The_readme
{
    private static readonly string s_text = File.ReadAllText(Repository.PathOf("README.md"));

    [Theory]
    [InlineData(16, 20, "0.9805")]
    [InlineData(21, 24, "0.9845")]
    [InlineData(25, 28, "0.9915")]
    public void Tells_the_figures_of_the_committed_notebook(int summaryCell, int evaluationCell, string sheet)
    {
        var notebook = new ExecutedNotebook(SolutionRun.Source);
        string parameters = Parameters().Match(notebook[summaryCell].Text).Groups["count"].Value;
        string accuracy = Accuracy().Match(notebook[evaluationCell].Text).Groups["figure"].Value;
        Assert.Contains($"| {parameters} | {accuracy} | {sheet} |", s_text, StringComparison.Ordinal);
        Assert.Contains("its accuracies are the sheet's to within 0.002.", s_text, StringComparison.Ordinal);
        Assert.InRange(
            decimal.Parse(accuracy, CultureInfo.InvariantCulture) - decimal.Parse(sheet, CultureInfo.InvariantCulture),
            -0.002m, 0.002m);
    }

    [Fact]
    public void Points_at_files_that_are_there()
    {
        string[] targets = [.. Link().Matches(s_text).Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal))];
        Assert.NotEmpty(targets);
        string[] headings = [.. s_text.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => "#" + line[3..].ToLowerInvariant().Replace(' ', '-'))];
        Assert.All(targets, target => Assert.True(
            target[0] == '#' ? headings.Contains(target) : Path.Exists(Repository.PathOf(target.Split('/'))), target));
    }

    [Fact]
    public async Task Names_the_options_that_the_runner_has()
    {
        (int exitCode, string output, _) = await Runner.RunAsync("--help");
        Assert.Equal(0, exitCode);
        string[] options = [.. Option().Matches(s_text).Select(match => match.Value).Distinct(StringComparer.Ordinal)];
        IEnumerable<string> offered = HelpOption().Matches(output).Select(match => match.Groups["name"].Value);
        Assert.Equal(
            offered.Except(["--help", "--version"], StringComparer.Ordinal).Order(StringComparer.Ordinal),
            options.Order(StringComparer.Ordinal));
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

    [Theory]
    [InlineData(1, "step of 256", "a step of 256 images")]
    [InlineData(1, "evaluate 10,000", "evaluation of 10,000 images")]
    [InlineData(2, "step of 256", "a step of 256 images")]
    [InlineData(2, "evaluate 10,000", "evaluation of 10,000 images")]
    [InlineData(3, "step of 256", "a step of 256 images")]
    [InlineData(3, "evaluate 10,000", "evaluation of 10,000 images")]
    public void Tells_how_fast_it_was_measured_to_be(int model, string task, string words)
    {
        JsonNode[] anew = Rows("AVX-512", memoryKept: false), kept = Rows("AVX-512", memoryKept: true);
        JsonNode[] avx2 = Rows("AVX2", memoryKept: true);
        Assert.All([anew, kept, avx2], runs => Assert.True(runs.Length >= 3));
        Assert.Contains(
            Text($"| network {model}, {words} | {Milliseconds("stockMilliseconds")} | {Milliseconds("ourMilliseconds")} ")
            + Text($"| {Ratios(kept)} | {Ratios(avx2)} | {Ratios(anew)} ")
            + Text($"| {100 * Median(kept, "shareOfBound"):F0} %, {kept[0]["bound"]} |"),
            s_text,
            StringComparison.Ordinal);

        JsonNode[] Rows(string instructions, bool memoryKept) =>
        [
            .. SpeedRuns(instructions, memoryKept).SelectMany(run => run["rows"]!.AsArray()).Select(row => row!)
                .Where(row => row["model"]!.GetValue<int>() == model && row["task"]!.GetValue<string>() == task
                    && row["precision"]!.GetValue<string>() == "float32"),
        ];

        string Milliseconds(string name) =>
            Median(kept, name) is var time && time >= 10 ? Text($"{time:F0} ms") : Text($"{time:F1} ms");
    }

    [Theory]
    [InlineData("Zen 1", "speed-zen1.json", "AVX2")]
    [InlineData("Zen 4", "speed-zen4.json", "AVX-512")]
    public void Tells_how_fast_it_is_on_other_machines(string machine, string file, string instructions)
    {
        JsonNode[] runs = [.. Json("tests", "Benchmarks", "results", file).AsArray().Select(run => run!)];
        Assert.True(runs.Length >= 3);
        Assert.All(runs, run => Assert.Equal(instructions, run["instructions"]!.GetValue<string>()));
        string line = Assert.Single(
            s_text.Split('\n'),
            line => line.Contains(machine, StringComparison.Ordinal) && line.Contains(file, StringComparison.Ordinal));
        Assert.Contains(
            $"steps {Each("step of 256", Lowest)} × as fast, evaluations {Each("evaluate 10,000", Lowest)} ×, at "
            + $"{Each("step of 256", Share)} and {Each("evaluate 10,000", Share)} % of its bound",
            line,
            StringComparison.Ordinal);

        string Each(string task, Func<IEnumerable<JsonNode>, string> text) => string.Join(", ", new[] { 1, 2, 3 }.Select(
            model => text(runs.SelectMany(run => run["rows"]!.AsArray()).Select(row => row!).Where(row =>
                row["model"]!.GetValue<int>() == model && row["task"]!.GetValue<string>() == task))));

        static string Lowest(IEnumerable<JsonNode> rows) => Text($"{rows.Min(row => Number(row, "ratio")):F1}");

        static string Share(IEnumerable<JsonNode> rows) => Text($"{100 * Median(rows, "shareOfBound"):F0}");
    }

    [Fact]
    public void Tells_what_the_machine_reached()
    {
        JsonNode[] peaks = [.. SpeedRuns("AVX-512", memoryKept: true).Select(run => run["peaks"]!)];
        Assert.Contains(
            Text($"{Median(peaks, "own"):F0} billion operations a second in a matrix product in the first cache and ")
            + Text($"{Median(peaks, "memory"):F0} GB a second of memory"), s_text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_what_the_loop_costs_and_what_bfloat16_would_gain()
    {
        JsonNode[] loops =
        [
            .. SpeedRuns("AVX-512", memoryKept: false).Concat(SpeedRuns("AVX-512", memoryKept: true))
                .SelectMany(run => run["loops"]!.AsArray()).Select(row => row!),
        ];
        double[] shares = [.. loops.Select(row => 100 * Number(row, "shareOfEpoch"))];
        Assert.Contains(Text($"is {shares.Min():F1} to {shares.Max():F1} % of an epoch"), s_text, StringComparison.Ordinal);
        Assert.All(loops, row => Assert.True(Number(row, "lastBytesOfStep") - Number(row, "firstBytesOfStep") < 512));
        JsonNode[] run = [.. SpeedRuns("AVX-512", memoryKept: false).Single(run => Steps(run, "bfloat16*").Length > 0)
            ["rows"]!.AsArray().Select(row => row!)];
        Assert.Contains(
            $"train {Range("bfloat16*")} times as fast as plain TorchSharp where the library, in 32 bits, trains "
            + $"{Range("float32")} times as fast", s_text, StringComparison.Ordinal);

        string Range(string precision)
        {
            double[] ratios = [.. run.Where(row => IsStep(row, precision)).Select(row => Number(row, "ratio"))];
            return Text($"{ratios.Min():F1} to {ratios.Max():F1}");
        }

        static JsonNode[] Steps(JsonNode run, string precision) =>
            [.. run["rows"]!.AsArray().Select(row => row!).Where(row => IsStep(row, precision))];

        static bool IsStep(JsonNode row, string precision) =>
            row["precision"]!.GetValue<string>() == precision && row["task"]!.GetValue<string>() == "step of 256";
    }

    [Fact]
    public void Tells_how_flat_the_memory_was()
    {
        string[] flat =
        [
            .. Json("tests", "Benchmarks", "results", "long-use.json").AsArray().Select(row => row!)
                .Where(row => row["path"]!.GetValue<string>() == "own loops"
                    && row["task"]!.GetValue<string>() is "50 epochs" or "training cell")
                .Select(row => row["samples"]!.AsArray().Select(sample => Number(sample!, "residentMegabytes")).ToArray())
                .Select(sizes => Text($"{sizes[0]:F0} to {sizes[^1]:F0} MB")),
        ];
        Assert.Contains($"| {string.Join("; ", flat)} |", s_text, StringComparison.Ordinal);
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
        Assert.Contains("the means lie within 0.0005 of each other", s_text, StringComparison.Ordinal);
        Assert.InRange(Math.Abs(stock.Average() - ours.Average()), 0, 0.0005);

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
            run => Assert.Contains(
                Text($"{run["parameters"]!.GetValue<long>():N0} weights, a third of the sheet's, read"), s_text,
                StringComparison.Ordinal));
        Assert.InRange(Number(runs[0], "parameters") / 1_199_882, 0.31, 0.35);
        Assert.Contains("after less than four minutes of training on two cores", s_text, StringComparison.Ordinal);
        JsonNode time = Json("notebooks", "results", "beat-the-sheet.time.json");
        Assert.Equal(2, Number(time, "threads"));
        Assert.InRange(Number(time, "minutesOfRun"), 3, 4);
    }

    [Fact]
    public void Tells_how_soon_a_network_reads_99_percent()
    {
        JsonNode[] runs = [.. Json("notebooks", "results", "time-to-accuracy.json")["runs"]!.AsArray().Select(run => run!)];
        JsonNode[] fast = Runs("fast", "2"), sheet = Runs("sheet 3", "1");
        Assert.Equal((10, 10), (fast.Length, sheet.Length));
        double accuracy = fast.Average(run => Number(run["test"]!, "accuracy"));
        Assert.InRange(accuracy, 0.99, 1);
        Assert.InRange(fast.Average(Seconds), 0, sheet.Average(Seconds));
        Assert.Contains(
            Text($"reads {100 * accuracy:F2} % after {fast.Average(Seconds):F1} s of training (the mean of ten seeds), ")
            + Text($"while one epoch of the exercise's third takes {sheet.Average(Seconds):F1} s"),
            s_text, StringComparison.Ordinal);
        JsonNode[] deep = Runs("deep", "4");
        Assert.Contains(
            Text($"and a deeper one {100 * deep.Average(run => Number(run["test"]!, "accuracy")):F2} % after ")
            + Text($"{deep.Average(Seconds):F0} s"),
            s_text, StringComparison.Ordinal);
        JsonNode[] one = Moved("deep", "24"), another = Moved("deeper", "21"), together = Moved("together", "69");
        Assert.Equal((3, 3, 3), (one.Length, another.Length, together.Length));
        Assert.InRange(one.Average(run => Number(run["test"]!, "accuracy")), 0.997, 1);
        Assert.InRange(Number(one[0], "parameters"), 1, 500_000);
        Assert.InRange(together.Average(run => Number(run["test"]!, "accuracy")), 0.9975, 1);
        Assert.InRange(together.Average(Seconds), 1, 25 * 60);
        Assert.Contains(
            Text($"that one reads {100 * one.Average(run => Number(run["test"]!, "accuracy")):F2} % after ")
            + Text($"{one.Average(Seconds):F0} s, another of {Number(another[0], "parameters"):N0} weights ")
            + Text($"{100 * another.Average(run => Number(run["test"]!, "accuracy")):F2} % after ")
            + Text($"{another.Average(Seconds):F0} s, and three together ")
            + Text($"{100 * together.Average(run => Number(run["test"]!, "accuracy")):F2} % after ")
            + Text($"{together.Average(Seconds):N0} s (means of three)"),
            s_text, StringComparison.Ordinal);

        JsonNode[] Moved(string network, string epochs) =>
            [.. Runs(network, epochs).Where(run => run["settings"]!.AsArray()[^1]!["value"]!.GetValue<string>() == "9")];
        JsonNode[] Runs(string network, string epochs) => [.. runs.Where(run =>
            run["settings"]![0]!["value"]!.GetValue<string>() == network
            && run["settings"]![1]!["value"]!.GetValue<string>() == epochs)];
        static double Seconds(JsonNode run) => run["epochs"]!.AsArray().Sum(epoch => Number(epoch!, "seconds"));
    }

    [Fact]
    public void And_the_experiments_tell_what_it_reaches_without_its_ingredients()
    {
        Assert.Contains(
            "errs twice as often: about 75 of the 10,000 images instead of 35",
            new ExecutedNotebook(ExperimentsRun.Source).Text, StringComparison.Ordinal);
        Assert.InRange(Errors("whole"), 34, 36);
        Assert.InRange(Errors("without all four"), 73, 77);

        static double Errors(string setting) => 10_000 * (1 - Json("notebooks", "results", "beat-the-sheet.json")["runs"]!
            .AsArray().Select(run => run!).Where(run => run["settings"]![0]!["value"]!.GetValue<string>() == setting)
            .Average(run => Number(run["test"]!, "accuracy")));
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

    [GeneratedRegex(@"^  (-\S+, )*(?<name>--[a-z-]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex HelpOption();

    private static JsonNode[] SpeedRuns(string instructions, bool memoryKept) =>
    [
        .. Json("tests", "Benchmarks", "results", "speed.json").AsArray().Select(run => run!)
            .Where(run => run["instructions"]!.GetValue<string>() == instructions
                && run["memoryKept"]!.GetValue<bool>() == memoryKept),
    ];

    /// <summary>The smallest and the largest median of the runs.</summary>
    private static string Ratios(IEnumerable<JsonNode> rows)
    {
        double[] ratios = [.. rows.Select(row => Number(row, "ratio"))];
        return Text($"{ratios.Min():F1}–{ratios.Max():F1} ×");
    }

    private static double Median(IEnumerable<JsonNode> rows, string name)
    {
        double[] sorted = [.. rows.Select(row => Number(row, name)).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

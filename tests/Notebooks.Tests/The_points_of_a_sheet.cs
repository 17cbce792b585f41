using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Notebooks.Tests;

/// <summary>Sheets as students hand them in, graded in one command; and what a sheet says of its own points.</summary>
public sealed partial class The_points_of_a_sheet(The_points_of_a_sheet.Graded graded)
    : IClassFixture<The_points_of_a_sheet.Graded>
{
    [Theory]
    [InlineData("full")]
    [InlineData("empty")]
    [InlineData("part", "in-05", "in-08", "in-10", "in-12", "in-13", "in-21")]
    [InlineData("loaded")]
    public void Are_those_of_its_right_answers_in_grading_and_at_its_end(string sheet, params string[] right)
    {
        decimal points = graded.Points
            .Where(check => sheet == "full" || right.Contains(check.Key.Replace("-check", "", StringComparison.Ordinal)))
            .Sum(check => check.Value);
        string row = graded.Rows.Single(row => row.StartsWith($"{sheet}.ipynb,", StringComparison.Ordinal));
        string goOn = sheet == "part" ? "in-23; in-27" : "";
        Assert.Contains(FormattableString.Invariant($",{points},100,{goOn},"), row, StringComparison.Ordinal);
        Assert.Equal(100, graded.Points.Values.Sum());
        Match end = Total().Match(graded.Page($"feedback/{sheet}.ipynb.html"));
        Assert.Equal(FormattableString.Invariant($"{points} of 100"), $"{end.Groups["points"]} of {end.Groups["of"]}");
    }

    [Fact]
    public async Task Are_those_of_the_latest_verdicts_but_for_what_was_loaded()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("notebooks-");
        ExecutedNotebook notebook = await SmallNotebook.RunAsync(
            folder.FullName,
            SmallNotebook.LoadLibrary,
            "using MnistCnn.Course;\nCheck.Points(10)",
            "Check.ImageShape(null).Worth(1, \"a\")",
            "Check.ImageShape(new Shape(28, 28, 1)).Worth(2.5, \"b\")",
            "Check.ImageShape(new Shape(28, 28, 1)).Worth(1, \"a\")",
            "Check.ImageShape(null).Worth(2.5, \"b\")",
            "var ((X_train, Y_train), (X_val, Y_val), _) = Prepared.Data();\n"
            + "Check.Split(null, null, null, null).Worth(2, \"c\");\nCheck.ImageShape(new Shape(28, 28, 1)).Worth(1.5, \"d\");",
            "Check.Split(X_train, X_val, Y_train, Y_val).Worth(2, \"c\")",
            "Check.Split(X_train, X_val, Y_train, Y_val).Worth(1.5, \"d\");\n"
            + "Check.Network(3, Prepared.Model(3), new Shape(28, 28, 1)).Worth(3, \"e\")",
            "Check.Points(10.5)");
        folder.Delete(recursive: true);
        Assert.Equal(
            "check  points  of  what it says\nall    0       10  Checks worth 10 points have not run.", notebook.Cells[1].Text);
        Assert.Equal(
            """
            check  points  of    what it says
            a      1       1     ✓ One image has the shape (28, 28, 1) with channels_last.
            b      0       2.5   • shape_ord is empty.
            c      0       2     • X_train, X_val, Y_train, Y_val are still empty.
            d      1.5     1.5   ✓ One image has the shape (28, 28, 1) with channels_last.
            e      0       3     ✓ This is the trained network that was loaded. This gives no points.
            all    2.5     10.5  Checks worth 0.5 points have not run. Loaded to go on: the data of task 1, network 3.
            """,
            notebook.Cells[^1].Text);
    }

    [Fact]
    public async Task Can_be_required_of_a_run()
    {
        (int exitCode, string output, string error) = await Runner.RunAsync(
            Repository.PathOf("notebooks", "exercise-5.ipynb"), "--output", graded.Folder, "--require-points", "1");
        Assert.True(exitCode == 1, output + error);

        // libtorch warns of processors that one of its parts does not know.
        Assert.Equal("--require-points 1: 0 of 100 points", error.TrimEnd().Split('\n')[^1]);
    }

    [GeneratedRegex(">all</td><td[^>]*>(?<points>[0-9.]+)</td><td[^>]*>(?<of>[0-9.]+)</td>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Total();

    /// <summary>The sheets, graded once.</summary>
    public sealed class Graded : IAsyncLifetime
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

        public string Folder => _folder.FullName;

        /// <summary>What each check is worth.</summary>
        public IReadOnlyDictionary<string, decimal> Points { get; private set; } = new Dictionary<string, decimal>();

        public string[] Rows => Page("grades.csv").TrimEnd().Split("\r\n")[1..];

        public string Page(string name) => File.ReadAllText(Path.Combine(Folder, "graded", name));

        public async ValueTask InitializeAsync()
        {
            string submissions = Directory.CreateDirectory(Path.Combine(Folder, "submissions")).FullName;
            string full = Path.Combine(submissions, "full.ipynb");
            (int written, _, string wrong) = await Runner.RunAsync("student", SolutionRun.Source, "--answers", "--output", full);
            Assert.True(written == 0, wrong);
            IReadOnlyDictionary<string, JsonNode> answered = ById(JsonNode.Parse(await File.ReadAllTextAsync(full))!);
            Points = answered.Values.Select(cell => cell["metadata"]!["nbgrader"]).OfType<JsonNode>()
                .Where(cell => cell["points"]?.GetValue<decimal>() > 0)
                .ToDictionary(cell => cell["grade_id"]!.GetValue<string>(), cell => cell["points"]!.GetValue<decimal>());
            Write("empty", _ => { });
            Write("part", cells =>
            {
                cells["in-08"]["source"] = """
                    X_train = X_train.to(torch.float32) / 255;
                    X_test = X_test.to(torch.float32) / 255;
                    """;
                foreach (string id in (string[])["in-05", "in-10", "in-12", "in-13", "in-21"])
                {
                    cells[id]["source"] = answered[id]["source"]!.DeepClone();
                }

                foreach (string id in (string[])["in-23-go-on", "in-27-go-on"])
                {
                    cells[id]["source"] = ExecutedCell.Join(cells[id]["source"]).Replace(
                        "bool go_on = false;", "bool go_on = true;", StringComparison.Ordinal);
                }
            });
            Write("loaded", cells =>
            {
                cells["in-05"]["source"] = "((X_train, Y_train), (X_val, Y_val), (X_test, Y_test)) = Prepared.Data();";
                cells["in-18"]["source"] = "model = Prepared.Model(1);";
                cells["in-21"]["source"] = "model = Prepared.Model(2);";
            });
            (int exitCode, string output, string error) = await Runner.RunAsync(
                "grade", submissions, "--solution", SolutionRun.Source, "--output", Path.Combine(Folder, "graded"),
                "--set", "epochs=1", "--set", "train_images=4000");
            Assert.True(exitCode == 0, output + error);

            void Write(string name, Action<IReadOnlyDictionary<string, JsonNode>> change)
            {
                JsonNode sheet = JsonNode.Parse(File.ReadAllText(Repository.PathOf("notebooks", "exercise-5.ipynb")))!;
                change(ById(sheet));
                File.WriteAllText(Path.Combine(submissions, name + ".ipynb"), sheet.ToJsonString());
            }

            static IReadOnlyDictionary<string, JsonNode> ById(JsonNode sheet) =>
                sheet["cells"]!.AsArray().ToDictionary(cell => cell!["id"]!.GetValue<string>(), cell => cell!);
        }

        public ValueTask DisposeAsync()
        {
            _folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}

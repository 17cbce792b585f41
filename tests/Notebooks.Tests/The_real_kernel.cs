using System.Text.Json.Nodes;
using Xunit;

namespace Notebooks.Tests;

/// <summary>What readers see in VS Code and in Jupyter is what the runner shows: the kernel of both is its judge.</summary>
public sealed class The_real_kernel(SolutionRun solution) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Shows_the_solution_as_the_runner_does() => await RealKernel.ShowsTheSameAsync(
        SolutionRun.Source, solution.ExecutedPath, SolutionRun.Settings);

    [Fact]
    public async Task Shows_the_empty_sheet_as_the_runner_does() => await RealKernel.ShowsTheSameAsync(
        Repository.PathOf("notebooks", "exercise-5.ipynb"), own: null);

    [Fact]
    public async Task Passes_the_solutions_answers_on_the_sheet()
    {
        await RealKernel.RequireAsync();
        string sheet = Path.Combine(_folder.FullName, "sheet.ipynb");
        await RunAsync("student", SolutionRun.Source, "--answers", "--output", sheet);
        string start = JsonValue.Create(Repository.PathOf("notebooks", "start.csx")).ToJsonString().Trim('"');
        await File.WriteAllTextAsync(
            sheet, (await File.ReadAllTextAsync(sheet)).Replace("start.csx", start, StringComparison.Ordinal));
        string run = Path.Combine(_folder.FullName, "out");
        await RunAsync(
            sheet, RealKernel.Option, RealKernel.Name, "--set", "epochs=1", "--set", "train_images=4000", "--output", run);
        ExecutedCell[] checks = [
            .. new ExecutedNotebook(Path.Combine(run, "sheet.ipynb")).Cells
                .Where(cell => ExecutedNotebook.Tags(cell.Json).Contains("check"))];
        Assert.NotEmpty(checks);
        Assert.All(checks, check => Assert.StartsWith("✓ ", check.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shows_values_as_the_runner_does()
    {
        string path = SmallNotebook.Write(_folder.FullName, [SmallNotebook.LoadLibrary, .. Values.Cells]);
        ExecutedNotebook kernel = await RealKernel.ShowsTheSameAsync(path, own: null);
        Assert.InRange(kernel.Cells.Count(cell => cell.Outputs.Count > 0), Values.Cells.Length - 10, Values.Cells.Length);
    }

    [Fact]
    public async Task Lists_the_variables_of_the_library_and_gives_them_to_other_languages()
    {
        await RealKernel.RequireAsync();
        ExecutedNotebook notebook = await SmallNotebook.RunAsync(
            _folder.FullName,
            [
                SmallNotebook.LoadLibrary,
                """
                var X_train = torch.zeros(42000, 28, 28, 1);
                var scaler = new MinMaxScaler().Fit(torch.ones(2, 3));
                var model = torch.nn.Sequential(torch.nn.Linear(2, 3));
                var data = Mnist.Load();
                """,
                "#!whos",
                "#!fsharp\n#!set --name X --value @csharp:X_train\nprintfn \"%s\" (X.RootElement.GetRawText())",
                "#!fsharp\n#!set --name s --value @csharp:scaler\nprintfn \"%O\" s",
                """
                using System.Reactive.Linq;
                using Microsoft.DotNet.Interactive;
                using Microsoft.DotNet.Interactive.Commands;
                using Microsoft.DotNet.Interactive.Events;
                var answer = await Kernel.Root.SendAsync(new RequestValueInfos("csharp"));
                foreach (var value in answer.Events.OfType<ValueInfosProduced>().Single().ValueInfos)
                    Console.WriteLine($"{value.Name}: {value.FormattedValue.Value}");
                """,
            ],
            RealKernel.Option, RealKernel.Name);
        string html = ExecutedCell.Join(notebook.Cells[2].Outputs[0]["data"]!["text/html"]);
        Assert.All(["X_train", "scaler", "model", "data"], name => Assert.Contains($"<td>{name}</td>", html));
        Assert.Contains("\"shape\":[42000,28,28,1],\"dtype\":\"float32\"", notebook.Cells[3].Text, StringComparison.Ordinal);
        Assert.Equal("MinMaxScaler(feature_range=(0, 1)), fitted on 3 columns", notebook.Cells[4].Text);
        Assert.Contains("X_train: (42000, 28, 28, 1) float32", notebook.Cells[5].Text, StringComparison.Ordinal);
        Assert.Contains("model: Sequential, 9 parameters", notebook.Cells[5].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_other_languages_and_tells_of_failures_and_of_its_end()
    {
        await RealKernel.RequireAsync();
        string path = SmallNotebook.Write(
            _folder.FullName,
            [
                "let x = 3\nprintfn \"F# %d\" x",
                "#!html\n<b>bold</b>",
                "#!time\nConsole.WriteLine(\"timed\");",
                "var shown = 1;\nint y = \"text\";",
                "throw new InvalidOperationException(\"outer\", new FormatException(\"inner\"));",
                "System.Runtime.InteropServices.Marshal.WriteByte(100_000_000, 1);",
                "\"never\"",
            ]);
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        json["cells"]![0]!["metadata"]!["polyglot_notebook"] = new JsonObject { ["kernelName"] = "fsharp" };
        await File.WriteAllTextAsync(path, json.ToJsonString());
        (int exitCode, string output, _) = await Runner.RunAsync(
            path, "--output", Path.Combine(_folder.FullName, "out"), "--keep-going", RealKernel.Option, RealKernel.Name);
        Assert.Equal(1, exitCode);
        Assert.Contains("\nF# 3\n", output, StringComparison.Ordinal);
        Assert.Contains("\ntimed\nWall time: ", output, StringComparison.Ordinal);
        Assert.Contains("line 2, column 9: error CS0029", output, StringComparison.Ordinal);
        Assert.Contains(
            "  System.InvalidOperationException: outer\n  caused by System.FormatException: inner\n", output,
            StringComparison.Ordinal);
        Assert.Contains("DeadKernelError: The process that runs the cells ended with", output, StringComparison.Ordinal);
        Assert.Contains("✗ stopped at cell 6 of 7, 3 failed", output, StringComparison.Ordinal);
        ExecutedNotebook notebook = new(Path.Combine(_folder.FullName, "out", "small.ipynb"));
        Assert.Equal("<b>bold</b>", ExecutedCell.Join(notebook.Cells[1].Outputs[0]["data"]!["text/html"]));
        Assert.Empty(notebook.Cells[6].Outputs);
    }

    [Fact]
    public async Task Judges_every_answer_of_the_tables_as_they_say()
    {
        await RealKernel.RequireAsync();
        AnswerTables tables = AnswerTables.Read();
        ExecutedNotebook notebook = await SmallNotebook.RunAsync(
            _folder.FullName, [SmallNotebook.LoadLibrary, .. tables.Cells.Select(cell => cell.Source)],
            RealKernel.Option, RealKernel.Name, "--keep-going");
        Assert.All(tables.Cells.Zip(notebook.Cells.Skip(1)), pair => pair.First.Holds(pair.Second.Text));
        Assert.InRange(tables.Cells.Count(cell => cell.Message is not null), 150, 1000);
    }

    private static async Task RunAsync(params string[] arguments)
    {
        (int exitCode, string output, string error) = await Runner.RunAsync(arguments);
        Assert.True(exitCode == 0, output + error);
    }
}

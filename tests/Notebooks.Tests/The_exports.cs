using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The solution as a program that runs, as Markdown and as PDF.</summary>
public sealed partial class The_exports : IDisposable
{
    // In the repository, since links of a file outside it would name folders of the machine.
    private readonly DirectoryInfo _folder =
        Directory.CreateDirectory(Repository.PathOf("artifacts", $"exports-{Guid.NewGuid():N}"));

    public static TheoryData<string> Names => The_committed_notebooks.Names;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Of_the_solution_is_a_program_that_runs_to_its_end_and_shows_what_the_notebook_shows()
    {
        string program = await ExportAsync("exercise-5-solution.ipynb", "cs", "--set", "epochs=1", "--set", "train_images=2000");
        (int exitCode, string output) = await RunAsync(program);

        Assert.True(exitCode == 0, output);
        double[] accuracies = [.. Accuracy().Matches(output).Select(match =>
            double.Parse(match.Groups["figure"].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(3, accuracies.Length);
        Assert.All(accuracies, accuracy => Assert.InRange(accuracy, 0.5, 1));
        Assert.Equal(3, output.Split("Train on 2000 samples, validate on 18000 samples").Length - 1);
        Assert.Contains("Total params: 1,199,882", output, StringComparison.Ordinal);
        Assert.Contains("Figure: Confusion matrix (10 classes, 10,000 images", output, StringComparison.Ordinal);
        string page = await File.ReadAllTextAsync(
            Path.ChangeExtension(program, ".html"), TestContext.Current.CancellationToken);
        Assert.Equal(The_page_of_the_solution.Figures, page.Split("<div data-mnistcnn=").Length - 1);
        Assert.Contains("plotly.js v", page, StringComparison.Ordinal);
        Assert.DoesNotContain(output.Split('\n'), line => line.Contains(_folder.FullName, StringComparison.Ordinal));
    }

    /// <summary>The student's sheet, which declares <c>go_on</c> for every task, is none.</summary>
    [Theory]
    [InlineData("exercise-5-solution.ipynb")]
    [InlineData("experiments.ipynb")]
    [InlineData("inside-the-network.ipynb")]
    public async Task Are_programs_that_compile(string name)
    {
        string program = await File.ReadAllTextAsync(await ExportAsync(name, "cs"), TestContext.Current.CancellationToken);
        Assert.StartsWith("#:project ", program, StringComparison.Ordinal);
        Assert.DoesNotContain("#load", program, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Are_Markdown_whose_links_and_pictures_are_there(string name)
    {
        string path = await ExportAsync(name, "md");
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        string[] targets = [.. Link().Matches(Fence().Replace(text, "")).Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal) && target[0] != '#')];
        Assert.All(targets, target => Assert.True(
            Path.Exists(Path.Combine(_folder.FullName, Uri.UnescapeDataString(target.Split('#')[0]))), target));
        var notebook = new ExecutedNotebook(Repository.PathOf("notebooks", name));
        Assert.Equal(
            notebook.Cells.Count(cell => cell.Source.Trim().Length > 0), Fence().Matches(text).Count(match =>
                match.Value.TrimStart('`').StartsWith("csharp\n", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_the_solution_is_a_PDF_with_its_title()
    {
        InstalledBrowser.SkipWithout();
        byte[] pdf = await File.ReadAllBytesAsync(
            await ExportAsync("exercise-5-solution.ipynb", "pdf"), TestContext.Current.CancellationToken);
        Assert.Equal("%PDF-", Encoding.ASCII.GetString(pdf[..5]));
        Assert.InRange(pdf.Length, 200_000, 3_000_000);
        string title = "Exercise 5: Convolutional neural networks and MNIST";
        string hex = Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(title));
        string text = Encoding.Latin1.GetString(pdf);
        Assert.True(
            text.Contains(title, StringComparison.Ordinal) || text.Contains(hex, StringComparison.OrdinalIgnoreCase), "no title");
    }

    private async Task<string> ExportAsync(string name, string form, params string[] options)
    {
        string path = Path.Combine(_folder.FullName, Path.ChangeExtension(name, form));
        (int exitCode, string output, string error) = await Runner.RunAsync(
            ["export", Repository.PathOf("notebooks", name), "--to", form, "--output", path, .. options]);
        return exitCode == 0 ? path : throw new InvalidOperationException(output + error);
    }

    /// <summary>Runs a program as a reader does, with no build server that would outlive it.</summary>
    private static async Task<(int ExitCode, string Output)> RunAsync(string program)
    {
        var start = new ProcessStartInfo("dotnet", ["run", program])
        {
            WorkingDirectory = Path.GetDirectoryName(program),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                // The library as it is: other tests have it loaded.
                ["BuildProjectReferences"] = "false", ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false",
            },
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    [GeneratedRegex(@"^Test accuracy: (?<figure>0\.\d{4})$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Accuracy();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(
        @"^(?<fence>`{3,}).*?^\k<fence>$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline,
        5000)]
    private static partial Regex Fence();
}

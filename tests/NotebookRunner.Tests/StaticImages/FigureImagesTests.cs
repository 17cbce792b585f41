using System.Buffers.Binary;
using NotebookRunner.Tests.Pages;
using Xunit;

namespace NotebookRunner.Tests.StaticImages;

public class FigureImagesTests
{
    [Fact]
    public async Task Are_drawn_in_the_size_that_the_figure_declares_and_stand_beside_its_other_forms()
    {
        PageInBrowser.SkipWithoutBrowser();
        Outcome outcome = await RunnerFolder.RunAsync(
            NotebookBuilder.WithCode(Figures.Declare, "display(\"x\");\nnew Figure(\"Title\", 520, 310)"), "--static-images");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        byte[] png = Convert.FromBase64String(outcome.Text(1, 1, "image/png"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal(520, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(310, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        Assert.InRange(png.Length, 2_000, 60_000);
        Assert.Equal("<p>html fallback</p>", outcome.Text(1, 1, "text/html"));
        Assert.Equal("execute_result", (string)outcome.Outputs(1)[1]!["output_type"]!);
    }

    [Fact]
    public async Task Need_a_browser_and_say_so_before_any_cell_runs()
    {
        Outcome outcome = await RunWithPathAsync("/nowhere");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("apt-get install chromium", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
    }

    [Theory]
    [InlineData("#!/bin/sh\nexit 3")]
    [InlineData("no program")]
    public async Task Are_missing_and_the_run_is_not_where_the_browser_fails(string browser)
    {
        using var folder = new RunnerFolder();
        string path = folder.Write("chromium", browser);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Outcome outcome = await RunWithPathAsync(folder.Path);
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith($"--static-images: the figures could not be drawn with {path}: ", outcome.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("\n   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("<p>html fallback</p>", outcome.Text(1, 0, "text/html"));
    }

    private static async Task<Outcome> RunWithPathAsync(string folders)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere browsers lie in fixed places, which a test cannot hide.");
        string? path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", folders);
        try
        {
            return await RunnerFolder.RunAsync(
                NotebookBuilder.WithCode(Figures.Declare, "new Figure(\"Title\", 520, 310)"), "--static-images");
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }
}

using System.Buffers.Binary;
using NotebookRunner.Tests.Pages;
using Xunit;

namespace NotebookRunner.Tests.StaticImages;

public class Static_images
{
    [Fact]
    public async Task Are_drawn_in_the_size_that_the_figure_declares_and_stand_beside_its_other_forms()
    {
        PageInBrowser.SkipWithoutBrowser();
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode(Figures.Declare, "display(\"x\");\nnew Figure(\"Title\", 520, 310)"), "--static-images");
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
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere browsers lie in fixed places, which a test cannot hide.");
        string? path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", "/nowhere");
        try
        {
            Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("1"), "--static-images");
            Assert.Equal(2, outcome.ExitCode);
            Assert.Contains("apt-get install chromium", outcome.Error, StringComparison.Ordinal);
            Assert.Equal("", outcome.Output);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }
}

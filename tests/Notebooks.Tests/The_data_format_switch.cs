using System.Text.Json.Nodes;
using Xunit;

namespace Notebooks.Tests;

/// <summary>One switch turns the whole solution to channels first.</summary>
public sealed class The_data_format_switch : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Runs_the_whole_notebook_with_the_other_shapes()
    {
        string changed = Path.Combine(_folder.FullName, "channels-first.ipynb");
        string text = await File.ReadAllTextAsync(SolutionRun.Source);
        Assert.Single(text.Split("ImageDataFormat = ImageDataFormat.ChannelsLast;").Skip(1));
        string start = JsonValue.Create(Repository.PathOf("notebooks", "start.csx")).ToJsonString().Trim('"');
        await File.WriteAllTextAsync(changed, text
            .Replace("ImageDataFormat = ImageDataFormat.ChannelsLast;",
                "ImageDataFormat = ImageDataFormat.ChannelsFirst;", StringComparison.Ordinal)
            .Replace("start.csx", start, StringComparison.Ordinal));

        (int exitCode, string output, string error) = await Runner.RunAsync(
            changed, "--set", "epochs=1", "--set", "train_images=512", "--output", Path.Combine(_folder.FullName, "out"));

        Assert.True(exitCode == 0, output + error);
        var notebook = new ExecutedNotebook(Path.Combine(_folder.FullName, "out", "channels-first.ipynb"));
        Assert.Equal("channels_first", notebook[2].Text);
        Assert.Equal("(1, 28, 28)", notebook[4].Text);
        Assert.Equal("(60000, 1, 28, 28)", notebook[11].Text);
        Assert.Contains(
            "conv2d_1 (Conv2D)            (None, 32, 26, 26)        320", notebook[16].Text, StringComparison.Ordinal);
        Assert.Contains("Total params: 1,199,882", notebook[25].Text, StringComparison.Ordinal);
        Assert.Contains(
            "2      max_pooling2d_1  (None, 64, 24, 24)  (None, 64, 12, 12)", notebook[29].Text, StringComparison.Ordinal);
        Assert.Contains("4      flatten_3        (None, 64, 12, 12)  (None, 9216)", notebook[29].Text, StringComparison.Ordinal);

        // Keras keeps the weights of a convolution in the same order in either format.
        Assert.Contains("1      conv2d_4  (3, 3, 32, 64)  (64,)", notebook[30].Text, StringComparison.Ordinal);
    }
}

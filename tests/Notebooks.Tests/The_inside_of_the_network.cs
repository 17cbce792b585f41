using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

[Collection(nameof(Inside))]
public sealed partial class The_inside_of_the_network(InsideRun run) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Shows_in_the_real_kernel_what_it_shows_in_the_runner()
    {
        ExecutedNotebook shown = await RealKernel.ShowsTheSameAsync(
            run.Copy, run.ExecutedPath, [.. InsideRun.Settings.SelectMany(setting => (string[])["--set", setting])]);

        string[] html = [.. shown.Cells.SelectMany(cell => cell.Outputs)
            .Select(output => ExecutedCell.Join(output["data"]?["text/html"]))];
        Assert.Contains(run.Explorer, html);
        Assert.Contains(run.Slide, html);
    }

    [Fact]
    public void Computes_a_convolution_by_hand_as_TorchSharp_does()
    {
        (double byHand, double torch) = Two(CellWith("TorchSharp {map[row, column]"), @"by hand (?<a>\S+), TorchSharp (?<b>\S+)");
        Assert.Equal(torch, byHand, 1.1e-5);
        double apart = Number(CellWith("furthest").Text, @"at most (?<a>\S+) apart");
        Assert.InRange(apart, 0, 1e-5);
    }

    [Fact]
    public void Computes_a_pooling_by_hand_as_TorchSharp_does()
    {
        ExecutedCell cell = CellWith("before[2 * i, 2 * j]");
        (double byHand, double torch) = Two(cell, @"by hand (?<a>[\d.]+), TorchSharp (?<b>[\d.]+)");
        Assert.Equal(torch, byHand);
        Assert.Contains(
            torch.ToString("F3", CultureInfo.InvariantCulture), cell.Text.Split("by hand")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_the_weights_as_the_summary_does()
    {
        Assert.Equal("320 + 18496 + 1179776 + 1290 = 1199882", CellWith("conv1 + conv2").Text);
        Assert.Contains("Total params: 1,199,882", CellWith("model.Summary()").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_filters_maps_pooling_decisions_and_samples()
    {
        Assert.Equal(
            [
                "Filters of conv2d_3", "Filters of conv2d_4", "Feature maps of relu_4",
                "Feature maps of relu_5", "What max-pooling keeps",
                "A right answer", "A wrong answer", "The smallest change that turns the answer",
                "Accuracy on changed images", "Accuracy on images changed by 0.2", "What excites filter 36 most",
                "Raw pixels", "The 128 numbers of the dense layer",
            ],
            run.Notebook.Cells.SelectMany(cell => cell.Figures).Select(figure =>
                figure["layout"]!["title"]!["text"]!.GetValue<string>().Split("<br>")[0]));
        Assert.Equal([32, 2, 32, 40, 4, 3, 4, 3, 9], run.Notebook.Cells.SelectMany(cell => cell.Figures)
            .Select(figure => figure["layout"]!["images"]?.AsArray().Count).OfType<int>());
    }

    [Fact]
    public void Is_misled_more_the_larger_the_change_and_less_once_it_has_learnt_from_its_errors()
    {
        double[] falling = Heights("Accuracy on changed images"), helped = Heights("Accuracy on images changed by 0.2");

        Assert.Equal(falling.OrderDescending(), falling);
        Assert.InRange(falling[0], 0.97, 1);
        Assert.InRange(falling[^1], 0, 0.3);
        Assert.InRange(helped[1], 0, helped[0] + 0.05);
        Assert.InRange(helped[2], helped[0] + 0.15, 1);

        double[] Heights(string title) => [.. run.Notebook.Cells.SelectMany(cell => cell.Figures)
            .Single(figure => figure["layout"]!["title"]!["text"]!.GetValue<string>() == title)["data"]![0]!["y"]!.AsArray()
            .Select(height => height!.GetValue<double>())];
    }

    [Fact]
    public void Draws_every_sample_in_the_colour_of_its_digit_and_crosses_the_errors()
    {
        foreach (JsonObject plane in run.Notebook.Cells.SelectMany(cell => cell.Figures).TakeLast(2))
        {
            JsonObject[] traces = [.. plane["data"]!.AsArray().Select(trace => trace!.AsObject())];
            Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "read as another digit"],
                traces.Select(trace => trace["name"]!.GetValue<string>()));
            Assert.Equal(300, traces.Sum(trace => trace["x"]!.AsArray().Count));
            int[] wrong = [.. traces[10]["customdata"]!.AsArray().Select(number => number!.GetValue<int>())];
            Assert.Equal(
                Enumerable.Range(0, InsideRun.Images).Where(i => Best(run.Probabilities, i) != run.Labels[i]),
                wrong.Where(i => i < InsideRun.Images));
        }
    }

    [Fact]
    public void Loses_next_to_nothing_by_rounding()
    {
        (double whole, double rounded) = Two(
            CellWith("rounded.Accuracy"), @"accuracy (?<a>\S+) with 32 bits a weight, (?<b>\S+) with 5 bits");
        Assert.InRange(whole, 0.98, 1);
        Assert.InRange(rounded, whole - 0.001, whole + 0.001);
    }

    [Fact]
    public async Task Trains_a_network_of_its_own_if_it_is_told_to()
    {
        await InsideRun.RunAsync(
            _folder.FullName, "trained", _ => { }, "train=true", "epochs=1", "train_images=600", "points=50", "search=50");
        var notebook = new ExecutedNotebook(Path.Combine(_folder.FullName, "trained.ipynb"));
        Assert.Contains("Train on 600 samples", notebook.Cells.First(
            cell => cell.Source.Contains("model.Fit", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.Matches("accuracy 0.\\d{4} with 32 bits", notebook.Cells.Single(
            cell => cell.Source.Contains("rounded.Accuracy", StringComparison.Ordinal)).Text);
    }

    [Fact]
    public async Task Opens_as_a_page_without_a_network_and_without_an_error()
    {
        await using PageOfTheSolution open = await PageOfTheSolution.OpenAsync(run.Page, 390, ColorScheme.Dark);
        await open.Page.WaitForSelectorAsync("[data-explorer][data-ready]");
        Assert.Empty(open.Problems);
        Assert.Equal(13, await open.Page.Locator("figure.figure svg.main-svg:first-child").CountAsync());
        Assert.True(await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
    }

    [Fact]
    public void Has_short_cells()
    {
        int[] lines = [.. new ExecutedNotebook(InsideRun.Source).Cells.Skip(1)
            .Select(cell => cell.Source.Split('\n').Count(line => line.Trim().Length > 0)).Order()];
        Assert.InRange(lines[lines.Length / 2], 1, 4);
        Assert.InRange(lines[^1], 1, 16);
    }

    private static int Best(float[] probabilities, int image) =>
        Enumerable.Range(0, 10).MaxBy(digit => probabilities[(10 * image) + digit]);

    private ExecutedCell CellWith(string code) =>
        run.Notebook.Cells.First(cell => cell.Source.Contains(code, StringComparison.Ordinal));

    private static (double First, double Second) Two(ExecutedCell cell, string pattern) =>
        (Number(cell.Text, pattern), Number(cell.Text, pattern, "b"));

    private static double Number(string text, string pattern, string group = "a")
    {
        Match match = Regex.Match(text, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(match.Success, text);
        return double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }
}

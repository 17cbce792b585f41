using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The notebook of experiments, on the real images.</summary>
public class The_experiments(ExperimentsRun run) : IClassFixture<ExperimentsRun>
{
    private ExecutedNotebook Notebook => run.Notebook;

    [Fact]
    public async Task Show_in_the_real_kernel_what_they_show_in_the_runner() => await RealKernel.ShowsTheSameAsync(
        ExperimentsRun.Source, run.ExecutedPath, ExperimentsRun.Settings);

    [Fact]
    public void Run_from_top_to_bottom_without_an_error_or_a_tree_of_properties()
    {
        Assert.All(Notebook.Cells, cell => Assert.NotNull(cell.Json["execution_count"]));
        Assert.DoesNotContain(
            Notebook.Cells.SelectMany(cell => cell.Outputs), output => output["output_type"]!.GetValue<string>() == "error");
        Assert.DoesNotContain("dni-treeview", Notebook.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Repository.Root, Notebook.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Have_every_knob_in_one_tagged_cell_with_what_it_does()
    {
        ExecutedCell knobs = Assert.Single(Notebook.Cells, cell => ExecutedNotebook.Tags(cell.Json).Contains("parameters"));
        string[] lines = knobs.Source.Trim().Split('\n');
        Assert.All(lines, line => Assert.Matches(@"^\w+ \w+ = [^;]+; +// .{20,}", line));
        Assert.Equal(
            [
                "epochs", "batch_size", "filters", "kernel_size", "pool_size",
                "dense_units", "dropout_conv", "dropout_dense", "learning_rate",
                "optimizer", "initializer", "train_share", "augmentation",
                "val_images", "test_images", "seeds", "recipe_epochs", "recipe_images", "fast_epochs", "tiny_epochs",
            ],
            lines.Select(line => line.Split(' ')[1]));
    }

    [Fact]
    public void Keep_every_run_in_a_table_of_what_differs()
    {
        string[] table = Ending("\nruns").Text.Split('\n');
        Assert.StartsWith(
            "my runs: 4 runs of 4 settings. The same in all: epochs 1, batch_size 64, ", table[0], StringComparison.Ordinal);
        Assert.Matches(
            "^#  filters  dropout_dense  learning_rate  seed  val_loss  val_acc  "
            + "test_loss  test_acc  parameters  epochs  time, s$",
            table[1]);

        // The first run was not tested.
        Assert.Matches(
            @"^1  16       0\.5            0\.001          1     \d\.\d{4}    0\.\d{4}   "
            + @"–          –         300,426     1       \d+\.\d$",
            table[2]);
        Assert.Matches(
            @"^3  8        0\.5            0\.001          1     \d\.\d{4}    0\.\d{4}   "
            + @"\d\.\d{4}     0\.\d{4}    149,418     1       \d+\.\d$",
            table[4]);
        Assert.Equal(6, table.Length);
    }

    [Fact]
    public void Repeat_settings_with_other_seeds_and_judge_the_difference()
    {
        string[] groups = Ending("kernels.BySettings()").Text.Split('\n');
        Assert.Equal(5, groups.Length);
        Assert.Matches(@"^kernel_size 3  2  \d\.\d{4} ± \d\.\d{4}  0\.\d{4} ± 0\.\d{4}  ", groups[2]);
        string[] comparisons = Ending("kernels.BySettings().Compare(Measure.ValAccuracy)").Text.Split('\n');
        Assert.Equal(2, comparisons.Length);
        Assert.All(comparisons, line => Assert.Matches(
            @"^kernel_size [57] against kernel_size 3: val_acc [+−]?0\.\d{4} \(95 % interval [+−]\d\.\d{4} to "
            + @"[+−]\d\.\d{4}\)\. (Better|Worse|Could be chance)",
            line));
    }

    [Fact]
    public void Lay_curves_over_each_other_and_show_every_seed_as_a_dot()
    {
        JsonObject curves = Assert.Single(Ending("kernels.PlotCurves()").Figures);
        // A band and a line for each of three sizes in each of two panels.
        Assert.Equal(2 * 3 * 2, curves["data"]!.AsArray().Count);
        JsonObject dots = Assert.Single(Ending("kernels.PlotSpread(Measure.TestAccuracy)").Figures);
        Assert.Equal([2, 2, 2, 1, 1, 1], dots["data"]!.AsArray().Select(trace => trace!["x"]!.AsArray().Count));
        Assert.All(dots["data"]!.AsArray(), trace => Assert.InRange(trace!["x"]![0]!.GetValue<double>(), 0.05, 1));
    }

    [Fact]
    public void Find_a_learning_rate_and_stop_in_time()
    {
        JsonObject rates = Assert.Single(Ending("finder.Plot()").Figures);
        Assert.Equal("log", rates["layout"]!["xaxis"]!["type"]!.GetValue<string>());
        Match stopped = Assert.Single(Regex.Matches(
            string.Join('\n', Notebook.Cells.Select(cell => cell.Text)),
            @"^Stopped after (?<count>\d+) of 6 epochs; the weights are those of epoch (?<best>\d+)\.$",
            RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)));
        Assert.InRange(int.Parse(stopped.Groups["best"].Value, null), 1, int.Parse(stopped.Groups["count"].Value, null));
        Assert.True(File.GetLastWriteTimeUtc(Repository.PathOf("artifacts", "best.safetensors")) >= run.Started);
        Assert.True(File.GetLastWriteTimeUtc(Repository.PathOf("artifacts", "runs.json")) >= run.Started);
    }

    [Fact]
    public void Tell_what_time_buys()
    {
        string[] cheapest = Ending("0.994, 0.995, 0.996, 0.997)").Text.Split('\n');
        Assert.Matches("^98 %: network .*, epochs [0-9]+  +[0-9]+  ", cheapest[2]);
        Assert.Matches("^99 %: network .*, epochs [0-9]+  +[0-9]+  ", cheapest[3]);
        Assert.Matches("^99.7 %: network .*, views [0-9]+  +3  ", cheapest[^1]);
        Assert.Matches(
            @"^2 networks together: 9[5-9]\.\d\d %$", Ending("networks together: {voted:P2}\"").Text.Trim());
        ExecutedCell plot =
            Assert.Single(Notebook.Cells, cell => cell.Source.StartsWith("times.PlotTradeOff", StringComparison.Ordinal));
        Assert.Contains(
            "train_mnist_fast, on a GPU",
            Assert.Single(plot.Figures)["data"]!.AsArray().Select(trace => trace!["name"]!.GetValue<string>()));
    }

    [Fact]
    public void Set_an_entry_beside_the_fewest_weights()
    {
        ExecutedCell entry = Assert.Single(
            Notebook.Cells, cell => cell.Source.Contains("// your entry", StringComparison.Ordinal));
        Assert.Matches(@"\nnetwork mine: 6, 6, 8, epochs 1  2  .* 1,948  ", entry.Text);
        Assert.Matches(@"\nnetwork 6, 6, 8, epochs 16  +3  .* 1,948  ", entry.Text);
    }

    [Fact]
    public void Are_reported_where_results_are_stored_unless_they_are_quiet()
    {
        JsonNode[] scraps =
        [
            .. Notebook.Cells.SelectMany(cell => cell.Outputs)
                .Select(output => output["data"]?["application/scrapbook.scrap.json+json"]).OfType<JsonNode>(),
        ];
        // The last two are evaluated, and stored again with their test.
        Assert.Equal(
            ["training 1", "training 2", "training 3", "training 3", "training 4", "training 4"],
            scraps.Select(scrap => scrap["name"]!.GetValue<string>()));
        Assert.Equal(["acc", "loss", "parameters", "seconds", "val_acc", "val_loss"],
            scraps[0]["data"]!.AsObject().Select(member => member.Key));
        Assert.InRange(Assert.Single(scraps[0]["data"]!["val_acc"]!.AsArray())!.GetValue<double>(), 0.05, 1);
        Assert.InRange(scraps[3]["data"]!["test_acc"]!.GetValue<double>(), 0.05, 1);
    }

    [Fact]
    public async Task Have_tables_that_sort_on_the_page_offline()
    {
        await using PageOfTheSolution open = await PageOfTheSolution.OpenAsync(run.Page, 390, ColorScheme.Light);
        ILocator table = open.Page.Locator("table[data-sortable]").First;
        await table.GetByRole(AriaRole.Button, new() { Name = "filters" }).ClickAsync();
        Assert.Equal(
            "ascending", await table.GetByRole(AriaRole.Columnheader, new() { Name = "filters" }).GetAttributeAsync("aria-sort"));
        Assert.Equal("3", await table.Locator("tbody tr").First.Locator("td").First.TextContentAsync());
        Assert.Equal(await open.Page.Locator("table[data-sortable]").CountAsync(),
            await open.Page.Locator("table[data-sortable=on]").CountAsync());
        // The script came with each table and ran as often.
        Assert.Equal(0, await open.Page.Locator("th > button > button").CountAsync());
        Assert.True(await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
        Assert.Empty(open.Problems);
    }

    /// <summary>The cell that ends in an expression.</summary>
    private ExecutedCell Ending(string expression) =>
        Assert.Single(Notebook.Cells, cell => cell.Source.EndsWith(expression, StringComparison.Ordinal));
}

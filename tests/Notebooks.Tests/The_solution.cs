using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Notebooks.Tests;

/// <summary>What each of the sheet's thirty cells must show, on the real images.</summary>
public partial class The_solution(SolutionRun run)
{
    private ExecutedNotebook Notebook => run.Notebook;

    [Fact]
    public async Task Is_written_as_VS_Code_saves_it() =>
        Assert.Equal(await NodeJs.SavedByVsCodeAsync(run.ExecutedPath), await File.ReadAllTextAsync(run.ExecutedPath));

    [Fact]
    public void Has_the_sheets_thirty_cells_and_the_steps_of_task_2_and_runs_each()
    {
        Assert.Equal(
            Enumerable.Range(1, 30).Select(number => $"in-{number:D2}"),
            Notebook.Cells.Select(cell => cell.Id).Where(id => id!.StartsWith("in-", StringComparison.Ordinal)));
        Assert.Equal(30 + 10, Notebook.Cells.Count);
        Assert.All(Notebook.Cells, cell => Assert.NotNull(cell.Json["execution_count"]));
        Assert.DoesNotContain(
            Notebook.Cells.SelectMany(cell => cell.Outputs), output => output["output_type"]!.GetValue<string>() == "error");
    }

    [Fact]
    public void In_1_to_4_the_data_format_and_the_shape_of_an_image()
    {
        Assert.StartsWith("TorchSharp 0.107.0, libtorch 2.10.0, ", Notebook[1].Text, StringComparison.Ordinal);
        Assert.Equal("channels_last", Notebook[2].Text);
        Assert.Equal("(28, 28, 1)", Notebook[4].Text);
    }

    [Theory]
    [InlineData(6, "(60000, 28, 28)")]
    [InlineData(7, "(60000, 784)")]
    [InlineData(8, "(60000, 784)")]
    [InlineData(9, "(60000, 28, 28)")]
    [InlineData(11, "(60000, 28, 28, 1)")]
    public void In_5_to_11_the_shape_after_every_step(int number, string shape) => Assert.Equal(shape, Notebook[number].Text);

    [Fact]
    public void In_5_the_seed_is_the_sheets() =>
        Assert.Contains("manual_seed(1338)", Notebook[5].Source, StringComparison.Ordinal);

    [Fact]
    public void In_12_and_13_the_first_test_image_is_a_7_and_the_split_is_42000_to_18000()
    {
        Assert.StartsWith("[0., 0., 0., 0., 0., 0., 0., 1., 0., 0.]\n", Notebook[12].Text, StringComparison.Ordinal);
        Assert.Equal("42000 training images, 18000 validation images", Notebook[13].Text);
    }

    [Fact]
    public void In_15_the_knobs_are_the_sheets_and_tagged()
    {
        Assert.Equal(["parameters"], ExecutedNotebook.Tags(Notebook[15].Json));
        string[] knobs = [
            .. Assignment().Matches(Notebook[15].Source).Select(match => $"{match.Groups["name"]}={match.Groups["value"]}")];
        Assert.Equal(["epochs=10", "batch_size=256", "filters=32", "pool_size=2", "kernel_size=3", "train_images=42_000"], knobs);
    }

    [Theory]
    [InlineData(16, "216,650", "dense_1 (Dense)              (None, 10)                216330    ")]
    [InlineData(21, "2,770,634", "dense_2 (Dense)              (None, 128)               2769024   ")]
    [InlineData(25, "1,199,882", "max_pooling2d_1 (MaxPooling2 (None, 12, 12, 64)        0         ")]
    public void In_16_21_and_25_the_summaries_are_the_sheets(int number, string parameters, string row)
    {
        Assert.Contains($"Total params: {parameters}\nTrainable params: {parameters}\nNon-trainable params: 0\n",
            Notebook[number].Text, StringComparison.Ordinal);
        Assert.Contains(row, Notebook[number].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(22)]
    [InlineData(26)]
    public void In_17_22_and_26_training_leaves_Keras_lines(int number) => Assert.Matches(
        @"^Train on 6000 samples, validate on 18000 samples\nEpoch 1/1\n6000/6000 \[={30}\] - \d+s \d+[mu]s/step"
        + @" - loss: \d\.\d{4} - acc: 0\.\d{4} - val_loss: \d\.\d{4} - val_acc: 0\.\d{4}$",
        Notebook[number].Text);

    [Theory]
    [InlineData(18)]
    [InlineData(23)]
    [InlineData(27)]
    public void In_18_23_and_27_the_curves_of_training_and_validation(int number)
    {
        var figure = Assert.Single(Notebook[number].Figures);
        Assert.Equal(4, figure["data"]!.AsArray().Count);
        Assert.Contains("Loss", figure["layout"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Accuracy", figure["layout"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void In_task_2_the_steps_say_what_the_function_and_Evaluate_say()
    {
        string evaluated = Notebook[20].Text, same = Notebook["step-08"].Text;
        double loss = Figure(evaluated, "Test loss:"), accuracy = Figure(evaluated, "Test accuracy:");
        Assert.Equal(loss, Figure(Notebook["step-03"].Text, "loss"), 1.5e-4);
        Assert.Equal(accuracy, Figure(Notebook["step-03"].Text, "accuracy"), 1.5e-4);
        Assert.Equal(loss, Figure(same, "loss"), 1.5e-4);
        Assert.Equal(accuracy, Figure(same, "accuracy"), 1.5e-4);
        Assert.Equal($"{Math.Round((1 - accuracy) * 10000):F0} errors", Notebook["step-04"].Text);
        string report = evaluated[evaluated.IndexOf("              precision", StringComparison.Ordinal)..];
        Assert.Contains(report[..report.IndexOf("Figure:", StringComparison.Ordinal)].Trim(), same, StringComparison.Ordinal);

        // The six positions are those that Evaluate names, in its order.
        string[] largest = [.. Number().Matches(Notebook["step-06"].Text.Split(']')[0]).Select(match => match.Value)];
        Assert.Equal(6, largest.Length);
        Assert.Equal(largest, Regex.Matches(same, @"Image (?<index>\d+): predicted",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["index"].Value));
        Assert.Equal("Figure: Largest errors (6 images)", Notebook["step-07"].Text);
        Assert.Equal(
            Notebook["step-07"].Figures[0]["layout"]!["images"]!.ToJsonString(),
            Notebook[20].Figures[2]["layout"]!["images"]!.ToJsonString());
    }

    [Fact]
    public void A_kernel_slides_over_a_digit_before_there_is_a_network_and_at_the_end_the_shapes_are_drawn()
    {
        string[] ids = [.. Notebook.Cells.Select(cell => cell.Id!)];
        Assert.Equal("in-13", ids[Array.IndexOf(ids, "slide-01") - 1]);
        Assert.Equal("Kernel -1 0 1, -1 0 1, -1 0 1 over an image of 28 × 28", Notebook["slide-01"].Text);
        Assert.Equal("in-29", ids[Array.IndexOf(ids, "shapes-01") - 1]);
        Assert.Equal(
            "28 × 28 × 1 → 26 × 26 × 32 → 24 × 24 × 64 → 12 × 12 × 64 → 9,216 → 128 → 10", Notebook["shapes-01"].Text);
    }

    [Fact]
    public void In_task_2_a_step_is_six_lines_at_the_most() => Assert.All(
        Notebook.Cells.Where(cell => cell.Id!.StartsWith("step-", StringComparison.Ordinal)),
        cell => Assert.InRange(
            cell.Source.Split('\n').Count(line => !line.EndsWith(" SOLUTION", StringComparison.Ordinal)), 1, 6));

    [Fact]
    public void In_19_evaluate_is_defined_in_the_notebook_and_works_on_tensors()
    {
        Assert.Contains("void evaluate(Tensor X_test, Tensor Y_test)", Notebook[19].Source, StringComparison.Ordinal);
        Assert.DoesNotContain("Evaluate(", Notebook[19].Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(24)]
    [InlineData(28)]
    public void In_20_24_and_28_the_evaluation_has_all_its_parts(int number)
    {
        ExecutedCell cell = Notebook[number];
        double loss = Figure(cell.Text, "Test loss:");
        double accuracy = Figure(cell.Text, "Test accuracy:");

        // One epoch on 6,000 images: far better than a guess (0.1), and the loss far below ln 10.
        Assert.InRange(accuracy, 0.8, 1);
        Assert.InRange(loss, 0, 0.8);
        Assert.Contains("              precision    recall  f1-score   support\n", cell.Text, StringComparison.Ordinal);
        Assert.Matches(@"\n           1       0\.\d\d      0\.\d\d      0\.\d\d      1135\n", cell.Text);
        Assert.Matches(@"\n    accuracy                           0\.\d\d     10000\n", cell.Text);
        Assert.Equal(4, cell.Figures.Count);
        Assert.Equal("log", cell.Figures[0]["layout"]!["yaxis"]!["type"]!.GetValue<string>());
        int wrong = (int)Math.Round((1 - accuracy) * 10000);
        Assert.Contains(
            $"Figure: Confusion matrix (10 classes, 10,000 images, {wrong.ToString("N0", CultureInfo.InvariantCulture)} errors)",
            cell.Text, StringComparison.Ordinal);
        Assert.Contains("Figure: Largest errors (6 images)", cell.Text, StringComparison.Ordinal);
        Assert.Contains("Figure: Predictions (15 images, ", cell.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void In_29_the_layer_shapes_are_the_sheets() => Assert.Equal(
        """
        Layer  Name             Input shape         Output shape
        0      conv2d_3         (None, 28, 28, 1)   (None, 26, 26, 32)
        1      conv2d_4         (None, 26, 26, 32)  (None, 24, 24, 64)
        2      max_pooling2d_1  (None, 24, 24, 64)  (None, 12, 12, 64)
        3      dropout_3        (None, 12, 12, 64)  (None, 12, 12, 64)
        4      flatten_3        (None, 12, 12, 64)  (None, 9216)
        5      dense_4          (None, 9216)        (None, 128)
        6      dropout_4        (None, 128)         (None, 128)
        7      dense_5          (None, 128)         (None, 10)
        """.ReplaceLineEndings("\n"), Notebook[29].Text);

    [Fact]
    public void In_30_the_weight_shapes_are_the_sheets() => Assert.Equal(
        """
        Layer  Name      Weights         Bias
        0      conv2d_3  (3, 3, 1, 32)   (32,)
        1      conv2d_4  (3, 3, 32, 64)  (64,)
        5      dense_4   (9216, 128)     (128,)
        7      dense_5   (128, 10)       (10,)
        """.ReplaceLineEndings("\n"), Notebook[30].Text);

    [Fact]
    public void Shows_no_result_as_a_tree_of_properties_and_no_path_of_this_machine()
    {
        Assert.DoesNotContain("dni-treeview", Notebook.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Repository.Root, Notebook.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/", Notebook.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Repository.Root, File.ReadAllText(run.Page), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_in_the_terminal_which_cell_runs_and_how_it_ended()
    {
        Assert.Contains("Train on 6000 samples, validate on 18000 samples", run.Output, StringComparison.Ordinal);
        Assert.Contains("41 cells in", run.Output, StringComparison.Ordinal);
    }

    private static double Figure(string text, string label) => double.Parse(
        Regex.Match(text, Regex.Escape(label) + @"\s+(?<figure>\d\.\d{4})",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["figure"].Value,
        CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"^int (?<name>\w+) = (?<value>[\d_]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Assignment();
}

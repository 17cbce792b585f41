using Microsoft.DotNet.Interactive.Formatting;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Charts;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Notebook;

public class NotebookFormattersTests
{
    private sealed record Report(string Text)
    {
        public override string ToString() => Text;
    }

    [Fact]
    public void A_figure_is_sent_as_html_plotly_data_and_text()
    {
        Figure figure = Samples.Run(2).Plot();

        Assert.Equal(["text/html", "application/vnd.plotly.v1+json", "text/plain"], MimeTypes(figure));
        Assert.Equal(figure.PlotlyJson, figure.ToDisplayString("application/vnd.plotly.v1+json"));
        Assert.Equal(figure.ToString(), figure.ToDisplayString("text/plain"));
        Assert.Contains("<script>", figure.ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_that_a_cell_caught_is_its_type_and_message()
    {
        static void Fail() => throw new FormatException("no <b>");
        Exception caught = Assert.Throws<FormatException>(Fail);

        Assert.Equal("System.FormatException: no <b>", caught.ToDisplayString("text/plain"));
        Assert.EndsWith(
            ">System.FormatException: no &lt;b&gt;</pre>", caught.ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_confusion_matrix_is_an_aligned_array()
    {
        var matrix = Samples.Matrix(new[,] { { 980, 1 }, { 0, 35 } });

        Assert.Equal("[[980   1]\n [  0  35]]", matrix.ToDisplayString("text/plain"));
        Assert.Contains(">[[980   1]\n [  0  35]]</pre>", matrix.ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_a_table_of_epochs()
    {
        History run = Samples.Run(2);

        Assert.Equal(["text/html", "text/plain"], MimeTypes(run));
        Assert.Equal(
            "Epoch 1 - 18s - loss: 0.4000 - acc: 0.9000 - val_loss: 0.3000 - val_acc: 0.9200\n"
            + "Epoch 2 - 18s - loss: 0.2000 - acc: 0.9500 - val_loss: 0.1500 - val_acc: 0.9600",
            run.ToDisplayString("text/plain"));
        Assert.Contains(
            string.Concat(((string[])["2", "18s", "0.2000", "0.9500", "0.1500", "0.9600"])
                .Select(text => $"<td style=\"text-align:right\">{text}</td>")),
            run.ToDisplayString("text/html"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_run_is_a_table_too() =>
        Assert.Contains(">Epoch</th>", Samples.Run(3).Skip(1).ToList().ToDisplayString("text/html"), StringComparison.Ordinal);

    [Fact]
    public void A_stopped_run_says_so() => Assert.EndsWith(
        "\nStopped before the last epoch.",
        new History([.. Samples.Run(1)], cancelled: true).ToDisplayString("text/plain"),
        StringComparison.Ordinal);

    [Fact]
    public void A_run_that_was_stopped_early_says_so_and_whose_weights_the_model_has()
    {
        var run = new History([.. Samples.Run(3)]) { StoppedEarly = true, BestEpoch = 1, HasBestWeights = true };
        const string Notes = "Stopped early: no improvement since epoch 1.\nThe weights are those of epoch 1, the best.";
        Assert.EndsWith("\n" + Notes, run.ToDisplayString("text/plain"), StringComparison.Ordinal);
        Assert.EndsWith("<p>" + Notes.Replace("\n", "</p><p>", StringComparison.Ordinal) + "</p>",
            run.ToDisplayString("text/html"), StringComparison.Ordinal);
        var view = new TrainingView(new(3, 9, 0, 10, 10, 0, 0, TimeSpan.Zero, run) { IsOver = true });
        Assert.EndsWith("\n" + Notes, view.ToString(), StringComparison.Ordinal);
        Assert.Contains("<div>The weights are those of epoch 1, the best.</div>", view.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_learning_rate_that_changed_has_a_column()
    {
        History Run(params double[] rates) =>
            new([.. Samples.Run(rates.Length).Select((record, i) => record with { LearningRate = rates[i] })]);
        Assert.Contains(">5e-3</td>", Run(0.01, 0.005).ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.DoesNotContain(">lr</th>", Run(0.01, 0.01).ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_validation_has_no_empty_columns() =>
        Assert.DoesNotContain("val_", Samples.Run(2, validated: false).ToDisplayString("text/html"), StringComparison.Ordinal);

    [Fact]
    public void Images_and_predictions_show_the_image_itself()
    {
        Assert.Contains("src=\"data:image/png;base64,", Samples.Image().ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.Equal("28 × 28 grey image", Samples.Image().ToDisplayString("text/plain"));
        Assert.Equal(
            "Image 3: predicted 4 (87.5 %), true 9 – wrong", Samples.Prediction(3, 9, 4).ToDisplayString("text/plain"));
        Assert.Equal(
            4, Samples.Predictions(4).ToDisplayString("text/html").Split("<img ").Length - 1);
    }

    [Fact]
    public void A_type_becomes_text_in_one_line_and_is_escaped()
    {
        NotebookFormatters.RegisterText<Report>();

        Assert.Equal(["text/html", "text/plain"], MimeTypes(new Report("")));
        Assert.Equal("a < b", new Report("a < b").ToDisplayString("text/plain"));
        Assert.EndsWith(">a &lt; b</pre>", new Report("a < b").ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_the_library_is_a_table()
    {
        var table = new TextTable<LayerShape>(["Layer", "Name"], [new(0, "a<b", [1], [2])], row => [$"{row.Index}", row.Name]);

        Assert.Contains(
            ">0</td><td style=\"text-align:left\">a&lt;b</td>", table.ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.Equal("Layer  Name\n0      a<b", table.ToDisplayString("text/plain"));
    }

    [Fact]
    public void A_shape_is_a_tuple_and_not_a_list() =>
        Assert.Equal("(60000, 28, 28)", new Shape(60000, 28, 28).ToDisplayString("text/plain"));

    [Fact]
    public void A_report_ends_where_its_last_line_ends() => Assert.EndsWith(
        "  2</pre>",
        new ClassificationReport(Samples.Matrix(new[,] { { 1, 0 }, { 0, 1 } })).ToDisplayString("text/html"),
        StringComparison.Ordinal);

    [Fact]
    public void A_tensor_is_an_array_with_its_shape()
    {
        using Tensor small = torch.tensor(new[] { 0f, 1f, 0.5f });
        using Tensor large = torch.zeros(600, 28, 28);

        Assert.Equal("[0., 1., 0.5]\nshape (3,), float32", small.ToDisplayString("text/plain"));
        Assert.InRange(large.ToDisplayString("text/plain").Length, 10, 3000);
        Assert.EndsWith("shape (600, 28, 28), float32", large.ToDisplayString("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_variables_names_shape_and_type_and_other_languages_get_something_small()
    {
        using var scope = NewDisposeScope();
        AssertVariable(zeros(420, 28, 28, 1), "(420, 28, 28, 1) float32",
            """{"shape":[420,28,28,1],"dtype":"float32","sample":[0,0,0,0,0,0,0,0,0,0]}""");
        AssertVariable(tensor([1f, float.NaN]), "(2,) float32", """{"shape":[2],"dtype":"float32","sample":[1,null]}""");
        AssertVariable(eye(2).to_sparse(), "(2, 2) float32", """{"shape":[2,2],"dtype":"float32"}""");
        Tensor gone = zeros(1);
        gone.Dispose();
        AssertVariable(gone, "disposed of", "{}");
        AssertVariable(nn.Linear(2, 3), "Linear, 9 parameters", """{"type":"Linear","parameters":9}""");
        AssertVariable(new MinMaxScaler().Fit(ones(2, 3)), "MinMaxScaler(feature_range=(0, 1)), fitted on 3 columns",
            "\"MinMaxScaler(feature_range=(0, 1)), fitted on 3 columns\"");
        AssertVariable(Samples.Run(2),
            "Epoch 2 - 18s - loss: 0.2000 - acc: 0.9500 - val_loss: 0.1500 - val_acc: 0.9600",
            """{"val_loss":[0.3,0.15],"val_acc":[0.92,0.96],"loss":[0.4,0.2],"acc":[0.9,0.95]}""");

        static void AssertVariable(object value, string summary, string json)
        {
            Assert.Equal(summary, value.ToDisplayString("text/plain+summary"));
            Assert.Equal(json, value.ToDisplayString("application/json"));
        }
    }

    [Fact]
    public void A_model_is_its_layers_and_not_its_properties()
    {
        using var model = torch.nn.Sequential(("dense_1", torch.nn.Linear(4, 2)));

        Assert.Contains("dense_1", model.ToDisplayString("text/plain"), StringComparison.Ordinal);
        Assert.StartsWith("<pre", model.ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    public static TheoryData<Type> Results =>
    [
        .. new[] { typeof(Figure), typeof(Callback), typeof(Experiment),
            typeof(MnistCnn.Course.CheckResult), typeof(NotebookFormatters) }
            .SelectMany(type => type.Assembly.GetExportedTypes()).Where(type =>
                type is { IsAbstract: false, IsInterface: false, IsGenericTypeDefinition: false }
                && !type.IsSubclassOf(typeof(Exception))),
    ];

    [Theory]
    [MemberData(nameof(Results))]
    public void Every_type_that_a_cell_can_end_in_is_html_and_text_and_no_tree_of_properties(Type type)
    {
        IEnumerable<string> mimeTypes = Formatter.GetPreferredMimeTypesFor(type);
        Assert.Contains("text/html", mimeTypes);
        Assert.Contains("text/plain", mimeTypes);
    }

    private static IEnumerable<string> MimeTypes(object value) => Formatter.GetPreferredMimeTypesFor(value.GetType());
}

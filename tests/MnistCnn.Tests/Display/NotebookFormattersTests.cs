using Microsoft.DotNet.Interactive.Formatting;
using MnistCnn.Charts;
using MnistCnn.Display;
using MnistCnn.Tests.Charts;
using MnistCnn.Training;
using Xunit;

namespace MnistCnn.Tests.Display;

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
            "<td>2</td><td>18s</td><td>0.2000</td><td>0.9500</td><td>0.1500</td><td>0.9600</td>",
            run.ToDisplayString("text/html"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_run_is_a_table_too() =>
        Assert.Contains("<th>Epoch</th>", Samples.Run(3).Skip(1).ToList().ToDisplayString("text/html"), StringComparison.Ordinal);

    [Fact]
    public void A_stopped_run_says_so() => Assert.EndsWith(
        "\nStopped before the last epoch.",
        new History([.. Samples.Run(1)], cancelled: true).ToDisplayString("text/plain"),
        StringComparison.Ordinal);

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

    private static IEnumerable<string> MimeTypes(object value) => Formatter.GetPreferredMimeTypesFor(value.GetType());
}

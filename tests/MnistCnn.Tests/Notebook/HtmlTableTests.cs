using System.Xml.Linq;
using Microsoft.DotNet.Interactive.Formatting;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Charts;
using MnistCnn.Tests.Lab.Experiments;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;

namespace MnistCnn.Tests.Notebook;

public class HtmlTableTests
{
    public static TheoryData<string> Tables =>
        ["epochs", "training", "summary", "model", "layer shapes", "weight shapes", "runs", "groups", "comparisons"];

    /// <summary>With each plain value .NET Interactive sends a rule for every cell: <c>text-align: start</c>.</summary>
    [Theory]
    [MemberData(nameof(Tables))]
    public void Cells_say_themselves_on_which_side_they_stand_and_heads_stand_over_their_columns(string name)
    {
        XElement table = Table(name);
        string[] heads = [.. table.Descendants("th").Select(Alignment)];
        foreach (XElement row in table.Elements("tbody").Concat(table.Elements("tfoot")).Elements("tr"))
        {
            Assert.Equal(heads, row.Elements("td").Select(Alignment));
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_wide_table_scrolls_by_keyboard_and_has_a_name(string name)
    {
        XElement place = Table(name).Parent!;
        Assert.Equal("0", place.Attribute("tabindex")?.Value);
        Assert.Equal("group", place.Attribute("role")?.Value);
        Assert.NotEmpty(place.Attribute("aria-label")!.Value);
        Assert.Contains("overflow-x:auto", place.Attribute("style")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_summary_has_the_rows_and_the_totals_of_keras()
    {
        XElement table = Table("summary");
        Assert.Equal(
            ["conv2d_1|Conv2D|(None, 26, 26, 32)|320", "flatten_1|Flatten|(None, 21632)|0", "dense_1|Dense|(None, 10)|216,330",
                "Total params|||216,650", "Trainable params|||216,650", "Non-trainable params|||0"],
            table.Descendants("tr").Skip(1).Select(row => string.Join('|', row.Elements("td").Select(cell => cell.Value))));
    }

    [Fact]
    public void Numbers_of_a_table_stand_on_the_right_and_words_on_the_left() => Assert.Equal(
        ["text-align:right", "text-align:left", "text-align:left", "text-align:left"],
        Table("layer shapes").Descendants("th").Select(Alignment));

    private static string Alignment(XElement cell) => cell.Attribute("style")!.Value.Split(';')[0] is var first
        && first.StartsWith("text-align:", StringComparison.Ordinal)
        ? first
        : throw new InvalidOperationException($"A cell says nothing of its side: {cell}");

    private static XElement Table(string name)
    {
        using Sequential model = torch.nn.Sequential(
            ("conv2d_1", torch.nn.Conv2d(1, 32, 3)), ("flatten_1", torch.nn.Flatten()), ("dense_1", torch.nn.Linear(21632, 10)));
        model.Compile(new Shape(28, 28, 1));
        Experiment runs = SampleRuns.Kernels();
        object value = name switch
        {
            "epochs" => Samples.Run(3),
            "training" => new TrainingView(new(3, 3, 10, 10, 0, 0, 0, default, Samples.Run(3)) { IsOver = true }),
            "summary" => model.Summary(),
            "model" => model,
            "layer shapes" => model.LayerShapes(),
            "weight shapes" => model.WeightShapes(),
            "runs" => runs,
            "groups" => runs.BySettings(),
            _ => runs.BySettings().Compare(Measure.TestAccuracy),
        };
        string html = value.ToDisplayString("text/html").Split("<script>")[0];
        return Assert.Single(
            XDocument.Parse($"<html>{html.Replace("&ensp;", " ", StringComparison.Ordinal)}</html>").Descendants("table"));
    }
}

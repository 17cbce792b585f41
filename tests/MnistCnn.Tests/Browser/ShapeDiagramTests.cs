using System.Xml.Linq;
using MnistCnn;
using MnistCnn.Course;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch.nn;
using Shape = MnistCnn.Shape;

namespace MnistCnn.Tests.Browser;

public sealed class ShapeDiagramTests : IDisposable
{
    public void Dispose() => Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;

    [Theory]
    [InlineData(1, "28 × 28 × 1 → 26 × 26 × 32 → 21,632 → 10")]
    [InlineData(2, "28 × 28 × 1 → 26 × 26 × 32 → 21,632 → 128 → 10")]
    [InlineData(3, "28 × 28 × 1 → 26 × 26 × 32 → 24 × 24 × 64 → 12 × 12 × 64 → 9,216 → 128 → 10")]
    public void Shows_the_shapes_of_each_network_of_the_sheet(int network, string shapes)
    {
        Assert.Equal(shapes, Prepared.Model(network).PlotShapes().ToString());

        Backend.ImageDataFormat = ImageDataFormat.ChannelsFirst;
        Assert.Equal(shapes, Prepared.Model(network).PlotShapes().ToString());
    }

    [Fact]
    public void Tells_all_of_it_in_words_and_draws_each_shape_once()
    {
        // Whole and well formed, so it can be read as XML.
        XElement html = XElement.Parse(Prepared.Model(3).PlotShapes().ToHtml());

        Assert.Equal("img", html.Attribute("role")!.Value);
        Assert.Equal(
            "The shapes in the model. An image, 28 × 28 × 1, then Conv2D 3 × 3, ReLU: 26 × 26 × 32, then Conv2D 3 × 3, ReLU: "
            + "24 × 24 × 64, then MaxPool 2 × 2, Dropout: 12 × 12 × 64, then Flatten: 9,216, then Dense, ReLU, Dropout: 128, "
            + "then Dense, Softmax: 10.", html.Attribute("aria-label")!.Value);
        Assert.Equal(7, html.Descendants("svg").Count());

        // One map, 32 behind each other as six sheets, 64 as seven; a bar; ten squares.
        Assert.Equal([1, 6, 7, 7, 1, 1, 10], html.Descendants("svg").Select(svg => svg.Elements("rect").Count()));
        Assert.Empty(html.Descendants("script"));
    }

    [Fact]
    public void Works_before_training_and_for_a_network_of_ones_own()
    {
        Sequential model = Sequential(("<b>", Conv2d(3, 4, (5, 3))), ("pool", MaxPool2d(2)), ("flatten", Flatten()));
        Assert.Throws<InvalidOperationException>(() => model.PlotShapes());

        model.Compile(new Shape(20, 30, 3));

        Assert.Equal("20 × 30 × 3 → 16 × 28 × 4 → 8 × 14 × 4 → 448", model.PlotShapes().ToString());
    }
}

using System.Text.Json;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Charts;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Lab.Inspection;

public class InspectionChartsTests
{
    private static Sequential Model => TinyNetwork.Make(ImageDataFormat.ChannelsLast);

    private static Tensor Image => TinyNetwork.Image(ImageDataFormat.ChannelsLast);

    [Fact]
    public void Filters_over_one_input_are_drawn_one_by_one()
    {
        Figure figure = Model.Filters("conv").Plot();
        JsonElement json = Samples.Json(figure);

        Assert.Equal(2, json.At("layout", "images").GetArrayLength());
        Assert.Equal("<b>Filter 1</b><br>+1.00\u00A0−1.00<br>+1.00\u00A0−1.00", json.At("data", 0, "hovertext", 1).GetString());
        Assert.Equal("Figure: Filters of conv (2 filters of 2 × 2)", figure.ToString());
        Assert.Contains("8 numbers, 2 of them negative", figure.Description, StringComparison.Ordinal);
        Assert.Equal([-1, 0, 1], json.At("data", 1, "marker", "colorbar", "tickvals").Numbers());
    }

    [Fact]
    public void Filters_over_many_inputs_become_a_mosaic()
    {
        Sequential model = Sequential(("conv", Conv2d(32, 64, 3)));

        JsonElement json = Samples.Json(model.Filters("conv").Plot());

        Assert.Equal(2, json.At("layout", "images").GetArrayLength());
        Assert.Equal("filters 32 to 63", json.At("layout", "annotations", 1, "text").GetString());
    }

    [Fact]
    public void Feature_maps_have_their_numbers_and_share_their_colours()
    {
        Figure figure = Model.Activations(Image)["relu"].PlotMaps();
        JsonElement json = Samples.Json(figure);

        Assert.Equal(2, json.At("layout", "images").GetArrayLength());
        Assert.Equal(
            "<b>Map 0</b><br>mean 20.000<br>largest 28.000<br>at row 1, column 1",
            json.At("data", 0, "hovertext", 0).GetString());
        Assert.Equal("2 maps of 2 × 2 that relu gives for one image; 1 of them stay silent.", figure.Description);
    }

    [Fact]
    public void A_layer_without_maps_cannot_be_drawn_as_maps() =>
        Assert.Throws<InvalidOperationException>(() => Model.Activations(Image)["dense"].PlotMaps());

    [Fact]
    public void Pooling_stands_before_and_after()
    {
        Figure figure = Model.PooledMaps("pool", Image, 0).PlotPooling();

        Assert.Equal(
            ["map 0 before", "map 0 after", "What the layer gives"],
            Samples.Json(figure).At("layout", "annotations").EnumerateArray().Select(a => a.At("text").GetString()));
        Assert.Contains("Map 0: 2 × 2 becomes 1 × 1", figure.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Explanations_say_what_they_explain()
    {
        GrayImage digit = Samples.Image();
        var map = new FeatureMap(28, 28, [.. Enumerable.Range(0, 784).Select(i => i == 30 ? 0.25f : 0f)]);
        Attribution[] both = [new("Occlusion", digit, 7, 0.75, map), new("Gradient", digit, 2, 0.1, map)];
        Figure figure = both.Plot("Why");

        Assert.Equal(
            [
                "Occlusion: 7", "75.0 %<br>at most −25.0 points", "Gradient: 2", "10.0 %",
                "Occlusion: points of probability lost",
            ],
            Samples.Json(figure).At("layout", "annotations").EnumerateArray().Select(a => a.At("text").GetString()));
        Assert.Equal(
            "Why: covering row 1, column 2 costs the 7 most, 25.0 of 75.0 %; "
            + "the score of the 2 changes fastest with row 1, column 2.",
            figure.Description);
        Assert.Equal("Figure: Why (none)", Array.Empty<Attribution>().Plot("Why").ToString());
    }

    [Fact]
    public void Occlusions_share_their_scale_and_one_that_stays_white_on_it_says_so()
    {
        GrayImage paper = new(28, 28, new float[784]);
        Attribution Of(float points) => new(
            "Occlusion", paper, 7, 1, new(28, 28, [.. Enumerable.Range(0, 784).Select(i => i == 30 ? points / 100 : 0f)]));
        JsonElement both = Samples.Json(new[] { Of(88), Of(0.5f) }.Plot()), alone = Samples.Json(new[] { Of(0.5f) }.Plot());

        Assert.Equal(["−88", "0", "88"], both.At("data", 1, "marker", "colorbar", "ticktext").Texts());
        Assert.Equal("100.0 %<br>at most −88.0 points", both.At("layout", "annotations", 1, "text").GetString());
        const string empty = "100.0 %<br>at most −0.5 points,<br>too little to be seen";
        Assert.Equal(empty, both.At("layout", "annotations", 3, "text").GetString());
        Assert.Equal(empty, alone.At("layout", "annotations", 1, "text").GetString());
        Assert.Equal(10, alone.At("data", 1, "marker", "cmax").GetDouble(), 5);
    }

    [Fact]
    public void Top_activations_carry_their_number_below()
    {
        Figure figure = new[] { new TopActivation(17, Samples.Image(), 2.5f, 3, 4, new PixelPatch(3, 4, 5, 5)) }.Plot();
        JsonElement json = Samples.Json(figure);

        Assert.Equal("2.50", json.At("layout", "annotations", 0, "text").GetString());
        Assert.Equal("<b>Image 17</b><br>2.500 from<br>rows 3–7,<br>columns 4–8", json.At("data", 0, "hovertext", 0).GetString());
    }

    [Fact]
    public void Samples_are_dots_in_named_clouds_with_their_images_and_errors_are_crosses()
    {
        var components = PrincipalComponents.Fit(tensor(new float[,] { { 3, 0 }, { -3, 0 }, { 0, 1 }, { 0, -1 } }));
        var evaluation = Samples.Evaluation(0, [4, 7, 4, 7], [.. Row(4), .. Row(7), .. Row(9), .. Row(7)]);

        Figure figure = components.Plot(evaluation);
        JsonElement data = Samples.Json(figure).At("data");

        Assert.Equal(["4", "7", "read as another digit"], data.EnumerateArray().Select(trace => trace.At("name").GetString()));
        Assert.Equal([3], data.At(0, "x").Numbers());
        Assert.Equal([0], data.At(0, "customdata").Numbers());
        JsonElement layout = Samples.Json(figure).At("layout");
        Assert.Equal(
            ["<b>4</b>", "<b>7</b>"], layout.At("annotations").EnumerateArray().Select(name => name.At("text").GetString()));
        Assert.StartsWith(
            "data:image/png;base64,", layout.At("meta", "pictures", "source").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, layout.At("meta", "pictures", "columns").GetInt32());
        Assert.Equal("<b>4</b>, image %{customdata}<extra></extra>", data.At(0, "hovertemplate").GetString());
        Assert.Equal([2], data.At(2, "customdata").Numbers());
        Assert.Equal(0, data.At(2, "x", 0).GetDouble());
        Assert.Equal("<b>4</b> read as <b>9</b>, image %{customdata}<extra></extra>", data.At(2, "hovertemplate").GetString());
        Assert.Equal("Figure: The samples in two dimensions (4 samples, 1 error)", figure.ToString());
        Assert.Throws<ArgumentException>(() => components.Plot(Samples.Evaluation(0, [1], Row(1))));

        Evaluation vectors = Samples.Evaluation(
            0, [4, 7, 4, 7], [.. Row(4), .. Row(7), .. Row(9), .. Row(7)], _ => throw new InvalidOperationException("no image"));
        Assert.False(Samples.Json(components.Plot(vectors)).At("layout", "meta").TryGetProperty("pictures", out _));

        // Rounded, but finer than a screen shows.
        var close = PrincipalComponents.Fit(
            tensor(new float[,] { { -6, 0 }, { 6, 0 }, { 0.01f, 0.1f }, { 0.03f, -0.1f } }));
        JsonElement near = Samples.Json(close.Plot(evaluation)).At("data");
        Assert.Equal(4, near.EnumerateArray().SelectMany(trace => trace.At("x").Numbers()).Distinct().Count());

        static float[] Row(int label) => [.. Enumerable.Range(0, 10).Select(i => i == label ? 1f : 0f)];
    }

    [Fact]
    public void White_is_nothing_and_full_colour_the_largest_number()
    {
        var colors = new ColorScale(2);

        Assert.Equal(0xFFFFFF, colors[0]);
        Assert.Equal(ColorScale.Parse(ChartStyle.Orange), colors[2]);
        Assert.Equal(ColorScale.Parse(ChartStyle.Blue), colors[-5]);
        Assert.Equal(0xEAAE80, ColorScale.Mix(0xFFFFFF, ColorScale.Parse(ChartStyle.Orange), 0.5f));
    }

    [Fact]
    public void A_frame_lies_inside_its_rectangle_and_is_cut_at_the_edge()
    {
        var image = new ColorImage(4, 5);
        image.Frame(-1, 1, 4, 3, line: 1, 9);

        Assert.Equal(
            [0, 9, 0, 9, 0, 0, 9, 0, 9, 0, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0],
            Enumerable.Range(0, 20).Select(i => image[i / 5, i % 5]));
    }
}

using MnistCnn;
using MnistCnn.Lab;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Shape = MnistCnn.Shape;

namespace MnistCnn.Tests.Lab.Inspection;

public sealed class ActivationsTests : IDisposable
{
    public void Dispose() => Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;

    [Fact]
    public void An_image_leaves_about_0_6_MB_in_the_third_network_of_the_exercise()
    {
        Sequential model = Sequential(
            ("conv2d_3", Conv2d(1, 32, 3)), ("relu_4", ReLU()), ("conv2d_4", Conv2d(32, 64, 3)), ("relu_5", ReLU()),
            ("max_pooling2d_1", MaxPool2d(2)), ("dropout_3", Dropout(0.25)), ("flatten_3", Flatten()),
            ("dense_4", Linear(12 * 12 * 64, 128)), ("relu_6", ReLU()), ("dropout_4", Dropout(0.5)),
            ("dense_5", Linear(128, 10)), ("softmax_3", Softmax(1))).Compile(new Shape(28, 28, 1), seed: 1);
        Assert.InRange(model.Activations(zeros(1, 28, 28, 1)).Sum(layer => 4e-6 * layer.Values.numel()), 0.55, 0.65);
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void Every_layer_gives_what_one_computes_by_hand(ImageDataFormat format)
    {
        Sequential model = TinyNetwork.Make(format);

        var layers = model.Activations(TinyNetwork.Image(format));

        Assert.Equal(["conv", "relu", "pool", "drop", "flatten", "dense", "softmax"], layers.Select(layer => layer.Name));

        // The first filter adds up each window, the second takes its right column from its left one.
        Assert.Equal([12f, 16, 24, 28], layers["conv"].Map(0).Values);
        Assert.Equal([-2f, -2, -2, -2], layers["conv"].Map(1).Values);
        Assert.Equal([0f, 0, 0, 0], layers["relu"].Map(1).Values);
        Assert.Equal([28f], layers["pool"].Map(0).Values);
        Assert.Equal(layers["pool"].Values.data<float>(), layers["drop"].Values.data<float>());
        Assert.Equal([28f, 0], layers["flatten"].Values.data<float>().ToArray());
        Assert.Equal([0.28f, 1f], layers["dense"].Values.data<float>().ToArray(), Near);
        Assert.Equal(new Shape(1, 2, 2, 2), layers["conv"].Values.Shape());
        Assert.Equal("dense (Dense): (1, 2)", layers["dense"].ToString());
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void One_layer_for_many_samples_is_the_same_as_all_layers_for_each(ImageDataFormat format)
    {
        Sequential model = TinyNetwork.Make(format);
        Tensor one = TinyNetwork.Image(format);
        Tensor many = cat([.. Enumerable.Range(0, 230).Select(i => one * (i - 100))]);

        Tensor given = model.ActivationsOf("relu", many);

        Assert.Equal(new Shape([230, .. model.Activations(one)["relu"].Values.shape[1..]]), given.Shape());
        foreach (int i in new[] { 0, 99, 100, 229 })
        {
            Assert.Equal(model.Activations(many[i..(i + 1)])["relu"].Values.data<float>(), given[i].contiguous().data<float>());
        }
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void Top_activations_come_largest_first_with_the_window_that_each_depends_on(ImageDataFormat format)
    {
        Sequential model = TinyNetwork.Make(format);
        Tensor one = TinyNetwork.Image(format);
        Tensor images = cat([one, one * 3, one * 2, one * -1]);

        IReadOnlyList<TopActivation> top = model.TopActivations("relu", 0, images, count: 3);

        Assert.Equal([1, 2, 0], top.Select(activation => activation.Index));
        Assert.Equal([84f, 56, 28], top.Select(activation => activation.Value));
        Assert.All(top, activation => Assert.Equal((1, 1), (activation.Row, activation.Column)));
        Assert.Equal(new PixelPatch(1, 1, 2, 2), top[0].Patch);
        Assert.Equal("Image 1: 84.00 at rows 1–2, columns 1–2", top[0].ToString());
    }

    [Fact]
    public void Top_activations_are_the_largest_numbers_of_the_layers_own_maps()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        Sequential model = Sequential(
            ("conv_1", Conv2d(1, 3, 3)), ("relu_1", ReLU()), ("conv_2", Conv2d(3, 4, 3, padding: 1, bias: false)),
            ("norm", BatchNorm2d(4)), ("relu_2", ReLU()), ("conv_3", Conv2d(4, 6, 2, stride: 2, groups: 2)),
            ("pool", MaxPool2d(2)), ("conv_4", Conv2d(6, 5, (1, 2), padding: TorchSharp.Padding.Same)), ("drop", Dropout(0.5)),
            ("flatten", Flatten()), ("dense", Linear(20, 2)), ("softmax", Softmax(1)));
        model.Compile(new Shape(10, 10, 1), seed: 4);
        Tensor images = rand(103, 10, 10, 1);

        foreach (string layer in new[] { "conv_1", "relu_1", "conv_2", "norm", "relu_2", "conv_3", "pool", "conv_4", "drop" })
        {
            Tensor maps = model.ActivationsOf(layer, images);
            int channel = (int)maps.shape[3] - 1;
            float[] largest = [.. maps.select(3, channel).flatten(1).max(1).values.data<float>().OrderDescending().Take(9)];
            float[] found = [.. model.TopActivations(layer, channel, images).Select(activation => activation.Value)];
            Assert.All(largest.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            Assert.Throws<ArgumentOutOfRangeException>(() => model.TopActivations(layer, channel + 1, images));
        }
    }

    [Fact]
    public void Looking_leaves_mode_hooks_and_gradients_alone()
    {
        Sequential model = TinyNetwork.Make(ImageDataFormat.ChannelsLast);
        model.train();
        Tensor image = TinyNetwork.Image(ImageDataFormat.ChannelsLast);

        int first = model.Activations(image).Count;
        model.TopActivations("relu", 0, image);
        model.Occlusion(image, 0);
        model.Saliency(image, 0);

        Assert.True(model.training);
        Assert.Equal(first, model.Activations(image).Count);
        Assert.All(model.parameters(), parameter => Assert.True(parameter.grad is null));
    }

    [Fact]
    public void A_layer_that_is_not_there_is_answered_with_those_that_are()
    {
        Sequential model = TinyNetwork.Make(ImageDataFormat.ChannelsLast);
        Tensor image = TinyNetwork.Image(ImageDataFormat.ChannelsLast);
        const string Expected = "There is no layer relu_9; the model has conv, relu, pool, drop, flatten, dense, softmax.";

        Assert.StartsWith(Expected, Assert.Throws<ArgumentException>(() => model.Activations(image)["relu_9"]).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(Expected, Assert.Throws<ArgumentException>(() => model.ActivationsOf("relu_9", image)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            Expected, Assert.Throws<ArgumentException>(() => model.Filters("relu_9")).Message, StringComparison.Ordinal);
        Assert.StartsWith(Expected, Assert.Throws<ArgumentException>(() => model.TopActivations("relu_9", 0, image)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_place_in_the_image_has_no_maps()
    {
        Sequential model = TinyNetwork.Make(ImageDataFormat.ChannelsLast);
        Tensor image = TinyNetwork.Image(ImageDataFormat.ChannelsLast);

        Assert.Contains("no feature maps", Assert.Throws<InvalidOperationException>(
            () => model.Activations(image)["dense"].Map(0)).Message, StringComparison.Ordinal);
        Assert.Contains("sees the whole image",
            Assert.Throws<ArgumentException>(() => model.TopActivations("dense", 0, image)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Activations(image)["conv"].Map(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.TopActivations("conv", 2, image));
        Assert.Contains("(None, 3, 3, 1)",
            Assert.Throws<ArgumentException>(() => model.Activations(zeros(1, 4, 4, 1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void Filters_are_the_windows_of_each_output_over_each_input(ImageDataFormat format)
    {
        ConvolutionFilters filters = TinyNetwork.Make(format).Filters("conv");

        Assert.Equal((2, 1, 2, 2), (filters.Outputs, filters.Inputs, filters.Rows, filters.Columns));
        Assert.Equal([1f, -1, 1, -1], filters[1, 0].Values);
        Assert.Equal("conv: 2 filters of 2 × 2 over 1 input", filters.ToString());
        Assert.Contains("only a Conv2D",
            Assert.Throws<ArgumentException>(() => TinyNetwork.Make(format).Filters("dense")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void Pooling_names_the_places_of_what_it_keeps(ImageDataFormat format)
    {
        IReadOnlyList<PooledMap> maps = TinyNetwork.Make(format).PooledMaps("pool", TinyNetwork.Image(format)[0]);

        Assert.Equal(2, maps.Count);
        Assert.Equal([12f, 16, 24, 28], maps[0].Before.Values);
        Assert.Equal([28f], maps[0].After.Values);
        Assert.Equal([(1, 1)], maps[0].Kept);
        Assert.Equal("Map 0: 2 × 2 becomes 1 × 1", maps[0].ToString());
    }

    [Fact]
    public void A_receptive_field_grows_from_layer_to_layer()
    {
        Sequential model = Sequential(
            ("conv1", Conv2d(1, 2, 3)), ("conv2", Conv2d(2, 2, 3)),
            ("pool", MaxPool2d(2)), ("conv3", Conv2d(2, 2, 3, padding: 1)),
            ("strided", Conv2d(2, 2, 3, stride: 2, dilation: 2)), ("same", Conv2d(2, 2, 5, padding: TorchSharp.Padding.Same)));

        Assert.Equal(new ReceptiveField(3, 3, 1, 1, 0, 0), ReceptiveField.Of(model, "conv1"));
        Assert.Equal(new ReceptiveField(5, 5, 1, 1, 0, 0), ReceptiveField.Of(model, "conv2"));
        Assert.Equal(new ReceptiveField(6, 6, 2, 2, 0, 0), ReceptiveField.Of(model, "pool"));
        Assert.Equal(new ReceptiveField(10, 10, 2, 2, -2, -2), ReceptiveField.Of(model, "conv3"));
        Assert.Equal(new ReceptiveField(18, 18, 4, 4, -2, -2), ReceptiveField.Of(model, "strided"));
        Assert.Equal(new ReceptiveField(34, 34, 4, 4, -10, -10), ReceptiveField.Of(model, "same"));
        Assert.Equal("6 × 6 pixels, 2 apart", ReceptiveField.Of(model, "pool").ToString());
        Assert.Equal(new PixelPatch(0, 4, 8, 10), ReceptiveField.Of(model, "conv3").Patch(0, 3, 28, 28));
    }

    [Fact]
    public void Numbers_outside_its_receptive_field_do_not_change_a_feature_map()
    {
        Sequential model = Sequential(("conv1", Conv2d(1, 2, 3)), ("conv2", Conv2d(2, 2, 3)), ("pool", MaxPool2d(2)));
        model.Compile(new Shape(12, 12, 1), seed: 3);
        PixelPatch patch = ReceptiveField.Of(model, "pool").Patch(1, 2, 12, 12);
        Tensor image = rand(1, 12, 12, 1);
        float before = model.Activations(image)["pool"].Map(0)[1, 2];
        for (int pixel = 0; pixel < 144; pixel++)
        {
            (int row, int column) = (pixel / 12, pixel % 12);
            Tensor other = image.clone();
            other[0, row, column, 0] += 100;
            bool inside = row >= patch.Row && row < patch.Row + patch.Rows
                && column >= patch.Column && column < patch.Column + patch.Columns;
            Assert.True(inside || model.Activations(other)["pool"].Map(0)[1, 2] == before);
        }
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-5;
}

using System.Text.Json;
using MnistCnn;
using MnistCnn.Course;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Shape = MnistCnn.Shape;

namespace MnistCnn.Tests.Browser;

public sealed class NetworkExplorerTests : IDisposable
{
    public void Dispose() => Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;

    [Fact]
    public void The_third_network_fits_into_a_megabyte_and_reads_as_well_as_before()
    {
        Sequential model = Prepared.Model(3);
        (Tensor x, Tensor y) = Images(1000);

        NetworkExplorer explorer = model.Explore();

        Assert.Equal(5, explorer.Bits);
        Assert.InRange(explorer.Bytes, 800_000, 1_000_000);
        Tensor difference = (model.Predict(x) - explorer.Model.Predict(x)).abs();
        Assert.True(difference[..200].max().item<float>() < 0.01);
        Assert.InRange(model.Evaluate(x, y).Accuracy - explorer.Model.Evaluate(x, y).Accuracy, -0.002, 0.002);
    }

    [Fact]
    public void The_first_network_loses_nothing()
    {
        Sequential model = Prepared.Model(1);
        (Tensor x, _) = Images(200);

        NetworkExplorer explorer = model.Explore();

        Assert.Equal(8, explorer.Bits);
        Assert.True((model.Predict(x) - explorer.Model.Predict(x)).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Both_data_formats_store_the_same_network()
    {
        NetworkExplorer last = Prepared.Model(1).Explore();
        Backend.ImageDataFormat = ImageDataFormat.ChannelsFirst;
        Sequential model = Prepared.Model(1);
        NetworkExplorer first = model.Explore();

        Assert.Equal(last.ToHtml(), first.ToHtml());
        Tensor x = Images(50).X.permute(0, 3, 1, 2).contiguous();
        Assert.True((model.Predict(x) - first.Model.Predict(x)).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void The_fragment_is_the_same_every_time_and_stands_alone()
    {
        NetworkExplorer explorer = Small().Explore(Images(3).X);
        string html = explorer.ToHtml();

        Assert.Equal(html, Small().Explore(Images(3).X).ToHtml());
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" id=", html, StringComparison.Ordinal);
        Assert.Contains("The network reads this image as", html, StringComparison.Ordinal);
        Assert.Contains("<img alt=\"\"", html, StringComparison.Ordinal);
        Assert.NotEqual(html, Small(seed: 2).Explore(Images(3).X).ToHtml());
    }

    [Fact]
    public void Without_an_image_it_begins_with_a_seven()
    {
        string html = Prepared.Model(1).Explore().ToHtml();

        Assert.Contains("The network reads this image as 7 (", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_without_softmax_tells_probabilities_too()
    {
        Sequential bare = Sequential(("flatten", Flatten()), ("dense", Linear(784, 10))).Compile(new Shape(28, 28, 1), seed: 1);

        string told = bare.Explore(Images(1).X).ToHtml().Split("reads this image as ")[1];

        Assert.Matches(@"^\d \(\d+\.\d %\)", told);
    }

    [Fact]
    public void A_name_cannot_end_the_script()
    {
        Sequential model = Sequential(
            ("</script><img onerror=alert(1)>", Flatten()), ("dense", Linear(784, 10)), ("softmax", Softmax(1)));
        string html = model.Compile(new Shape(28, 28, 1), seed: 1).Explore().ToHtml();

        Assert.Equal(2, html.Split("</script>").Length);
        Assert.DoesNotContain("<img onerror", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_weights_are_stored_channel_by_channel()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        Sequential model = Sequential(("conv", Conv2d(1, 2, 27)), ("flatten", Flatten()), ("dense", Linear(8, 1)));
        model.Compile(new Shape(28, 28, 1));
        MnistCnn.Tests.Lab.Inspection.TinyNetwork.Set(model, "dense.weight", 1, 2, 3, 4, 5, 6, 7, 127);

        PackedNetwork packed = PackedNetwork.Of(model, 100_000);

        // Pixel by pixel, the channels side by side, become channel by channel.
        Assert.Equal([1, 3, 5, 7, 2, 4, 6, 127], packed.Numbers.TakeLast(8).Select(number => (sbyte)number));
        Assert.Equal(["conv2d", "flatten", "dense"], packed.Layers.Select(layer => layer.Kind));
        JsonElement conv = JsonDocument.Parse(packed.Json).RootElement.GetProperty("layers")[0];
        Assert.Equal((1, 2, 27),
            (conv.GetProperty("inputs").GetInt32(), conv.GetProperty("outputs").GetInt32(), conv.GetProperty("rows").GetInt32()));
    }

    [Fact]
    public void What_the_script_does_not_know_is_named()
    {
        Sequential strided = Sequential(("wide", Conv2d(1, 2, 3, stride: 2)), ("flatten", Flatten()), ("dense", Linear(338, 10)));
        Sequential tanh = Sequential(("flatten", Flatten()), ("bend", Tanh()), ("dense", Linear(784, 10)));

        Assert.Contains("cannot compute wide (Conv2D)",
            Assert.Throws<ArgumentException>(() => strided.Explore()).Message, StringComparison.Ordinal);
        Assert.Contains("cannot compute bend (Tanh)",
            Assert.Throws<ArgumentException>(() => tanh.Explore()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_does_not_fit_or_reads_other_images_is_refused()
    {
        Sequential color = Sequential(("flatten", Flatten()), ("dense", Linear(3072, 10)));
        color.Compile(new Shape(32, 32, 3));

        Assert.Contains("there is room for 1,000",
            Assert.Throws<ArgumentException>(() => Small().Explore(mostBytes: 1000)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "(32, 32, 3)", Assert.Throws<ArgumentException>(() => color.Explore()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Small().Explore(zeros(2, 20, 20, 1)));
    }

    private static Sequential Small(long seed = 1) =>
        Sequential(("flatten", Flatten()), ("dense", Linear(784, 10)), ("softmax", Softmax(1)))
        .Compile(new Shape(28, 28, 1), seed: seed);

    private static (Tensor X, Tensor Y) Images(int count)
    {
        LabeledImages test = Mnist.Load().Test;
        return (test.Images[..count].to(float32).reshape(-1, 28, 28, 1) / 255, test.Labels[..count].ToCategorical(10));
    }
}

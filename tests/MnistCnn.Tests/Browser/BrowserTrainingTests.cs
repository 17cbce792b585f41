using System.IO.Compression;
using System.Text.RegularExpressions;
using MnistCnn;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Browser;

public partial class BrowserTrainingTests
{
    [Fact]
    public void Four_thousand_images_take_little_more_than_half_a_megabyte()
    {
        string html = new BrowserTraining(Images(3000), Images(1000, from: 3000)).ToHtml();
        Assert.InRange(html.Length, 400_000, 600_000);
    }

    [Fact]
    public void The_images_lie_in_the_output_as_they_are_to_sixteen_shades()
    {
        (Tensor x, Tensor y) = Images(30);
        string html = new BrowserTraining((x[..20], y[..20]), (x[20..], y[20..])).ToHtml();
        Match images = Data().Match(html);
        using var zlib = new ZLibStream(
            new MemoryStream(Convert.FromBase64String(images.Groups["pixels"].Value)), CompressionMode.Decompress);
        using var pairs = new MemoryStream();
        zlib.CopyTo(pairs);

        Assert.Equal(string.Concat(y.argmax(1).data<long>()), images.Groups["labels"].Value);
        float[] stored = [.. pairs.ToArray().SelectMany(pair => (float[])[(pair >> 4) / 15f, (pair & 15) / 15f])];
        Assert.True((tensor(stored) - x.flatten()).abs().max().item<float>() <= 0.5f / 15 + 1e-6f);
    }

    [Fact]
    public void The_fragment_is_the_same_every_time_and_stands_alone()
    {
        (Tensor x, Tensor y) = Images(30);
        var training = new BrowserTraining((x[..20], y[..20]), (x[20..], y[20..]));
        string html = training.ToHtml();
        Tensor first = x.reshape(-1, 1, 28, 28);

        Assert.Equal(html, new BrowserTraining((first[..20], y[..20]), (first[20..], y[20..])).ToHtml());
        Assert.NotEqual(html, new BrowserTraining((x[1..21], y[1..21]), (x[20..], y[20..])).ToHtml());
        Assert.Equal("A network to train in the page, on 20 images; 10 are held out", training.ToString());
        Assert.Contains(training.ToString(), html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\nimport ", html, StringComparison.Ordinal);
        Assert.Equal(2, html.Split("</script>").Length);
    }

    [Fact]
    public void What_cannot_be_trained_on_is_refused()
    {
        (Tensor x, Tensor y) = Images(4);
        Refuses("(n, 28, 28, 1)", () => new BrowserTraining((x.reshape(4, 28, 28), y), (x, y)));
        Refuses("divide by 255", () => new BrowserTraining((x, y), (x * 255, y)));
        Refuses("given NaN in image 0", () => new BrowserTraining((x / 0, y), (x, y)));
        Refuses("float32", () => new BrowserTraining((x.to(uint8), y), (x, y)));
        Refuses("one-hot", () => new BrowserTraining((x, y.argmax(1)), (x, y)));
        Refuses("(n, 10)", () => new BrowserTraining((x, Images(4).Y.argmax(1).remainder(5).ToCategorical(5)), (x, y)));
        Refuses("as many targets as samples", () => new BrowserTraining((x, y), (x, y[..3])));
        Refuses("at least one sample", () => new BrowserTraining((x[..0], y[..0]), (x, y)));
        Refuses("there is room for 100", () => new BrowserTraining((x, y), (x, y), mostBytes: 100));
        Assert.Throws<ArgumentNullException>(() => _ = new BrowserTraining((null!, y), (x, y)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new BrowserTraining((x, y), (x, y), mostBytes: 0));
    }

    private static void Refuses(string because, Func<BrowserTraining> making) =>
        Assert.Contains(because, Assert.Throws<ArgumentException>(() => _ = making()).Message, StringComparison.Ordinal);

    private static (Tensor X, Tensor Y) Images(int count, int from = 0)
    {
        LabeledImages images = Mnist.Load().Train;
        Range range = from..(from + count);
        return (images.Images[range].to(float32).reshape(-1, 28, 28, 1) / 255, images.Labels[range].ToCategorical(10));
    }

    [GeneratedRegex("\"labels\":\"(?<labels>\\d+)\",\"pixels\":\"(?<pixels>[^\"]+)\"", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Data();
}

using MnistCnn;
using MnistCnn.Course;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using Check = MnistCnn.Course.Check;

namespace MnistCnn.Tests.Checks;

public sealed class PreparedTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        _scope.Dispose();
    }

    [Fact]
    public void The_prepared_data_pass_the_checks_and_stay_after_the_call()
    {
        var (train, val, test) = Prepared.Data();
        Answers.Passes(Check.Split(train.X, val.X, train.Y, val.Y));
        Assert.Equal("(42000, 28, 28, 1)", train.X.Shape().ToString());
        Assert.Equal("(10000, 28, 28, 1)", test.X.Shape().ToString());
        Answers.Passes(Check.OneHot(Answers.TrainLabels.ToCategorical(10), test.Y));
    }

    [Theory]
    [InlineData(1, 0.95, ImageDataFormat.ChannelsLast)]
    [InlineData(2, 0.94, ImageDataFormat.ChannelsLast)]
    [InlineData(3, 0.96, ImageDataFormat.ChannelsLast)]
    [InlineData(1, 0.95, ImageDataFormat.ChannelsFirst)]
    [InlineData(3, 0.96, ImageDataFormat.ChannelsFirst)]
    public void The_trained_networks_read_digits_in_either_format(int number, double accuracy, ImageDataFormat format)
    {
        Backend.ImageDataFormat = format;
        Sequential model = Prepared.Model(number);
        Answers.Passes(Check.Network(number, model, format == ImageDataFormat.ChannelsFirst ? [1, 28, 28] : [28, 28, 1]));
        Tensor images = Answers.RawTest[..1000].to(float32) / 255;
        Tensor x = format == ImageDataFormat.ChannelsFirst ? images.unsqueeze(1) : images.unsqueeze(-1);
        Assert.InRange(model.Evaluate(x, Answers.TestLabels[..1000].ToCategorical(10)).Accuracy, accuracy, 1);
    }

    [Fact]
    public void The_files_are_small()
    {
        FileInfo[] files =
        [
            .. Enumerable.Range(1, 3)
                .Select(number => new FileInfo(Repository.PathOf("data", "models", Prepared.FileName(number)))),
        ];
        Assert.InRange(files.Sum(file => file.Length), 1, 5_000_000);
        string readme = File.ReadAllText(Repository.PathOf("data", "models", "README.md"));
        Assert.All(files, file => Assert.Contains(
            FormattableString.Invariant($"| {file.Length:N0} |"), readme, StringComparison.Ordinal));
    }

    [Fact]
    public void There_are_three_networks() => Assert.Throws<ArgumentOutOfRangeException>(() => Prepared.Model(4));
}

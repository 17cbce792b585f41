using System.Buffers.Binary;
using System.IO.Compression;
using MnistCnn;
using MnistCnn.Course;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Check = MnistCnn.Course.Check;

namespace MnistCnn.Tests.Checks;

public sealed class CorrectStateTests : IDisposable
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
        var (train, val, test) = CorrectState.PreparedData();
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
        Sequential model = CorrectState.TrainedModel(number);
        Answers.Passes(Check.Network(number, model, format == ImageDataFormat.ChannelsFirst ? [1, 28, 28] : [28, 28, 1]));
        Tensor images = Answers.RawTest[..1000].to(float32) / 255;
        Tensor x = format == ImageDataFormat.ChannelsFirst ? images.unsqueeze(1) : images.unsqueeze(-1);
        Assert.InRange(model.Evaluate(x, Answers.TestLabels[..1000].ToCategorical(10)).Accuracy, accuracy, 1);
    }

    [Fact]
    public void The_files_are_small()
    {
        FileInfo[] files = [.. Enumerable.Range(1, 3).Select(number => new FileInfo(Repository.PathOf("data", "models", CorrectState.FileName(number))))];
        Assert.InRange(files.Sum(file => file.Length), 1, 5_000_000);
        string readme = File.ReadAllText(Repository.PathOf("data", "models", "README.md"));
        Assert.All(files, file => Assert.Contains(FormattableString.Invariant($"| {file.Length:N0} |"), readme, StringComparison.Ordinal));
    }

    [Fact]
    public void There_are_three_networks() => Assert.Throws<ArgumentOutOfRangeException>(() => CorrectState.TrainedModel(4));

    [Fact]
    public void Weights_come_back_as_they_were_to_a_127th_of_the_largest_in_their_row()
    {
        using var folder = new TemporaryFolder();
        Sequential written = Sequential(("a", Conv2d(1, 3, 3)), ("b", Linear(4, 2)));
        Sequential read = Sequential(("a", Conv2d(1, 3, 3)), ("b", Linear(4, 2)));
        WeightFile.Write(folder.File("w.gz"), written);
        WeightFile.Read(folder.File("w.gz"), read);
        foreach (var (first, second) in written.parameters().Zip(read.parameters()))
        {
            double step = first.abs().max().item<float>() / 127;
            Assert.InRange((first - second).abs().max().item<float>(), 0, step * 0.51);
        }
    }

    [Fact]
    public void A_damaged_or_foreign_file_is_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("w.gz");
        Sequential model = Sequential(("a", Linear(4, 2)));
        WeightFile.Write(path, model);
        byte[] plain = Unzip(File.ReadAllBytes(path));

        Refused("expected a.weight of shape (3, 4), found (2, 4)", Sequential(("a", Linear(4, 3))));
        Refused("expected 4 tensors, found 2", Sequential(("a", Linear(4, 2)), ("b", Linear(2, 2))));
        Rewrite(plain[..^1]);
        Refused("ends too early", model);
        Rewrite([.. plain, 0]);
        Refused("more after the last tensor", model);
        Rewrite([.. "NOPE"u8, .. plain[4..]]);
        Refused("MCW1", model);
        Rewrite([.. plain[..4], 255, 255, 255, 127, .. plain[8..]]);
        Refused("expected 1 to 1,000 tensors", model);
        File.WriteAllText(path, "no gzip at all");
        Assert.Throws<InvalidDataException>(() => WeightFile.Read(path, model));
        Assert.Throws<FileNotFoundException>(() => WeightFile.Read(folder.File("none"), model));

        void Rewrite(byte[] bytes)
        {
            using var file = new GZipStream(File.Create(path), CompressionLevel.Fastest);
            file.Write(bytes);
        }

        void Refused(string reason, nn.Module into) =>
            Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => WeightFile.Read(path, into)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_refused_leaves_the_model_as_it_was()
    {
        using var folder = new TemporaryFolder();
        WeightFile.Write(folder.File("w.gz"), Sequential(("a", Linear(4, 2)), ("b", Linear(2, 5))));
        Sequential model = Sequential(("a", Linear(4, 2)), ("b", Linear(2, 3)));
        float[] before = Weights();
        Assert.Throws<InvalidDataException>(() => WeightFile.Read(folder.File("w.gz"), model));
        Assert.Equal(before, Weights());

        float[] Weights() => [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
    }

    [Fact]
    public void A_header_that_claims_millions_costs_no_memory()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("w.gz");
        Sequential model = Sequential(("a", Linear(4, 2)));
        WeightFile.Write(path, model);
        byte[] plain = Unzip(File.ReadAllBytes(path));
        int shape = 4 + 4 + 1 + "a.weight".Length + 1;
        BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(shape), 40_000_000);
        BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(shape + 4), 1);
        using (var file = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            file.Write(plain);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => WeightFile.Read(path, model));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1 << 20);
        Assert.Contains("expected a.weight of shape (2, 4), found (40000000, 1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_whose_length_is_none_is_damage()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("w.gz");
        foreach (byte[] length in (byte[][])[[255, 255, 255, 255, 255], [255, 255, 255, 255, 15]])
        {
            using (var file = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            {
                file.Write([.. "MCW1"u8, 2, 0, 0, 0, .. length, 1, 2, 3]);
            }

            Assert.Throws<InvalidDataException>(() => WeightFile.Read(path, Sequential(("a", Linear(4, 2)))));
        }
    }

    private static byte[] Unzip(byte[] bytes)
    {
        using var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        zip.CopyTo(plain);
        return plain.ToArray();
    }
}

using System.IO.Compression;
using System.Text;
using MnistCnn.Course;
using MnistCnn.Native;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Callbacks;

public sealed class QuantizedWeightsTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();
    private readonly Sequential _model = Sequential(("a", Linear(4, 2)));

    private string File => _folder.File("w.safetensors.gz");

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Weights_come_back_as_they_were_to_a_127th_of_the_largest_in_their_row()
    {
        Sequential written = Sequential(("a", Conv2d(1, 3, 3)), ("b", Linear(4, 2)));
        Sequential read = Sequential(("a", Conv2d(1, 3, 3)), ("b", Linear(4, 2)));
        QuantizedWeights.Write(File, written);
        QuantizedWeights.Read(File, read);
        foreach (var (first, second) in written.parameters().Zip(read.parameters()))
        {
            Tensor step = first.reshape(first.shape[0], -1).abs().amax([1], keepdim: true) / 127;
            Assert.True(((first - second).reshape(first.shape[0], -1).abs() <= step * 0.51).all().item<bool>());
        }
    }

    [Fact]
    public void The_file_takes_about_a_quarter_of_the_room()
    {
        Sequential model = Sequential(("a", Linear(784, 128)), ("b", Linear(128, 10)));
        QuantizedWeights.Write(File, model);
        Assert.InRange(new FileInfo(File).Length / (4.0 * model.parameters().Sum(weight => weight.numel())), 0.23, 0.26);
    }

    [Fact]
    public void The_file_is_safetensors_in_gzip()
    {
        using (no_grad())
        {
            _model.parameters().First().copy_(tensor(new float[,] { { 1, -127, 0, 63 }, { 0, 0, 0, 0 } }));
        }

        QuantizedWeights.Write(File, _model);
        using SafetensorsFile file = SafetensorsFile.Parse("w", Unzipped());
        Assert.Equal(["a.weight.scale", "a.bias.scale", "a.weight", "a.bias"], file.Tensors.Keys);
        Assert.Equal([1, -127, 0, 63, 0, 0, 0, 0], file.Tensors["a.weight"].to(float32).data<float>());
        Assert.Equal([1, 0], file.Tensors["a.weight.scale"].data<float>());
    }

    [Fact]
    public void A_damaged_or_foreign_file_is_refused_with_the_reason()
    {
        QuantizedWeights.Write(File, _model);
        byte[] plain = Unzipped();

        Refused("expected a.weight of shape (3, 4), Int8, found (2, 4), Int8.", Sequential(("a", Linear(4, 3))));
        Refused("expected 8 tensors, found 4", Sequential(("a", Linear(4, 2)), ("b", Linear(2, 2))));
        Refused("expected c.weight of shape (2, 4), Int8, found none", Sequential(("c", Linear(4, 2))));
        Zip(plain[..^1]);
        Refused("its checksum is not the one that it was written with", _model);
        Zip([.. plain, .. new byte[1 << 20]]);
        Refused("holds more than 65,562 bytes", _model);
        Zip(SafetensorsFile.Serialize("MnistCnn checkpoint 1", new Dictionary<string, string>(), []));
        Refused("expected a file of \"MnistCnn quantized weights 1\", found \"MnistCnn checkpoint 1\"", _model);
        System.IO.File.WriteAllText(File, "no gzip at all");
        Refused("the file is damaged", _model);
        Assert.Throws<FileNotFoundException>(() => QuantizedWeights.Read(_folder.File("none"), _model));

        void Refused(string reason, nn.Module into)
        {
            string message = Assert.Throws<InvalidDataException>(() => QuantizedWeights.Read(File, into)).Message;
            Assert.StartsWith($"{File}: ", message, StringComparison.Ordinal);
            Assert.Contains(reason, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e38f)]
    public void Weights_that_would_not_be_finite_are_refused(float scale)
    {
        Zip(SafetensorsFile.Serialize("MnistCnn quantized weights 1", new Dictionary<string, string>(),
        [
            ("a.weight.scale", tensor(new[] { 1, scale })), ("a.bias.scale", ones(2)),
            ("a.weight", ones(2, 4, dtype: int8)), ("a.bias", ones(2, dtype: int8)),
        ]));
        string message = Assert.Throws<InvalidDataException>(() => QuantizedWeights.Read(File, _model)).Message;
        Assert.Contains("weights that are finite, found some in a.weight that are not", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_refused_leaves_the_model_as_it_was()
    {
        QuantizedWeights.Write(File, Sequential(("a", Linear(4, 2)), ("b", Linear(2, 5))));
        Sequential model = Sequential(("a", Linear(4, 2)), ("b", Linear(2, 3)));
        string before = ModelWeights.Fingerprint(model);
        Assert.Throws<InvalidDataException>(() => QuantizedWeights.Read(File, model));
        Assert.Equal(before, ModelWeights.Fingerprint(model));
    }

    [Fact]
    public void A_header_that_claims_millions_costs_no_memory()
    {
        QuantizedWeights.Write(File, _model);
        string text = Encoding.Latin1.GetString(Unzipped());
        int digest = text.IndexOf("\"sha256\":\"", StringComparison.Ordinal) + 10;
        int length = text.Length;
        text = text.Replace("[2,4]", "[2000,40000]", StringComparison.Ordinal);
        text = text.Remove(digest, 64).Insert(digest, new string('0', 64));
        byte[] file = Encoding.Latin1.GetBytes(text);
        BitConverter.GetBytes(BitConverter.ToInt64(file) + text.Length - length).CopyTo(file, 0);
        Encoding.ASCII.GetBytes(Sha256.HexOf(file)).CopyTo(file, digest);
        Zip(file);

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<InvalidDataException>(() => QuantizedWeights.Read(File, _model)).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1 << 20);
        Assert.Contains("a.weight of shape (2000, 40000) does not lie where it should", message, StringComparison.Ordinal);
    }

    private byte[] Unzipped()
    {
        using var zip = new GZipStream(System.IO.File.OpenRead(File), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        zip.CopyTo(plain);
        return plain.ToArray();
    }

    private void Zip(byte[] bytes)
    {
        using var zip = new GZipStream(System.IO.File.Create(File), CompressionLevel.Fastest);
        zip.Write(bytes);
    }
}

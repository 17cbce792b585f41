using System.Text;
using System.Text.Json;
using CsCheck;
using MnistCnn.Tests.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Callbacks;

/// <summary>Files as Python's safetensors writes them; their bytes are made here by the format's description.</summary>
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        _scope.Dispose();
    }

    [Fact]
    public void Every_type_is_read_in_any_order_with_any_texts_and_padding()
    {
        const string Header = """
            {
             "half":{"dtype":"F16","shape":[2],"data_offsets":[24,28]},
             "wide":{"shape":[1],"data_offsets":[0,8],"dtype":"F64"},
             "__metadata__":{"format":"pt","sha256":"of something else","kind":"LoRA"},
             "long":{"dtype":"I64","shape":[],"data_offsets":[8,16]},
             "weight":{"dtype":"F32","shape":[2,1],"data_offsets":[16,24]},
             "none":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]},
             "brain":{"dtype":"BF16","shape":[1],"data_offsets":[28,30]},
             "short":{"dtype":"I16","shape":[1],"data_offsets":[30,32]},
             "int":{"dtype":"I32","shape":[1],"data_offsets":[32,36]},
             "signed":{"dtype":"I8","shape":[1],"data_offsets":[36,37]},
             "byte":{"dtype":"U8","shape":[1],"data_offsets":[37,38]},
             "bool":{"dtype":"BOOL","shape":[2],"data_offsets":[38,40]}
            }
            """;
        byte[] data =
        [
            .. BitConverter.GetBytes(Math.PI), .. BitConverter.GetBytes(long.MinValue),
            .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2.25f),
            .. BitConverter.GetBytes((Half)0.5), .. BitConverter.GetBytes((Half)(-3)), 0x80, 0x3f,
            .. BitConverter.GetBytes((short)-7), .. BitConverter.GetBytes(int.MaxValue), 0x81, 0xfe, 1, 0,
        ];
        using SafetensorsFile file = SafetensorsFile.Parse("a", FileOf(Header, data, padding: 5));

        Assert.Null(file.Kind);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal("of something else", file.Metadata["sha256"]);
        Assert.Equal(11, file.Tensors.Count);
        Assert.Equal([Math.PI], file.Tensors["wide"].data<double>());
        Assert.Equal(long.MinValue, file.Tensors["long"].item<long>());
        Assert.Empty(file.Tensors["long"].shape);
        Assert.Equal([1.5f, -2.25f], file.Tensors["weight"].data<float>());
        Assert.Equal([2, 1], file.Tensors["weight"].shape);
        Assert.Equal([0, 3], file.Tensors["none"].shape);
        Assert.Equal([0.5f, -3], file.Tensors["half"].to(float32).data<float>());
        Assert.Equal(1, file.Tensors["brain"].to(float32).item<float>());
        Assert.Equal(-7, file.Tensors["short"].item<short>());
        Assert.Equal([int.MaxValue], file.Tensors["int"].data<int>());
        Assert.Equal(-127, file.Tensors["signed"].item<sbyte>());
        Assert.Equal(254, file.Tensors["byte"].item<byte>());
        Assert.Equal([true, false], file.Tensors["bool"].data<bool>());
    }

    [Fact]
    public void Weights_of_another_program_are_loaded_by_their_names()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsFirst;
        using var folder = new TemporaryFolder();
        Sequential trained = TinyImages.Model().Compile([1, 8, 8], seed: 1);
        Sequential model = TinyImages.Model().Compile([1, 8, 8], seed: 2);
        (string Name, Tensor Value)[] weights = [.. trained.state_dict().Select(entry => (entry.Key, entry.Value))];
        File.WriteAllBytes(folder.File("a"), FileOf([.. weights.Reverse()]));

        string refusal = Assert.Throws<InvalidDataException>(() => model.LoadCheckpoint(folder.File("a"))).Message;
        Assert.EndsWith("a file of another program. Load its weights with weightsOnly: true.", refusal, StringComparison.Ordinal);
        Assert.NotEqual(ModelWeights.Fingerprint(trained), ModelWeights.Fingerprint(model));
        Assert.Equal("Checkpoint before training", model.LoadCheckpoint(folder.File("a"), weightsOnly: true).ToString());
        Assert.Equal(ModelWeights.Fingerprint(trained), ModelWeights.Fingerprint(model));

        File.WriteAllBytes(folder.File("a"), FileOf(("dense_1.weight", zeros(4, 144))));
        refusal = Assert.Throws<InvalidDataException>(() => model.LoadCheckpoint(folder.File("a"), weightsOnly: true)).Message;
        Assert.Contains("expected conv2d_1.weight of shape (4, 1, 3, 3), Float32, found none", refusal, StringComparison.Ordinal);
        Assert.Equal(ModelWeights.Fingerprint(trained), ModelWeights.Fingerprint(model));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", "the numbers of a are of the type F8_E4M3")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", "a of shape (1,) does not lie where it should")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "does not lie where it should")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "there is more after the last tensor")]
    [InlineData("""{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""", "does not lie where it should")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,-4]}}""", "header cannot be read")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0]}}""", "header cannot be read")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", "header cannot be read")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
        "a is there twice")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
        "b of shape (2,) does not lie where it should")]
    [InlineData("""{"__metadata__":{"kind":"MnistCnn checkpoint 1"}}""", "its checksum is missing")]
    [InlineData("""{"__metadata__":{"kind":7}}""", "header cannot be read")]
    public void Other_bytes_are_refused_with_the_reason(string header, string reason)
    {
        byte[] file = FileOf(header, [1, 2, 3, 4]);
        string message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Parse("a", file)).Message;
        Assert.StartsWith("a: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_again() => Gen.Float.Array[0, 12].Array[0, 6].Sample(
        rows =>
        {
            using var scope = NewDisposeScope();
            (string Name, Tensor Value)[] tensors = [.. rows.Select((row, i) => ($"\"ä{i}", tensor(row)))];
            byte[] bytes = SafetensorsFile.Serialize("MnistCnn test 1", new Dictionary<string, string> { ["a"] = "b" }, tensors);
            using SafetensorsFile file = SafetensorsFile.Parse("a", bytes);
            Assert.Equal("MnistCnn test 1", file.Kind);
            Assert.Equal("b", file.Metadata["a"]);
            Assert.Equal(tensors.Select(entry => entry.Name), file.Tensors.Keys);
            Assert.All(tensors, entry => Assert.True(entry.Value.bytes.SequenceEqual(file.Tensors[entry.Name].bytes)));
        },
        iter: 200,
        threads: 1);

    /// <summary>A file of float32, its header in the order in which the tensors are given.</summary>
    private static byte[] FileOf(params (string Name, Tensor Value)[] tensors)
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = new { format = "pt" } };
        byte[] data = [];
        foreach ((string name, Tensor value) in tensors)
        {
            byte[] bytes = value.detach().contiguous().bytes.ToArray();
            int begin = data.Length;
            data = [.. data, .. bytes];
            header.Add(name, new { dtype = "F32", value.shape, data_offsets = new[] { begin, data.Length } });
        }

        return FileOf(JsonSerializer.Serialize(header), data);
    }

    private static byte[] FileOf(string header, byte[] data, int padding = 0)
    {
        byte[] text = Encoding.UTF8.GetBytes(header + new string(' ', padding));
        return [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. data];
    }
}

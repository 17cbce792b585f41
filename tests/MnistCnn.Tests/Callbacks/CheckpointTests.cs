using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Native;
using MnistCnn.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Callbacks;

public sealed class CheckpointTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(40, seed: 1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_is_safetensors_as_documented()
    {
        Sequential model = Trained();
        model.SaveCheckpoint(_folder.File("a.safetensors"));
        byte[] file = File.ReadAllBytes(_folder.File("a.safetensors"));

        // 8 bytes of length, a JSON object, the numbers without a gap: read here without the library.
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(0, (8 + length) % 8);
        using JsonDocument header = JsonDocument.Parse(Encoding.UTF8.GetString(file, 8, length));
        long end = 0;
        foreach (JsonProperty entry in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            Assert.Equal(end, entry.Value.GetProperty("data_offsets")[0].GetInt64());
            end = entry.Value.GetProperty("data_offsets")[1].GetInt64();
        }

        Assert.Equal(file.Length, 8 + length + end);
        Assert.All(header.RootElement.GetProperty("__metadata__").EnumerateObject(),
            text => Assert.Equal(JsonValueKind.String, text.Value.ValueKind));
        JsonElement weight = header.RootElement.GetProperty("model.dense_1.weight");
        Assert.Equal("F32", weight.GetProperty("dtype").GetString());
        Assert.Equal([4, 144], weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
        float[] expected = model.state_dict()["dense_1.weight"].contiguous().data<float>().ToArray();
        int at = 8 + length + weight.GetProperty("data_offsets")[0].GetInt32();
        Assert.Equal(expected,
            Enumerable.Range(0, expected.Length).Select(i => BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(at + (4 * i)))));
        Assert.True(header.RootElement.TryGetProperty("optimizer.dense_1.weight.exp_avg_sq", out _));
        Assert.Equal("I64", header.RootElement.GetProperty("optimizer.conv2d_1.bias.step").GetProperty("dtype").GetString());
    }

    [Fact]
    public void Says_what_is_in_it()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, new Sgd(0.125), seed: 1);
        Assert.Equal("Checkpoint before training", model.SaveCheckpoint(_folder.File("a")).ToString());
        model.Fit(s_train, epochs: 2, verbose: false, callbacks: [new WeightAveraging()]);
        Assert.Equal("Checkpoint after epoch 2, Sgd with learning rate 0.125, averaged weights",
            model.SaveCheckpoint(_folder.File("a")).ToString());
        Assert.Equal("Checkpoint after epoch 2, Sgd with learning rate 0.125, averaged weights",
            model.LoadCheckpoint(_folder.File("a")).ToString());
    }

    [Fact]
    public void Weights_that_were_changed_since_are_no_averages_any_more()
    {
        Sequential model = Trained(new WeightAveraging());
        Assert.True(model.SaveCheckpoint(_folder.File("a")).IsAveraged);
        using (no_grad())
        {
            model.parameters().First().zero_();
        }

        Assert.False(model.SaveCheckpoint(_folder.File("a")).IsAveraged);
    }

    [Fact]
    public void Every_damage_is_noticed_and_leaves_the_model_as_it_was()
    {
        Trained(new WeightAveraging()).SaveCheckpoint(_folder.File("a"));
        byte[] whole = File.ReadAllBytes(_folder.File("a"));
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 9);
        string before = ModelWeights.Fingerprint(model);
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. whole];
            if (i % 3 == 0)
            {
                damaged = damaged[..random.Next(whole.Length)];
            }
            else
            {
                // Half of the changes hit the header, which is small beside the numbers.
                damaged[random.Next(i % 3 == 1 ? 2000 : whole.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(_folder.File("b"), damaged);
            string message = Assert.Throws<InvalidDataException>(
                () => model.LoadCheckpoint(_folder.File("b"), weightsOnly: i % 2 == 0)).Message;
            Assert.StartsWith(_folder.File("b") + ": ", message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(_folder.File("b"), [.. whole, 0]);
        Assert.Throws<InvalidDataException>(() => model.LoadCheckpoint(_folder.File("b")));
        Assert.Equal(before, ModelWeights.Fingerprint(model));
        model.LoadCheckpoint(_folder.File("a"));
        Assert.NotEqual(before, ModelWeights.Fingerprint(model));
    }

    [Fact]
    public void A_header_that_claims_much_takes_no_memory()
    {
        // With a right checksum: only the sizes are wrong.
        SafetensorsFile.Write(_folder.File("a"), "MnistCnn test 1", new Dictionary<string, string>(), [("x", zeros(4))]);
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(_folder.File("a")));
        foreach (string claim in new[] { "[9]", "[4,9223372036854775807]", "[-4]", "[2147483647,2147483647,8]" })
        {
            string header = text[8..^16].TrimEnd().Replace("[4]", claim, StringComparison.Ordinal);
            Assert.Contains("damaged", Refused(WithDigest(header, text[^16..])), StringComparison.Ordinal);
        }

        Assert.Contains("no safetensors file", Refused(BitConverter.GetBytes(long.MaxValue)), StringComparison.Ordinal);
        Assert.Contains("no safetensors file", Refused([]), StringComparison.Ordinal);
        Assert.Contains("header", Refused([2, 0, 0, 0, 0, 0, 0, 0, (byte)'[', (byte)']']), StringComparison.Ordinal);

        string Refused(byte[] file)
        {
            File.WriteAllBytes(_folder.File("b"), file);
            return Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(_folder.File("b"))).Message;
        }
    }

    [Fact]
    public void A_checkpoint_of_something_else_is_refused_with_the_reason()
    {
        Trained().SaveCheckpoint(_folder.File("a"));
        Sequential sgd = TinyImages.Model().Compile(TinyImages.Shape, new Sgd(), seed: 9);
        Assert.Contains(
            "the checkpoint is of a training by Adam, the model was compiled with Sgd. "
            + "Compile it with Adam, or load the weights alone",
            Refused(sgd), StringComparison.Ordinal);
        Assert.Equal(2, sgd.LoadCheckpoint(_folder.File("a"), weightsOnly: true).Epoch);
        Assert.Equal(0, sgd.SaveCheckpoint(_folder.File("b")).Epoch);

        Sequential wider = nn.Sequential(
            ("conv2d_1", nn.Conv2d(1, 4, 3)), ("flatten_1", nn.Flatten()),
            ("dense_1", nn.Linear(144, 5)), ("softmax_1", nn.Softmax(1)))
            .Compile(TinyImages.Shape);
        Assert.Contains("expected dense_1.weight of shape (5, 144), Float32, found (4, 144), Float32.",
            Refused(wider), StringComparison.Ordinal);
        Sequential smaller = nn.Sequential(("conv2d_1", nn.Conv2d(1, 4, 3)), ("flatten_1", nn.Flatten()))
            .Compile(TinyImages.Shape);
        Assert.Contains("the model has no dense_1.weight", Refused(smaller), StringComparison.Ordinal);
        SafetensorsFile.Write(_folder.File("a"), "MnistCnn test 1", new Dictionary<string, string>(), [("x", zeros(4))]);
        Assert.Contains(
            "expected a checkpoint of this library, \"MnistCnn checkpoint 1\", found \"MnistCnn test 1\".",
            Refused(wider), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => wider.LoadCheckpoint(_folder.File("none")));

        string Refused(Sequential model) =>
            Assert.Throws<InvalidDataException>(() => model.LoadCheckpoint(_folder.File("a"))).Message;
    }

    [Fact]
    public void Saving_leaves_nothing_beside_the_file_and_makes_its_folder()
    {
        Trained().SaveCheckpoint(Path.Combine(_folder.Path, "deep", "er", "a"));
        Assert.Equal(["a"], Directory.GetFiles(Path.Combine(_folder.Path, "deep", "er")).Select(Path.GetFileName));
    }

    [Fact]
    public void Only_better_epochs_are_saved_if_asked_for()
    {
        var saved = new List<int>();
        var run = new ScriptedRun();
        var callback = new ModelCheckpoint(_folder.File("e{epoch}"), saveBestOnly: true);
        run.Tell(callback, 0.5, 0.6, 0.4, double.NaN, 0.4, 0.3);
        Assert.Equal(["e1", "e3", "e6"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(_folder.File("e6"), callback.LastPath);
        run.Model.LoadCheckpoint(_folder.File("e3"));
        Assert.Equal(3, run.Weight);

        new ScriptedRun().Tell(new ModelCheckpoint(_folder.File("all{epoch}")), 0.5, 0.6);
        Assert.True(File.Exists(_folder.File("all2")));
    }

    [Fact]
    public void The_number_of_the_epoch_may_stand_in_the_name_of_a_folder()
    {
        Trained(new ModelCheckpoint(_folder.File("run/{epoch}/{epoch}.safetensors")));
        Assert.Equal(["1/1.safetensors", "2/2.safetensors"], FilesBelow(_folder.File("run")));
    }

    [Theory]
    [InlineData("a/{Epoch}/b")]
    [InlineData("w.{epoch:02d}-{val_loss:.2f}.hdf5")]
    public void Another_placeholder_is_refused_by_name(string path)
    {
        string message = Assert.Throws<ArgumentException>(() => new ModelCheckpoint(path)).Message;
        Assert.Contains($"no other placeholder than {{epoch}}, which stands for the number of the epoch; given {path}.", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_run_leaves_no_file_and_no_folder()
    {
        File.WriteAllText(_folder.File("file"), "");
        string[] before = Directory.GetFileSystemEntries(_folder.Path);
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        Refused<ArgumentException>(new ModelCheckpoint(_folder.File("a/{epoch}/m")), new EarlyStopping());
        Refused<ArgumentException>(new ModelCheckpoint(_folder.File("a/{epoch}/m"), saveBestOnly: true));
        Assert.Contains(
            _folder.File("file") + " is a file, not a folder",
            Refused<IOException>(new ModelCheckpoint(_folder.File("file/deep/m"))).Message, StringComparison.Ordinal);
        Refused<IOException>(new ModelCheckpoint(_folder.Path));
        Assert.Empty(model.History());

        TException Refused<TException>(params Callback[] callbacks)
            where TException : Exception
        {
            var refusal = Assert.Throws<TException>(() => model.Fit(s_train, callbacks: callbacks, verbose: false));
            Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Path));
            return refusal;
        }
    }

    [Fact]
    public void A_refused_file_leaves_no_folder()
    {
        Sequential model = Trained();
        model.Dispose();
        Assert.ThrowsAny<Exception>(() => model.SaveCheckpoint(_folder.File("deep/a")));
        Assert.ThrowsAny<ArgumentException>(() => new Experiment("none").Save(""));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_lowered_learning_rate_is_kept_and_a_scheduled_one_is_not()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, new Sgd(0.25), seed: 1);
        model.Fit(s_train, epochs: 2, verbose: false, callbacks: [new OneCycle(0.5), new ModelCheckpoint(_folder.File("a"))]);
        Assert.Equal(0.25, model.LoadCheckpoint(_folder.File("a")).LearningRate);
        model.Fit(s_train, epochs: 3, verbose: false, callbacks:
            [new ReduceLearningRateOnPlateau(MnistCnn.Monitor.Loss, 0.5, patience: 1, minDelta: 99),
                new ModelCheckpoint(_folder.File("b"))]);
        Sequential other = TinyImages.Model().Compile(TinyImages.Shape, new Sgd(0.25), seed: 1);
        double? rate = other.LoadCheckpoint(_folder.File("b")).LearningRate;
        Assert.InRange(rate!.Value, 0.01, 0.2);
        Assert.Equal([rate.Value], other.Fit(s_train, verbose: false).LearningRate);
    }

    private static string[] FilesBelow(string folder) =>
    [
        .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    private static Sequential Trained(params Callback[] callbacks)
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        model.Fit(s_train, epochs: 2, seed: 1, verbose: false, callbacks: callbacks);
        return model;
    }

    private static byte[] WithDigest(string header, string data)
    {
        int start = header.IndexOf("\"sha256\":\"", StringComparison.Ordinal) + 10;
        byte[] file = [.. BitConverter.GetBytes((long)header.Length),
            .. Encoding.Latin1.GetBytes(header), .. Encoding.Latin1.GetBytes(data)];
        Encoding.ASCII.GetBytes(new string('0', 64)).CopyTo(file, 8 + start);
        Encoding.ASCII.GetBytes(Sha256.HexOf(file)).CopyTo(file, 8 + start);
        return file;
    }
}

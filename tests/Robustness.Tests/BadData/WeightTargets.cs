using MnistCnn;
using MnistCnn.Course;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Robustness.Tests.BadData;

/// <summary>The reader of trained weights.</summary>
internal static class WeightTargets
{
    private static readonly TorchSharp.Modules.Sequential s_model = Sequential(("a", Conv2d(1, 2, 3)), ("b", Linear(4, 3)));

    public static IEnumerable<FuzzTarget> All
    {
        get
        {
            byte[] sound = Written();
            return
            [
                new(
                    "weights with a right checksum", [ImageTargets.Unzip(sound)!],
                    [[.. "a.weight"u8], [.. ".scale"u8], [.. "\"F32\""u8], [.. "\"I8\""u8], [0xff, 0xff, 0x7f, 0x7f]],
                    bytes => Read(ImageTargets.Zip(SafetensorsTargets.WithDigest(bytes))), BytesPerByte: 64, LongRun: 25_000),
                new("weights, damaged gzip", [sound], [[0x1f, 0x8b, 8, 0]], Read, BytesPerByte: 64, LongRun: 25_000),
            ];
        }
    }

    private static byte[] Written()
    {
        using var folder = new TemporaryFolder();
        QuantizedWeights.Write(folder.File("w.safetensors.gz"), s_model);
        return File.ReadAllBytes(folder.File("w.safetensors.gz"));
    }

    private static bool Read(byte[] file)
    {
        float[] before = Weights();
        try
        {
            QuantizedWeights.Read("w.safetensors.gz", new MemoryStream(file), s_model);
            Assert.All(Weights(), weight => Assert.True(float.IsFinite(weight)));
            return true;
        }
        catch (InvalidDataException refusal)
        {
            Assert.StartsWith("w.safetensors.gz: ", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(before, Weights());
            return false;
        }
    }

    private static float[] Weights() => [.. s_model.parameters().SelectMany(parameter => parameter.data<float>())];
}

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
                new("weights, damaged inside gzip", [ImageTargets.Unzip(sound)!], [[.. "a.weight"u8], [.. "MCW1"u8]], bytes => Read(ImageTargets.Zip(bytes)), BytesPerByte: 64, LongRun: 40_000),
                new("weights, damaged gzip", [sound], [[0x1f, 0x8b, 8, 0]], Read, BytesPerByte: 64, LongRun: 40_000),
            ];
        }
    }

    private static byte[] Written()
    {
        using var folder = new TemporaryFolder();
        WeightFile.Write(folder.File("w.gz"), s_model);
        return File.ReadAllBytes(folder.File("w.gz"));
    }

    private static bool Read(byte[] file)
    {
        float[] before = Weights();
        try
        {
            WeightFile.Read("w.gz", new MemoryStream(file), s_model);
            Assert.All(Weights(), weight => Assert.True(float.IsFinite(weight)));
            return true;
        }
        catch (InvalidDataException)
        {
            Assert.Equal(before, Weights());
            return false;
        }
    }

    private static float[] Weights() => [.. s_model.parameters().SelectMany(parameter => parameter.data<float>())];
}

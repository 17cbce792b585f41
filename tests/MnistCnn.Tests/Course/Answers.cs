using MnistCnn;
using MnistCnn.Course;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Course;

/// <summary>What a student may come up with: the raw data, and assertions about what a check says of it.</summary>
internal static class Answers
{
    private static readonly Lazy<ImageDataset> s_raw = new(LoadForGood);

    public static Tensor RawTrain => s_raw.Value.Train.Images;

    public static Tensor RawTest => s_raw.Value.Test.Images;

    public static Tensor TrainLabels => s_raw.Value.Train.Labels;

    public static Tensor TestLabels => s_raw.Value.Test.Labels;

    private static ImageDataset LoadForGood()
    {
        ImageDataset mnist = Mnist.Load();
        foreach (Tensor tensor in new[] { mnist.Train.Images, mnist.Train.Labels, mnist.Test.Images, mnist.Test.Labels })
        {
            tensor.DetachFromDisposeScope();
        }

        return mnist;
    }

    public static Tensor Flat(Tensor images) => images.to(float32).reshape(images.shape[0], -1);

    public static void Passes(CheckResult result)
    {
        Assert.True(result.Passed, result.ToString());
        Assert.Null(result.Hint);
    }

    public static void Fails(CheckResult result, string message, string hint)
    {
        Assert.False(result.Passed, result.ToString());
        Assert.Contains(message, result.Message, StringComparison.Ordinal);
        Assert.Contains(hint, result.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.ToString());
    }
}

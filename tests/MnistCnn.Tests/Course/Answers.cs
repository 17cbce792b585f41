using MnistCnn;
using MnistCnn.Course;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Course;

/// <summary>What a student may come up with: the raw data, and assertions about what a check says of it.</summary>
internal static class Answers
{
    /// <summary>The images of the small data set.</summary>
    public const int Train = 600, Test = 200;

    private static readonly Lazy<ImageDataset> s_raw = new(LoadForGood);
    private static readonly Lazy<ImageDataset> s_small = new(MakeSmall);

    public static Tensor RawTrain => s_raw.Value.Train.Images;

    public static Tensor RawTest => s_raw.Value.Test.Images;

    public static Tensor TrainLabels => s_raw.Value.Train.Labels;

    public static Tensor TestLabels => s_raw.Value.Test.Labels;

    /// <summary>The beginning of MNIST, in its format: what the checks compare with after <see cref="UseSmall"/>.</summary>
    public static ImageDataset Small => s_small.Value;

    /// <summary>Makes the small data set the one that was loaded last.</summary>
    public static void UseSmall()
    {
        ImageDataset small = Small;
        ImageDataset.Latest = ("/small/mnist", () => small);
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
        Assert.True(result.Message.Contains(message, StringComparison.Ordinal), result.ToString());
        Assert.True(result.Hint!.Contains(hint, StringComparison.Ordinal), result.ToString());
        Assert.DoesNotContain('\n', result.ToString());
    }

    private static ImageDataset LoadForGood()
    {
        ImageDataset mnist = Mnist.Load();
        foreach (Tensor tensor in new[] { mnist.Train.Images, mnist.Train.Labels, mnist.Test.Images, mnist.Test.Labels })
        {
            tensor.DetachFromDisposeScope();
        }

        return mnist;
    }

    private static ImageDataset MakeSmall()
    {
        static Tensor First(Tensor tensor, int count) => tensor[..count].clone().DetachFromDisposeScope();
        return new ImageDataset(
            new LabeledImages(First(RawTrain, Train), First(TrainLabels, Train)),
            new LabeledImages(First(RawTest, Test), First(TestLabels, Test)));
    }
}

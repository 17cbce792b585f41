namespace MnistCnn.Course;

/// <summary>The images as they are in the files, to compare a student's with. Kept once loaded: the checks ask often.</summary>
internal static class MnistReference
{
    private static readonly Lazy<ImageDataset> s_mnist = new(LoadForGood);

    public static LabeledImages Train => s_mnist.Value.Train;

    public static LabeledImages Test => s_mnist.Value.Test;

    private static ImageDataset LoadForGood()
    {
        ImageDataset mnist = Mnist.Load();
        foreach (LabeledImages set in new[] { mnist.Train, mnist.Test })
        {
            set.Images.DetachFromDisposeScope();
            set.Labels.DetachFromDisposeScope();
        }

        return mnist;
    }
}

using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>
/// The data set to compare a student's tensors with: the one that <c>Mnist.Load</c> or <c>ImageDataset.Load</c> gave last, as it
/// is in its files. Kept once loaded, since the checks ask often.
/// </summary>
internal sealed class ReferenceData
{
    private const int Chunk = 6000;

    private static ReferenceData? s_present;

    private readonly string _folder;
    private readonly Lazy<Dictionary<double, (bool IsTest, long Label)>> _byInk;

    private ReferenceData(string folder, ImageDataset data)
    {
        (_folder, Train, Test) = (folder, data.Train, data.Test);
        foreach (Tensor tensor in new[] { Train.Images, Train.Labels, Test.Images, Test.Labels })
        {
            tensor.DetachFromDisposeScope();
        }

        Classes = Math.Max(Train.Labels.max().item<byte>(), Test.Labels.max().item<byte>()) + 1;
        _byInk = new(ByInk);
    }

    public static ReferenceData Present
    {
        get
        {
            (string folder, Func<ImageDataset> load) = ImageDataset.Latest ?? (DataFolder.For("mnist"), Mnist.Load);
            return s_present?._folder == folder ? s_present : s_present = new(folder, load());
        }
    }

    public LabeledImages Train { get; }

    public LabeledImages Test { get; }

    public long Classes { get; }

    public long Pixels => Train.Images.numel() / Train.Count;

    /// <summary>What the data set is called in a sentence.</summary>
    public string Name => Path.GetFileName(_folder) is var name && name == "mnist" ? "MNIST" : name;

    /// <summary>What a rule finds wrong with a student's tensor of the training set, or else with that of the test set.</summary>
    public CheckResult? FirstWrong(
        string kind, Tensor train, Tensor test, Func<string, Tensor, LabeledImages, CheckResult?> rule) =>
        rule(kind + "_train", train, Train) ?? rule(kind + "_test", test, Test);

    /// <summary>
    /// What is wrong with the pixels of a student's images, however they were scaled; null if image <c>i</c> is image <c>i</c>
    /// of the data set.
    /// </summary>
    public CheckResult? WrongPixels(string name, Tensor images, LabeledImages set)
    {
        using var scope = NewDisposeScope();
        Tensor expected = Inked(set.Images), found = Inked(images);
        Tensor same = found.eq(expected).all(1);
        if (same.all().item<bool>())
        {
            return null;
        }

        long first = same.to(ScalarType.Byte).argmin().item<long>();
        string message = Invariant($"The pixels of image {first} of {name} are not those of image {first} of {Name}.");
        (long rows, long columns) = (set.Images.shape[1], set.Images.shape[2]);
        Tensor turned = found.reshape(-1, columns, rows).transpose(1, 2).reshape(-1, Pixels);
        if (turned.eq(expected).all(1).all().item<bool>())
        {
            return Wrong(
                message, "Rows and columns are swapped: reshape alone does it; permute or transpose turns an image over.");
        }

        double[] inks = InkOf(found[..Math.Min(Chunk, (int)set.Count)]);
        int known = inks.Count(_byInk.Value.ContainsKey);
        return Wrong(message, known > inks.Length * 0.9
            ? "The images are there, but no longer in their order: shuffle only when you split, images and targets alike."
            : "The numbers of several images are mixed up. reshape leaves their order alone as long as the axis of the images "
            + "stays in front. Load again, and run the cells from there in order, each once.");
    }

    /// <summary>Which images of the data set a student's are: whether of the test set, and the label; null for others.</summary>
    /// <param name="ink">What <see cref="Ink"/> says of them.</param>
    public (bool IsTest, long Label)?[] Recognise(double[] ink) =>
        [.. ink.Select(value => _byInk.Value.TryGetValue(value, out var image) ? image : ((bool, long)?)null)];

    /// <summary>A number for each image that depends on which pixels have ink.</summary>
    public double[] Ink(Tensor images)
    {
        using var scope = NewDisposeScope();
        return InkOf(Inked(images));
    }

    /// <summary>Which pixels have more than the least ink of all images there: the same, however each pixel was scaled.</summary>
    private Tensor Inked(Tensor images)
    {
        Tensor flat = images.reshape(images.numel() / Pixels, Pixels);
        return flat > (flat.shape[0] > 1 ? minimum(flat.amin([0]), zeros(1, flat.dtype)) : zeros(1, flat.dtype));
    }

    private double[] InkOf(Tensor inked)
    {
        // Whole numbers below 2^40: their sums are exact, in whatever order they are added up.
        using var generator = new Generator(1);
        Tensor weights = randint(0, 1L << 40, [Pixels, 1], ScalarType.Float64, generator: generator);
        var sums = new List<double>();
        for (long start = 0; start < inked.shape[0]; start += Chunk)
        {
            using var inner = NewDisposeScope();
            Tensor part = inked.narrow(0, start, Math.Min(Chunk, inked.shape[0] - start)).to(ScalarType.Float64);
            sums.AddRange(part.matmul(weights).reshape(-1).data<double>());
        }

        return [.. sums];
    }

    private Dictionary<double, (bool IsTest, long Label)> ByInk()
    {
        using var scope = NewDisposeScope();
        var images = new Dictionary<double, (bool IsTest, long Label)>();
        foreach (LabeledImages set in new[] { Train, Test })
        {
            byte[] labels = set.Labels.data<byte>().ToArray();
            foreach ((double ink, int i) in Ink(set.Images).Select((ink, i) => (ink, i)))
            {
                images.TryAdd(ink, (ReferenceEquals(set, Test), labels[i]));
            }
        }

        return images;
    }
}

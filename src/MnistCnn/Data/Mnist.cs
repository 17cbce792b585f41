using MnistCnn.Native;

namespace MnistCnn;

/// <summary>
/// The MNIST database of handwritten digits (LeCun, Cortes, Burges): 60,000 training and 10,000 test images of
/// 28 × 28 pixels in ten classes. Licence CC BY-SA 3.0.
/// </summary>
public static class Mnist
{
    /// <summary>SHA-256 of the four files, uncompressed.</summary>
    private static readonly Dictionary<string, string> s_checksums = new(StringComparer.Ordinal)
    {
        ["train-images-idx3-ubyte"] = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ["train-labels-idx1-ubyte"] = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ["t10k-images-idx3-ubyte"] = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ["t10k-labels-idx1-ubyte"] = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    };

    /// <summary>A public mirror of the original files, kept for PyTorch's torchvision.</summary>
    private static readonly Uri s_mirror = new("https://ossci-datasets.s3.amazonaws.com/mnist/");

    /// <summary>
    /// Loads MNIST from <c>data/mnist</c> of this repository, found from the working directory or from where the library
    /// lies. Files that are missing are downloaded first.
    /// </summary>
    /// <returns>
    /// Training images uint8 (60000, 28, 28) and labels uint8 (60000); test images uint8 (10000, 28, 28) and labels
    /// uint8 (10000). <c>var ((X_train, y_train), (X_test, y_test)) = Mnist.Load();</c> takes them apart.
    /// </returns>
    /// <exception cref="InvalidDataException">A file is corrupt or its SHA-256 is not MNIST's.</exception>
    /// <exception cref="IOException">A missing file could not be downloaded; the message says where to put it.</exception>
    public static ImageDataset Load() => Load(DataFolder.For("mnist"));

    /// <summary>Loads MNIST from a folder; files that are missing there are downloaded into it first.</summary>
    /// <param name="folder">The folder; it is created if need be.</param>
    /// <returns>The same as <see cref="Load()"/>.</returns>
    /// <exception cref="InvalidDataException">A file is corrupt or its SHA-256 is not MNIST's.</exception>
    /// <exception cref="IOException">A missing file could not be downloaded; the message says where to put it.</exception>
    public static ImageDataset Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        TorchNatives.EnsureLoaded();
        using var download = new FileDownload(s_mirror, s_checksums, Console.Out, IdxFile.Verify);
        download.FetchMissing(folder);
        return ImageDataset.Load(folder, classes: 10, s_checksums);
    }
}

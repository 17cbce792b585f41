using System.Globalization;
using MnistCnn.Native;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>A training set and a test set of labelled images.</summary>
/// <param name="Train">The images to learn from.</param>
/// <param name="Test">The images to judge by.</param>
public sealed record ImageDataset(LabeledImages Train, LabeledImages Test)
{
    /// <summary>The names of the four files, as the MNIST database gave them; each may end in <c>.gz</c>.</summary>
    internal static readonly string[] FileNames =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>
    /// Loads any data set that comes as MNIST's four IDX files: Fashion-MNIST, KMNIST, EMNIST, one of your own.
    /// </summary>
    /// <param name="folder">
    /// The folder that holds <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>,
    /// <c>t10k-images-idx3-ubyte</c> and <c>t10k-labels-idx1-ubyte</c>, each plain or as <c>.gz</c>.
    /// </param>
    /// <param name="classes">The number of classes: every label must be below it.</param>
    /// <returns>Images as uint8 tensors (n, rows, columns), labels as uint8 tensors (n).</returns>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">One of the four files is missing.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is corrupt, or images and labels do not belong together; the message names the file and says what was
    /// expected and what was found.
    /// </exception>
    public static ImageDataset Load(string folder, int classes = 10) => Load(folder, classes, checksums: null);

    /// <summary>Lets a tuple pattern take the sets apart, as Keras's <c>load_data()</c> does.</summary>
    /// <param name="train">The images to learn from.</param>
    /// <param name="test">The images to judge by.</param>
    public void Deconstruct(out LabeledImages train, out LabeledImages test) => (train, test) = (Train, Test);

    /// <inheritdoc/>
    public override string ToString() => $"Training: {Train}; test: {Test}";

    /// <summary>Loads the four files, checking the SHA-256 of each where checksums are given (by plain file name).</summary>
    internal static ImageDataset Load(string folder, int classes, IReadOnlyDictionary<string, string>? checksums)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 256);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}.");
        }

        TorchNatives.EnsureLoaded();
        IdxFileOf[] files = [.. FileNames.Select(name => IdxFileOf.Find(folder, name))];

        // The large file takes as long as the other three; a failure in any comes out as it is.
        IdxArray[] arrays = Task.WhenAll(files.Select(file =>
            Task.Run(() => IdxFile.Read(file.Path, file.Rank, checksums?[file.Name])))).GetAwaiter().GetResult();
        return new ImageDataset(
            Pair(files[0], arrays[0], files[1], arrays[1], classes),
            Pair(files[2], arrays[2], files[3], arrays[3], classes));
    }

    private static LabeledImages Pair(IdxFileOf imageFile, IdxArray images, IdxFileOf labelFile, IdxArray labels, int classes)
    {
        if (images.Shape[0] != labels.Shape[0])
        {
            throw new InvalidDataException(
                $"{labelFile.Path}: expected {Number(images.Shape[0])} labels, one for each image of {imageFile.Path}, "
                + $"found {Number(labels.Shape[0])}.");
        }

        if (images.Shape.Any(size => size == 0))
        {
            throw new InvalidDataException(
                $"{imageFile.Path}: expected at least one image of at least one pixel, "
                + $"found {string.Join(" × ", images.Shape)}.");
        }

        int wrong = labels.Values.Span.IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (wrong >= 0)
        {
            throw new InvalidDataException(
                $"{labelFile.Path}: expected labels from 0 to {classes - 1}, found {labels.Values.Span[wrong]} "
                + $"at position {Number(wrong)}.");
        }

        return new LabeledImages(ToTensor(images), ToTensor(labels));
    }

    private static Tensor ToTensor(IdxArray array)
    {
        Tensor tensor = empty([.. array.Shape.Select(size => (long)size)], ScalarType.Byte);
        array.Values.Span.CopyTo(tensor.bytes);
        return tensor;
    }

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record IdxFileOf(string Name, string Path, int Rank)
    {
        public static IdxFileOf Find(string folder, string name)
        {
            string plain = System.IO.Path.Combine(folder, name);
            string path = new[] { plain + ".gz", plain }.FirstOrDefault(File.Exists)
                ?? throw new FileNotFoundException($"The folder {folder} has neither {name}.gz nor {name}.", plain);
            return new IdxFileOf(name, path, name.Contains("idx3", StringComparison.Ordinal) ? 3 : 1);
        }
    }
}

/// <summary>A set of grey-scale images and the class of each.</summary>
/// <param name="Images">uint8 tensor (n, rows, columns), 0 (paper) to 255 (ink).</param>
/// <param name="Labels">uint8 tensor (n), the class of each image.</param>
public sealed record LabeledImages(Tensor Images, Tensor Labels)
{
    /// <summary>The number of images.</summary>
    public long Count => Images.shape[0];

    /// <summary>What the set is, in one line: <c>60,000 images of 28 × 28 pixels in 10 classes</c>.</summary>
    public override string ToString()
    {
        using Tensor largest = Labels.max();
        return FormattableString.Invariant(
            $"{Count:N0} images of {Images.shape[1]} × {Images.shape[2]} pixels in {largest.item<byte>() + 1} classes");
    }
}

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

    /// <summary>Where the data set lies that was loaded last, and what loads it again: the course's checks compare.</summary>
    internal static (string Folder, Func<ImageDataset> Load)? Latest { get; set; }

    /// <summary>
    /// Loads any data set that comes as IDX files as MNIST does: Fashion-MNIST, KMNIST, QMNIST, EMNIST, one of your own.
    /// </summary>
    /// <param name="folder">
    /// The folder that holds four files, plain or packed by gzip. MNIST's own names are taken first:
    /// <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c>. Else the header of a file says whether it holds images or labels, and <c>train</c>,
    /// <c>t10k</c> or <c>test</c> in its name says which set.
    /// </param>
    /// <param name="classes">The number of classes: every label must be below it; null: any labels.</param>
    /// <param name="name">
    /// Only files with this in their names: <c>"letters"</c>, in a folder with all of EMNIST; null: all files.
    /// </param>
    /// <param name="transpose">
    /// Whether rows and columns change places. EMNIST's files store each image column by column; null: it is done where a file's
    /// name has <c>emnist</c> in it.
    /// </param>
    /// <returns>
    /// Images as uint8 tensors (n, rows, columns), labels as uint8 tensors (n) as the files have them: EMNIST counts its letters
    /// from 1, so that they take 27 classes, of which class 0 is empty.
    /// </returns>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">One of the four files is missing; the message says what there is.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is corrupt, there are several of a kind, or images and labels do not belong together; the message names the file
    /// and says what was expected and what was found.
    /// </exception>
    public static ImageDataset Load(string folder, int? classes = null, string? name = null, bool? transpose = null) =>
        Load(folder, classes, checksums: null, name, transpose);

    /// <summary>Lets a tuple pattern take the sets apart, as Keras's <c>load_data()</c> does.</summary>
    /// <param name="train">The images to learn from.</param>
    /// <param name="test">The images to judge by.</param>
    public void Deconstruct(out LabeledImages train, out LabeledImages test) => (train, test) = (Train, Test);

    /// <inheritdoc/>
    public override string ToString() => $"Training: {Train}; test: {Test}";

    /// <summary>Loads the four files, checking the SHA-256 of each where checksums are given (by plain file name).</summary>
    internal static ImageDataset Load(
        string folder, int? classes, IReadOnlyDictionary<string, string>? checksums, string? name = null, bool? transpose = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRange.ThrowIfLessThan(classes ?? 1, 1, nameof(classes));
        ArgumentOutOfRange.ThrowIfGreaterThan(classes ?? 1, 256, nameof(classes));
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}.");
        }

        TorchNatives.EnsureLoaded();
        var found = new IdxFolder(folder, name);
        (string Path, byte Type, int Rank)[] files = [.. FileNames.Select(found.Find)];

        // The large file takes as long as the other three; a failure in any comes out as it is.
        IdxArray[] arrays = Task.WhenAll(files.Select((file, i) =>
            Task.Run(() => IdxFile.Read(file.Path, file.Rank, checksums?[FileNames[i]], file.Type)))).GetAwaiter().GetResult();
        Latest = (Path.GetFullPath(folder), () => Load(folder, classes, checksums, name, transpose));
        return new ImageDataset(
            Pair(files[0].Path, arrays[0], files[1].Path, arrays[1], classes ?? 256, transpose),
            Pair(files[2].Path, arrays[2], files[3].Path, arrays[3], classes ?? 256, transpose));
    }

    private static LabeledImages Pair(
        string imageFile, IdxArray images, string labelFile, IdxArray labels, int classes, bool? transpose)
    {
        if (images.Shape[0] != labels.Shape[0])
        {
            throw new InvalidDataException(
                Invariant($"{labelFile}: expected {images.Shape[0]:N0} labels, one for each image of {imageFile}, ")
                + Invariant($"found {labels.Shape[0]:N0}."));
        }

        if (images.Shape.Any(size => size == 0))
        {
            throw new InvalidDataException(
                $"{imageFile}: expected at least one image of at least one pixel, found {string.Join(" × ", images.Shape)}.");
        }

        using var scope = NewDisposeScope();
        Tensor values = labels.Shape.Count == 1 ? ToTensor(labels) : FromIntegers(labelFile, labels);
        int wrong = values.bytes.IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (wrong >= 0)
        {
            throw new InvalidDataException(
                Invariant($"{labelFile}: expected labels from 0 to {classes - 1}, found {values.bytes[wrong]} ")
                + Invariant($"at position {wrong:N0}."));
        }

        bool byColumn = transpose ?? Path.GetFileName(imageFile).Contains("emnist", StringComparison.OrdinalIgnoreCase);
        Tensor pixels = byColumn ? ToTensor(images).transpose(1, 2).contiguous() : ToTensor(images);
        return new LabeledImages(pixels.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());
    }

    /// <summary>Labels of four bytes each; of QMNIST's eight numbers about each image, the first is the class.</summary>
    private static Tensor FromIntegers(string file, IdxArray labels)
    {
        Tensor first = labels.Shape.Count == 3 ? ToTensor(labels)[.., 0] : ToTensor(labels);
        return first[.., ..3].count_nonzero().item<long>() == 0
            ? first[.., 3].clone()
            : throw new InvalidDataException($"{file}: expected labels from 0 to 255, found others.");
    }

    private static Tensor ToTensor(IdxArray array)
    {
        Tensor tensor = empty([.. array.Shape.Select(size => (long)size)], ScalarType.Byte);
        array.Values.Span.CopyTo(tensor.bytes);
        return tensor;
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
        return Invariant(
            $"{Count:N0} images of {Images.shape[1]} × {Images.shape[2]} pixels in {largest.item<byte>() + 1} classes");
    }
}

using System.Buffers.Binary;
using MnistCnn;
using MnistCnn.Tests.Native;
using Xunit;

namespace MnistCnn.Tests.Data;

/// <summary>Data sets in MNIST's format under the names that people meet them.</summary>
public sealed class ImageDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")]
    [InlineData("train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte")]
    [InlineData("train-images.idx3-ubyte.gz", "train-labels.idx1-ubyte.gz", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte")]
    [InlineData("TRAIN-IMAGES-IDX3-UBYTE.GZ", "TRAIN-LABELS-IDX1-UBYTE.GZ", "T10K-IMAGES-IDX3-UBYTE", "T10K-LABELS-IDX1-UBYTE")]
    [InlineData("train-images.idx", "train-labels.idx", "test-images.idx", "test-labels.idx")]
    [InlineData("x.train.images.v1.0.gz", "x.train.labels.v1.0.gz", "x.test.images.v1.0.gz", "x.test.labels.v1.0.gz")]
    [InlineData("latest-train-a", "latest-train-b", "latest-test-a", "latest-test-b")]
    public void Files_are_known_by_what_they_hold(string trainImages, string trainLabels, string testImages, string testLabels)
    {
        Write(trainImages, Images(2));
        Write(trainLabels, Labels(0, 2));
        Write(testImages, Images(1));
        Write(testLabels, Labels(1));
        Write("readme.txt", "no data"u8.ToArray());
        (LabeledImages train, LabeledImages test) = ImageDataset.Load(_folder.Path, classes: 3);
        Assert.Equal([2, 2, 3], train.Images.shape);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], train.Images.data<byte>().ToArray());
        Assert.Equal([0, 2], train.Labels.data<byte>().ToArray());
        Assert.Equal([1, 2, 3], test.Images.shape);
        Assert.Equal([1], test.Labels.data<byte>().ToArray());
    }

    [Fact]
    public void EMNISTs_letters_stand_upright_and_keep_their_labels()
    {
        WriteSet("emnist-letters-{0}-images-idx3-ubyte.gz", "emnist-letters-{0}-labels-idx1-ubyte.gz", "test", Labels(1, 26));
        LabeledImages train = ImageDataset.Load(_folder.Path).Train;
        Assert.Equal([2, 3, 2], train.Images.shape);
        Assert.Equal([1, 4, 2, 5, 3, 6], train.Images[0].contiguous().data<byte>().ToArray());
        Assert.Equal([1, 26], train.Labels.data<byte>().ToArray());
        Assert.Equal([2, 2, 3], ImageDataset.Load(_folder.Path, transpose: false).Train.Images.shape);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ImageDataset.Load(_folder.Path, classes: 26));
        Assert.Contains("expected labels from 0 to 25, found 26 at position 1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_other_set_is_transposed_on_demand()
    {
        WriteSet("{0}-images-idx3-ubyte", "{0}-labels-idx1-ubyte", "t10k", Labels(1, 0));
        Assert.Equal([2, 3, 2], ImageDataset.Load(_folder.Path, transpose: true).Test.Images.shape);
    }

    [Fact]
    public void Of_all_of_EMNIST_in_one_folder_a_part_is_chosen_by_its_name()
    {
        WriteSet("emnist-letters-{0}-images-idx3-ubyte", "emnist-letters-{0}-labels-idx1-ubyte", "test", Labels(1, 26));
        WriteSet("emnist-digits-{0}-images-idx3-ubyte", "emnist-digits-{0}-labels-idx1-ubyte", "test", Labels(0, 9));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ImageDataset.Load(_folder.Path));
        Assert.Contains(
            "several files of training images: emnist-digits-train-images-idx3-ubyte (2 images of 2 × 3 pixels), "
            + "emnist-letters-train-images-idx3-ubyte (2 images of 2 × 3 pixels).", error.Message, StringComparison.Ordinal);
        Assert.Equal([0, 9], ImageDataset.Load(_folder.Path, name: "digits").Train.Labels.data<byte>().ToArray());
        Assert.Equal([1, 26], ImageDataset.Load(_folder.Path, name: "Letters").Test.Labels.data<byte>().ToArray());
        Assert.Contains(
            "with bymerge in its name",
            Assert.Throws<FileNotFoundException>(() => ImageDataset.Load(_folder.Path, name: "bymerge")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void MNISTs_own_names_come_before_others()
    {
        WriteSet("{0}-images-idx3-ubyte", "{0}-labels-idx1-ubyte", "t10k", Labels(3, 4));
        WriteSet("emnist-digits-{0}-images-idx3-ubyte", "emnist-digits-{0}-labels-idx1-ubyte", "test", Labels(0, 9));
        Assert.Equal([3, 4], ImageDataset.Load(_folder.Path).Train.Labels.data<byte>().ToArray());
    }

    [Fact]
    public void A_file_and_its_packed_copy_are_one()
    {
        WriteSet("a-{0}-images.idx3-ubyte", "a-{0}-labels.idx1-ubyte", "test", Labels(1, 2));
        WriteSet("a-{0}-images.idx3-ubyte.gz", "a-{0}-labels.idx1-ubyte.gz", "test", Labels(1, 2));
        Assert.Equal([1, 2], ImageDataset.Load(_folder.Path).Test.Labels.data<byte>().ToArray());
    }

    [Fact]
    public void A_file_is_unpacked_if_it_is_packed_whatever_its_name_says()
    {
        WriteSet("{0}-images-idx3-ubyte", "{0}-labels-idx1-ubyte", "t10k", Labels(1, 2));
        File.Move(_folder.File("train-images-idx3-ubyte"), _folder.File("train-images-idx3-ubyte.gz"));
        File.WriteAllBytes(_folder.File("t10k-images-idx3-ubyte"), IdxFileTests.Zip(Images(2)));
        Assert.Equal(2, ImageDataset.Load(_folder.Path).Test.Count);
    }

    [Fact]
    public void QMNISTs_labels_are_the_first_of_eight_integers()
    {
        WriteSet(
            "qmnist-{0}-images-idx3-ubyte.gz", "qmnist-{0}-labels-idx2-int.gz", "test", Integers([5, 0, 2, 0], [4, 7, 9, 0]));
        Write("qmnist-test-labels.tsv.gz", "0 0"u8.ToArray());
        Assert.Equal([5, 4], ImageDataset.Load(_folder.Path, classes: 10).Train.Labels.data<byte>().ToArray());
        WriteSet("qmnist-{0}-images-idx3-ubyte.gz", "qmnist-{0}-labels-idx2-int.gz", "test", Integers([5], [256]));
        Assert.Contains(
            "qmnist-train-labels-idx2-int.gz: expected labels from 0 to 255, found others.",
            Assert.Throws<InvalidDataException>(() => ImageDataset.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_named_with_all_that_is_there()
    {
        WriteSet("{0}-images.idx", "{0}-labels.idx", "test", Labels(1, 2));
        File.Move(_folder.File("test-images.idx"), _folder.File("images.idx"));
        Write("floats.idx", [0, 0, 0x0d, 1, 0, 0, 0, 0]);
        Write("readme.txt", "no data"u8.ToArray());
        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => ImageDataset.Load(_folder.Path));
        Assert.Equal(
            $"The folder {_folder.Path} has no test images: neither t10k-images-idx3-ubyte.gz nor t10k-images-idx3-ubyte, nor "
            + "another IDX file that holds them. There is floats.idx (another kind of IDX file), "
            + "images.idx (2 images of 2 × 3 pixels), readme.txt (no IDX file), test-labels.idx (2 labels), "
            + "train-images.idx (2 images of 2 × 3 pixels), "
            + "train-labels.idx (2 labels).",
            error.Message);
    }

    [Fact]
    public void A_crowded_folder_makes_no_long_message()
    {
        for (int i = 0; i < 1000; i++)
        {
            Write($"{i}.png", []);
        }

        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => ImageDataset.Load(_folder.Path));
        Assert.EndsWith(", and 976 more.", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 0, 1000);
    }

    private static byte[] Images(int count) =>
        IdxFileTests.Idx(3, [count, 2, 3], [.. Enumerable.Range(1, count * 6).Select(i => (byte)i)]);

    private static byte[] Labels(params byte[] labels) => IdxFileTests.Idx(1, [labels.Length], labels);

    private static byte[] Integers(params int[][] rows)
    {
        byte[] file = IdxFileTests.Idx(2, [rows.Length, rows[0].Length], new byte[rows.Length * rows[0].Length * 4]);
        file[2] = 0x0c;
        foreach ((int i, int value) in rows.SelectMany(row => row).Index())
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(12 + (4 * i)), value);
        }

        return file;
    }

    private void WriteSet(string images, string labels, string test, byte[] labelFile)
    {
        foreach (string part in new[] { "train", test })
        {
            Write(images.Replace("{0}", part, StringComparison.Ordinal), Images(2));
            Write(labels.Replace("{0}", part, StringComparison.Ordinal), labelFile);
        }
    }

    private void Write(string name, byte[] content) => File.WriteAllBytes(
        _folder.File(name), name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? IdxFileTests.Zip(content) : content);
}

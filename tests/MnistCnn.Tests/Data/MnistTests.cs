using MnistCnn;
using MnistCnn.Tests.Native;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Data;

public sealed class MnistTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Finds_the_sixty_thousand_and_the_ten_thousand_images_without_a_path()
    {
        var ((xTrain, yTrain), (xTest, yTest)) = Mnist.Load();
        Assert.Equal([60000, 28, 28], xTrain.shape);
        Assert.Equal([60000], yTrain.shape);
        Assert.Equal([10000, 28, 28], xTest.shape);
        Assert.Equal([10000], yTest.shape);
        Assert.All(new[] { xTrain, yTrain, xTest, yTest }, tensor => Assert.Equal(ScalarType.Byte, tensor.dtype));

        // The first labels are known to everyone who has looked at MNIST: 5 0 4 1 9, and 7 2 1 0 4.
        Assert.Equal([5, 0, 4, 1, 9], yTrain[..5].data<byte>().ToArray());
        Assert.Equal([7, 2, 1, 0, 4], yTest[..5].data<byte>().ToArray());
        Assert.Equal(
            [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], yTest.to(int64).bincount(null).data<long>().ToArray());
    }

    [Fact]
    public void Prints_what_it_is_in_one_line() => Assert.Equal(
        "Training: 60,000 images of 28 × 28 pixels in 10 classes; test: 10,000 images of 28 × 28 pixels in 10 classes",
        Mnist.Load().ToString());

    [Fact]
    public void Refuses_a_file_that_is_not_MNISTs()
    {
        foreach (string file in Directory.GetFiles(Repository.PathOf("data", "mnist"), "*.gz"))
        {
            File.Copy(file, _folder.File(Path.GetFileName(file)));
        }

        WriteSet(labels: [1, 2], only: "t10k-labels-idx1-ubyte");
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Mnist.Load(_folder.Path));
        Assert.Contains("t10k-labels-idx1-ubyte.gz: expected SHA-256 ff7bcfd4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loads_any_other_set_by_its_folder()
    {
        WriteSet(labels: [0, 2]);
        (LabeledImages train, LabeledImages test) = ImageDataset.Load(_folder.Path, classes: 3);
        Assert.Equal([2, 1, 2], train.Images.shape);
        Assert.Equal([10, 20, 30, 40], train.Images.data<byte>().ToArray());
        Assert.Equal([0, 2], test.Labels.data<byte>().ToArray());
    }

    [Fact]
    public void A_label_out_of_range_is_named_with_its_position()
    {
        WriteSet(labels: [0, 3]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ImageDataset.Load(_folder.Path, classes: 3));
        Assert.Contains("train-labels-idx1-ubyte.gz: expected labels from 0 to 2, found 3 at position 1.",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_that_differ_are_named()
    {
        WriteSet(labels: [0, 1, 2]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ImageDataset.Load(_folder.Path));
        Assert.Contains("expected 2 labels, one for each image of", error.Message, StringComparison.Ordinal);
        Assert.Contains("found 3.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_missing_folder_are_named()
    {
        Assert.Contains(
            "train-images-idx3-ubyte",
            Assert.Throws<FileNotFoundException>(() => ImageDataset.Load(_folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => ImageDataset.Load(_folder.File("nowhere")));
    }

    private void WriteSet(byte[] labels, string? only = null)
    {
        foreach (string name in ImageDataset.FileNames.Where(name => only is null || name == only))
        {
            byte[] content = name.Contains("idx3", StringComparison.Ordinal)
                ? IdxFileTests.Idx(3, [2, 1, 2], [10, 20, 30, 40])
                : IdxFileTests.Idx(1, [labels.Length], labels);
            File.WriteAllBytes(_folder.File(name + ".gz"), IdxFileTests.Zip(content));
        }
    }
}

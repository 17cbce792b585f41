using System.Drawing;
using MnistCnn;
using MnistCnn.Lab;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

public sealed class ImageAugmentationTests : IDisposable
{
    private static readonly Tensor s_images = rand([6, 12, 10, 1], generator: new Generator(3));

    public void Dispose() => CpuAcceleration.IsEnabled = true;

    [Theory]
    [InlineData(0.3, 0.2, 1.1, 1.5, -0.75)]
    [InlineData(-2.5, 0, 0.8, -3, 2)]
    [InlineData(0, -0.4, 1, 0, 0)]
    public void A_change_is_what_libtorchs_grid_sample_makes_of_it(
        double angle, double slant, double scale, double right, double down)
    {
        const int Rows = 12, Columns = 10;
        var change = new AffineChange(angle, slant, scale, right, down);

        // The image forwards, for libtorch, whose coordinates go from −1 to 1 between the middles of the outer pixels: the
        // matrix scale · R S and the shift, inverted by libtorch.
        Tensor turn = tensor(new[,] { { Math.Cos(angle), -Math.Sin(angle) }, { Math.Sin(angle), Math.Cos(angle) } });
        Tensor shear = tensor(new[,] { { 1, slant }, { 0, 1 } });
        Tensor back = linalg.inv(turn.matmul(shear) * scale);
        Tensor half = tensor(new[] { (Columns - 1) / 2.0, (Rows - 1) / 2.0 });
        Tensor matrix = back * half.unsqueeze(0) / half.unsqueeze(1);
        Tensor offset = -back.matmul(tensor(new[] { right, down })) / half;
        Tensor theta = cat([matrix, offset.unsqueeze(1)], 1).unsqueeze(0).to(float32);
        Tensor image = s_images[..1].permute(0, 3, 1, 2).contiguous();
        Tensor grid = nn.functional.affine_grid(theta, [1, 1, Rows, Columns], align_corners: true);
        Tensor expected = nn.functional.grid_sample(
            image, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: true);

        Assert.All(
            expected.flatten().data<float>().ToArray().Zip(Warped(change)), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void Draws_are_uniform_within_the_limits()
    {
        var settings = new ImageAugmentation { Rotation = 20, Shift = 3, Scale = 0.25, Shear = 10 };
        AffineChange[] drawn = [.. Enumerable.Range(0, 4000).Select(i =>
        {
            var random = new SplitMix64(SplitMix64.At(7, i));
            return AffineChange.Draw(ref random, settings);
        })];
        AssertUniform(drawn.Select(change => change.Angle * 180 / Math.PI), 20, 0);
        AssertUniform(drawn.Select(change => Math.Atan(change.Slant) * 180 / Math.PI), 10, 0);
        AssertUniform(drawn.Select(change => change.Scale), 0.25, 1);
        AssertUniform(drawn.Select(change => change.Right), 3, 0);
        AssertUniform(drawn.Select(change => change.Down), 3, 0);

        // One says nothing of another: the correlation of 4000 independent pairs is within 4/√4000.
        double correlation = drawn.Average(change => change.Angle * change.Right) / ((20 * Math.PI / 180 * 3) / 3);
        Assert.InRange(correlation, -0.064, 0.064);
    }

    [Fact]
    public void What_becomes_of_an_image_follows_from_seed_and_place_alone()
    {
        var settings = new ImageAugmentation { Rotation = 15, Shift = 2, Scale = 0.1, Shear = 5, Erasing = 0.5 };
        int threads = get_num_threads();
        try
        {
            using var augmenter = new ImageAugmenter(settings, s_images, ImageDataFormat.ChannelsLast, 6);
            augmenter.Fill([0, 1, 2, 3, 4, 5], 99);
            float[][] all = [.. Enumerable.Range(0, 6).Select(i => augmenter.Batch[i].contiguous().data<float>().ToArray())];
            set_num_threads(1);
            augmenter.Fill([4, 2], 99);
            Assert.Equal(all[4], augmenter.Batch[0].contiguous().data<float>().ToArray());
            Assert.Equal(all[2], augmenter.Batch[1].contiguous().data<float>().ToArray());
            augmenter.Fill([4], 100);
            Assert.NotEqual(all[4], augmenter.Batch[0].contiguous().data<float>().ToArray());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Both_data_formats_and_all_channels_are_changed_alike()
    {
        var settings = new ImageAugmentation { Rotation = 15, Shift = 2, Scale = 0.1, Erasing = 1, Fill = 0.25f };
        Tensor last = rand([3, 9, 11, 2]);
        Tensor first = last.permute(0, 3, 1, 2).contiguous();
        using var a = new ImageAugmenter(settings, last, ImageDataFormat.ChannelsLast, 3);
        using var b = new ImageAugmenter(settings, first, ImageDataFormat.ChannelsFirst, 3);
        a.Fill([0, 1, 2], 5);
        b.Fill([0, 1, 2], 5);
        Assert.Equal(a.Batch.permute(0, 3, 1, 2).contiguous().data<float>().ToArray(), b.Batch.data<float>().ToArray());
        using var single = new ImageAugmenter(settings, last[.., .., .., 1..].contiguous(), ImageDataFormat.ChannelsLast, 3);
        single.Fill([0, 1, 2], 5);
        Assert.Equal(single.Batch.data<float>().ToArray(), a.Batch[.., .., .., 1].contiguous().data<float>().ToArray());
    }

    [Fact]
    public void Erasing_fills_one_rectangle_of_the_stated_size_as_often_as_asked_for()
    {
        const int Images = 1000;
        Tensor ones = torch.ones(Images, 28, 28, 1);
        using var augmenter = new ImageAugmenter(new() { Erasing = 0.3 }, ones, ImageDataFormat.ChannelsLast, Images);
        augmenter.Fill([.. Enumerable.Range(0, Images)], 1);
        int erased = 0;
        for (int i = 0; i < Images; i++)
        {
            Tensor holes = augmenter.Batch[i, .., .., 0] == 0;
            long count = holes.sum().item<long>();
            if (count > 0)
            {
                erased++;
                long rows = holes.any(1).sum().item<long>(), columns = holes.any(0).sum().item<long>();
                Assert.Equal(count, rows * columns);
                Assert.InRange(count, 0.012 * 784, 0.36 * 784);
            }
        }

        Assert.InRange(erased, 240, 360);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_training_sees_the_changed_images_and_the_validation_does_not(bool accelerated)
    {
        // Every image becomes paper: nothing can be learnt but the bias.
        CpuAcceleration.IsEnabled = accelerated;
        (Tensor X, Tensor Y) train = TinyImages.Make(64, seed: 1);
        Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new Sgd(1e-9), seed: 1);
        History history = model.Fit(train, train, batchSize: 24, verbose: false, augmentation: new() { Shift = 1e6 });
        var (blank, _) = model.Evaluate(zeros_like(train.X), train.Y);
        Assert.Equal(blank, history[0].Loss, 1e-5);
        Assert.Equal(model.Evaluate(train.X, train.Y).Loss, history[0].ValLoss!.Value, 1e-6);
        Assert.NotEqual(history[0].Loss, history[0].ValLoss!.Value, 1e-3);
    }

    [Fact]
    public void Both_paths_train_on_the_same_images()
    {
        History Run(bool accelerated)
        {
            CpuAcceleration.IsEnabled = accelerated;
            Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new Sgd(0.1), seed: 1);
            return model.Fit(
                TinyImages.Make(64, seed: 1), epochs: 2, batchSize: 24, seed: 1, verbose: false,
                augmentation: new() { Rotation = 20, Shift = 1 });
        }

        Assert.All(Run(true).Loss.Zip(Run(false).Loss), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void Another_epoch_sees_other_images_and_the_same_seed_the_same()
    {
        History Run(long seed, bool shuffle) =>
            TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new Sgd(1e-9), seed: 1).Fit(
                TinyImages.Make(64, seed: 1), epochs: 2, batchSize: 24, seed: seed,
                shuffle: shuffle, verbose: false, augmentation: new() { Shift = 3 });
        Assert.Equal(Run(1, true).Loss, Run(1, true).Loss);
        Assert.NotEqual(Run(1, true).Loss[0], Run(2, true).Loss[0], 1e-5);
        Assert.NotEqual(Run(1, true).Loss[0], Run(1, true).Loss[1], 1e-5);

        // The order of the images does not change what becomes of them.
        Assert.Equal(Run(1, true).Loss[0], Run(1, false).Loss[0], 1e-6);
    }

    public static TheoryData<ImageAugmentation, string> Wrong => new()
    {
        { new() { Rotation = 200 }, "ImageAugmentation.Rotation: expected 0 to 180 degrees, given 200." },
        { new() { Shift = -1 }, "Shift: expected 0 to 1,000,000 pixels, given -1." },
        { new() { Scale = 1 }, "Scale: expected a share from 0 to below 1, as 0.1 for 0.9 to 1.1 times, given 1." },
        { new() { Shear = 90 }, "Shear" },
        { new() { Fill = float.NaN }, "Fill" },
        { new() { Erasing = 1.5 }, "Erasing" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Settings_out_of_range_are_refused_by_name(ImageAugmentation augmentation, string message) => Assert.Contains(
        message,
        Assert.Throws<ArgumentException>(() =>
            TinyImages.Model().Compile(TinyImages.Shape).Fit(TinyImages.Make(10, seed: 1), augmentation: augmentation)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Samples_that_are_no_images_cannot_be_changed()
    {
        Sequential model = nn.Sequential(("dense_1", nn.Linear(5, 2))).Compile([5]);
        Assert.Contains(
            "Augmentation needs images, (n, rows, columns, channels) or (n, channels, rows, columns); given (4, 5).",
            Assert.Throws<ArgumentException>(() =>
                model.Fit((rand(4, 5), zeros(4, dtype: int64).ToCategorical(2)), augmentation: new() { Shift = 1 })).Message,
            StringComparison.Ordinal);
    }

    private static float[] Warped(AffineChange change)
    {
        using var augmenter = new ImageAugmenter(new() { Shift = 1 }, s_images, ImageDataFormat.ChannelsLast, 1);
        augmenter.Fill([0], [change.InverseMap(12, 10)], [Rectangle.Empty]);
        return [.. augmenter.Batch.data<float>()];
    }

    private static void AssertUniform(IEnumerable<double> values, double limit, double middle)
    {
        double[] parts = [.. values.Select(value => (value - middle) / limit)];
        Assert.All(parts, part => Assert.InRange(part, -1.0000001, 1.0000001));
        Assert.InRange(parts.Average(), -0.04, 0.04);
        Assert.InRange(parts.Average(part => part * part), 0.31, 0.357);
        Assert.True(parts.Max() > 0.99 && parts.Min() < -0.99);
    }
}

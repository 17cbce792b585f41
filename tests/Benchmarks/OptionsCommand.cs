using System.CommandLine;
using System.Diagnostics;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>What options of <c>Fit</c> cost, beside the training itself.</summary>
internal static class OptionsCommand
{
    private const int BatchSize = 128;
    private const int ImagesOfEpoch = 54_000;

    /// <summary>The command <c>options</c>.</summary>
    public static Command Create()
    {
        var imagesOption = new Option<int>("--images") { Description = "Images a round.", DefaultValueFactory = _ => 12_800 };
        var roundsOption = new Option<int>("--rounds") { Description = "Rounds.", DefaultValueFactory = _ => 5 };
        var command = new Command("options",
            "Trains network 3 with and without changed images and averaged weights, in turns, "
            + "and prints the seconds of an epoch.")
        {
            imagesOption, roundsOption,
        };
        command.SetAction(arguments => Measure(arguments.GetValue(imagesOption), arguments.GetValue(roundsOption)));
        return command;
    }

    private static void Measure(int images, int rounds)
    {
        TorchNatives.EnsureLoaded();
        manual_seed(1);
        Tensor x = rand(images, 28, 28, 1);
        Tensor y = TensorExtensions.ToCategorical(randint(10, [images]), 10);
        Sequential model = ExerciseModel.Make(3).Compile(new Shape(28, 28, 1), seed: 1);
        var affine = new ImageAugmentation { Rotation = 10, Shift = 2, Scale = 0.1, Shear = 10 };
        (string Name, ImageAugmentation? Settings, Callback[] Callbacks)[] kinds =
        [
            ("no options", null, []), ("rotation, shift, scale, shear", affine, []),
            ("with erasing", affine with { Erasing = 0.5 }, []),
            ("averaged weights", null, [new WeightAveraging()]),
        ];
        double[][] seconds = [.. kinds.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++)
        {
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                var clock = Stopwatch.StartNew();
                model.Fit((x, y), batchSize: BatchSize, seed: 1, verbose: false,
                    augmentation: kinds[kind].Settings, callbacks: kinds[kind].Callbacks);
                if (round >= 0)
                {
                    seconds[kind][round] = clock.Elapsed.TotalSeconds * ImagesOfEpoch / images;
                }
            }
        }

        double plain = Median(seconds[0]), fastest = seconds[0].Min();
        Console.WriteLine(
            $"{get_num_threads()} threads; seconds of an epoch of {ImagesOfEpoch:N0} images, batches of {BatchSize}");
        for (int kind = 0; kind < kinds.Length; kind++)
        {
            double median = Median(seconds[kind]);
            Console.WriteLine(
                $"{kinds[kind].Name,-32} {median,7:F2} s  {(median / plain) - 1,7:P1}  "
                + $"({seconds[kind].Min():F2} to {seconds[kind].Max():F2})");
        }

        // The images alone: what the differences above are made of.
        foreach ((string name, ImageAugmentation? settings, _) in kinds.Where(kind => kind.Settings is not null))
        {
            using var augmenter = new ImageAugmenter(settings!, x, ImageDataFormat.ChannelsLast, BatchSize);
            int[] rows = [.. Enumerable.Range(0, images)];
            double best = double.PositiveInfinity;
            for (int round = 0; round < rounds; round++)
            {
                var clock = Stopwatch.StartNew();
                for (int from = 0; from < images; from += BatchSize)
                {
                    augmenter.Fill(rows.AsSpan(from, Math.Min(BatchSize, images - from)), 1);
                }

                best = Math.Min(best, clock.Elapsed.TotalSeconds * ImagesOfEpoch / images);
            }

            Console.WriteLine($"{name,-32} {best,7:F3} s alone, {best / fastest:P1} of the fastest epoch");
        }

        double average = SecondsOfAverage(model) * ImagesOfEpoch / BatchSize;
        Console.WriteLine($"{"averaged weights",-32} {average,7:F3} s alone, {average / fastest:P1} of the fastest epoch");
    }

    /// <summary>The fastest of many passes over the average of a network's weights, in seconds.</summary>
    private static double SecondsOfAverage(Sequential model)
    {
        using var averaging = new AveragedWeights(ModelWeights.Copy(model), updates: 0);
        double best = double.PositiveInfinity;
        for (int round = 0; round < 200; round++)
        {
            var clock = Stopwatch.StartNew();
            averaging.Update(model, 0.999);
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return best;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}

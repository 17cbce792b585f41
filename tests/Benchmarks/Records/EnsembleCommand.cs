using System.CommandLine;
using MnistCnn;
using MnistCnn.Lab;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>The command that trains ensembles: different networks, of which the mean of the probabilities decides.</summary>
internal static class EnsembleCommand
{
    /// <summary>How often each of the test images is seen: moved by up to a pixel in both directions.</summary>
    private const int Views = 9;

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Option<FileInfo> output = RecordsCommand.Output();
        var command = new Command("ensembles", "Different networks, each alone and all together.") { output };
        command.SetAction(arguments =>
        {
            IReadOnlyList<RecordTraining> members = RecordTrainings.Members;
            RecordTraining together = members[0] with { Network = "together", Epochs = members.Sum(member => member.Epochs) };
            MnistSplit images = RecordsCommand.Start();
            RunFile file = RecordsCommand.FileOf(
                arguments.GetValue(output)!,
                members.Append(together).SelectMany(each => new[] { Seen(each, 1), Seen(each, Views) }));
            for (int seed = 1; seed <= members[0].Seeds; seed++)
            {
                if (file.Has(Seen(together, Views), seed))
                {
                    continue;
                }

                using var scope = NewDisposeScope();
                var runs = new Experiment();
                (Tensor Once, Tensor Moved) sum = (zeros_like(images.Test.Y), zeros_like(images.Test.Y));
                var trainings = new List<EpochRecord>();
                long weights = 0;
                foreach (RecordTraining member in members)
                {
                    (Sequential model, History history) = member.Train(images, seed);
                    long parameters = RecordsCommand.Weights(model);
                    (Tensor Once, Tensor Moved) seen = (model.Predict(images.Test.X), PredictMoved(model, images.Test.X));
                    Console.WriteLine(
                        $"{member.Settings}, seed {seed}: {history.Sum(epoch => epoch.Duration.TotalSeconds):F0} s");
                    Add(member, history, parameters, seen);
                    sum = (sum.Once + seen.Once, sum.Moved + seen.Moved);
                    trainings.Add(history[^1] with
                    {
                        Epoch = trainings.Count + 1,
                        Duration = TimeSpan.FromTicks(history.Sum(epoch => epoch.Duration.Ticks)),
                    });
                    weights += parameters;
                }

                // Of each member the end, and as long as all of it took.
                Add(together, new History(trainings), weights, (sum.Once / members.Count, sum.Moved / members.Count));
                file.Add(runs);

                void Add(RecordTraining training, History history, long count, (Tensor Once, Tensor Moved) seen)
                {
                    runs.Add(Seen(training, 1), history, count, seed, Result(seen.Once, images.Test.Y));
                    runs.Add(Seen(training, Views), history, count, seed, Result(seen.Moved, images.Test.Y));
                }
            }

            Console.WriteLine(file.Runs.BySettings());
        });
        return command;
    }

    private static Settings Seen(RecordTraining training, int views) => Settings.From(
        new { network = training.Network, epochs = training.Epochs, views });

    /// <summary>The mean of what is said of the images as they are and moved by a pixel to each side and corner.</summary>
    private static Tensor PredictMoved(Sequential model, Tensor images)
    {
        using Tensor framed = nn.functional.pad(images, [0, 0, 1, 1, 1, 1]);
        Tensor sum = 0;
        for (int view = 0; view < Views; view++)
        {
            (int row, int column) = (view / 3, view % 3);
            sum = sum + model.Predict(framed[.., row..(row + 28), column..(column + 28)].contiguous());
        }

        return sum / Views;
    }

    private static TestResult Result(Tensor probabilities, Tensor targets) => new(
        -(probabilities.clamp_min(1e-7).log() * targets).sum(1).mean().item<float>(),
        probabilities.argmax(1).eq(targets.argmax(1)).sum().item<long>() / (double)targets.shape[0]);
}

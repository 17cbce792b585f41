using System.CommandLine;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>The commands that make the records: the time to an accuracy, ensembles, the fewest weights.</summary>
internal static class RecordsCommand
{
    /// <summary>Describes the commands.</summary>
    public static Command Create() => new("records", "Trains what holds the records, and keeps the runs in files.")
    {
        Of("time", "The time to an accuracy. Let nothing else compute meanwhile.", RecordTrainings.Time),
        Of("fewest", "The fewest weights for an accuracy.", RecordTrainings.Fewest),
        Ensembles(),
    };

    private static Command Of(string name, string description, IReadOnlyList<RecordTraining> trainings)
    {
        Option<FileInfo> output = Output();
        var command = new Command(name, description) { output };
        command.SetAction(arguments =>
        {
            MnistSplit images = Start();
            RunFile file = FileOf(arguments.GetValue(output)!, trainings);

            // Seed by seed, so that what is compared ran at about the same time.
            for (int seed = 1; seed <= trainings.Max(training => training.Seeds); seed++)
            {
                foreach (RecordTraining training in trainings.Where(
                    training => seed <= training.Seeds && !file.Has(training.Settings, seed)))
                {
                    using var scope = NewDisposeScope();
                    (Sequential model, History history) = training.Train(images, seed);
                    Evaluation test = model.Evaluate(images.Test.X, images.Test.Y);
                    Keep(file, training.Settings, history, Weights(model), seed, new(test.Loss, test.Accuracy));
                }
            }

            Console.WriteLine(file.Runs.BySettings());
        });
        return command;
    }

    private static Command Ensembles()
    {
        Option<FileInfo> output = Output();
        var command = new Command("ensembles", "Ensembles of five, and their members.") { output };
        command.SetAction(arguments =>
        {
            MnistSplit images = Start();
            RecordTraining member = RecordTrainings.Member, together = member with { Network = RecordTrainings.Ensemble };
            RunFile file = FileOf(arguments.GetValue(output)!, [member, together]);
            for (int ensemble = 1; ensemble <= member.Seeds / RecordTrainings.Members; ensemble++)
            {
                if (file.Has(together.Settings, ensemble))
                {
                    continue;
                }

                using var scope = NewDisposeScope();
                Tensor validation = zeros_like(images.Validation.Y), test = zeros_like(images.Test.Y);
                var histories = new List<History>();
                long weights = 0;
                for (int k = 1; k <= RecordTrainings.Members; k++)
                {
                    long seed = ((ensemble - 1) * RecordTrainings.Members) + k;
                    (Sequential model, History history) = member.Train(images, seed);
                    Tensor seen = model.Predict(images.Test.X);
                    Keep(file, member.Settings, history, Weights(model), seed, Result(seen, images.Test.Y));
                    validation += model.Predict(images.Validation.X) / RecordTrainings.Members;
                    test += seen / RecordTrainings.Members;
                    histories.Add(history);
                    weights += Weights(model);
                }

                TestResult reached = Result(validation, images.Validation.Y);
                EpochRecord[] epochs =
                    [.. Enumerable.Range(0, member.Epochs).Select(i => Together([.. histories.Select(history => history[i])]))];
                epochs[^1] = epochs[^1] with { ValLoss = reached.Loss, ValAccuracy = reached.Accuracy };
                Keep(file, together.Settings, new History(epochs), weights, ensemble, Result(test, images.Test.Y));
            }

            Console.WriteLine(file.Runs.BySettings());
        });
        return command;
    }

    /// <summary>The epoch of several networks, trained one after the other.</summary>
    private static EpochRecord Together(IReadOnlyList<EpochRecord> epochs) => epochs[0] with
    {
        Loss = epochs.Average(epoch => epoch.Loss),
        Accuracy = epochs.Average(epoch => epoch.Accuracy),
        Duration = TimeSpan.FromTicks(epochs.Sum(epoch => epoch.Duration.Ticks)),
    };

    private static TestResult Result(Tensor probabilities, Tensor targets) => new(
        -(probabilities.clamp_min(1e-7).log() * targets).sum(1).mean().item<float>(),
        probabilities.argmax(1).eq(targets.argmax(1)).sum().item<long>() / (double)targets.shape[0]);

    private static MnistSplit Start()
    {
        TorchNatives.EnsureLoaded();
        Console.WriteLine($"{get_num_threads()} threads, {CpuAcceleration.Instructions}");
        return new MnistSplit();
    }

    private static Option<FileInfo> Output() => new("--output")
    {
        Description = "The file of runs. Those it holds already are not repeated.", Required = true,
    };

    private static long Weights(Sequential model) => model.parameters().Sum(parameter => parameter.numel());

    private static RunFile FileOf(FileInfo file, IReadOnlyList<RecordTraining> trainings)
    {
        Settings[] order = [.. trainings.Select(training => training.Settings)];
        return new(file, Path.GetFileNameWithoutExtension(file.Name).Replace('-', ' '), run => Array.IndexOf(order, run));
    }

    private static void Keep(RunFile file, Settings settings, History history, long weights, long seed, TestResult test)
    {
        var run = new Experiment();
        run.Add(settings, history, weights, seed, test);
        file.Add(run);
    }
}

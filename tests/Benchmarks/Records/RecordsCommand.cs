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
    };

    private static Command Of(string name, string description, IReadOnlyList<RecordTraining> trainings)
    {
        Option<FileInfo> output = Output();
        var command = new Command(name, description) { output };
        command.SetAction(arguments =>
        {
            MnistSplit images = Start();
            RunFile file = FileOf(arguments.GetValue(output)!, trainings.Select(training => training.Settings));

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

    public static MnistSplit Start()
    {
        TorchNatives.EnsureLoaded();
        Console.WriteLine($"{get_num_threads()} threads, {CpuAcceleration.Instructions}");
        return new MnistSplit();
    }

    public static Option<FileInfo> Output() => new("--output")
    {
        Description = "The file of runs. Those it holds already are not repeated.", Required = true,
    };

    public static long Weights(Sequential model) => model.parameters().Sum(parameter => parameter.numel());

    public static RunFile FileOf(FileInfo file, IEnumerable<Settings> settings)
    {
        Settings[] order = [.. settings];
        return new(file, Path.GetFileNameWithoutExtension(file.Name).Replace('-', ' '), run => Array.IndexOf(order, run));
    }

    private static void Keep(RunFile file, Settings settings, History history, long weights, long seed, TestResult test)
    {
        var run = new Experiment();
        run.Add(settings, history, weights, seed, test);
        file.Add(run);
    }
}

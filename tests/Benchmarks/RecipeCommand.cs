using System.CommandLine;
using System.Text.Json;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Native;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>
/// The command that makes the figures of the section "beat the sheet": the recipe whole, then with one ingredient left out at a
/// time, then without any, each with several seeds.
/// </summary>
internal static class RecipeCommand
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        var seeds =
            new Option<int>("--seeds") { Description = "Runs of each, with the seeds 1, 2, …", DefaultValueFactory = _ => 3 };
        var epochs = new Option<int>("--epochs") { Description = "Epochs of each run.", DefaultValueFactory = _ => 16 };
        var batchSize = new Option<int>("--batch-size") { Description = "Images of a step.", DefaultValueFactory = _ => 128 };
        var only = new Option<string[]>("--only")
        {
            Description = "Only these: " + string.Join(", ", RecipeVariant.All.Select(variant => $"\"{variant.Name}\"")) + ".",
        };
        var output =
            new Option<FileInfo?>("--output") { Description = "The file of runs. Those it holds already are not repeated." };
        var time = new Option<FileInfo?>("--time")
        {
            Description = "Measures one epoch of the whole recipe, and writes what a run takes to this file. "
                + "Let nothing else compute meanwhile.",
        };
        var command = new Command("recipe",
            "Trains the recipe that beats the sheet, whole and with its ingredients left out, and keeps the runs in a file.")
        {
            seeds, epochs, batchSize, only, output, time,
        };
        command.SetAction(arguments =>
        {
            TorchNatives.EnsureLoaded();
            Console.WriteLine($"{get_num_threads()} threads, {CpuAcceleration.Instructions}");
            var run = new RecipeRun(arguments.GetValue(epochs), arguments.GetValue(batchSize));
            if (arguments.GetValue(time) is { } timeFile)
            {
                MeasureTime(run, arguments.GetValue(epochs), timeFile);
            }

            if (arguments.GetValue(output) is { } file)
            {
                Train(run, arguments.GetValue(seeds), arguments.GetValue(only) ?? [], file);
            }
        });
        return command;
    }

    private static void MeasureTime(RecipeRun run, int epochs, FileInfo file)
    {
        double seconds = run.MeasureEpoch().TotalSeconds;
        var measured = new RecipeTime(get_num_threads(), CpuAcceleration.Instructions, epochs, seconds, epochs * seconds / 60);
        Console.WriteLine(measured);
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(measured, s_json) + "\n");
    }

    private static void Train(RecipeRun run, int seeds, string[] only, FileInfo output)
    {
        var file = new RunFile(output, "beat the sheet", settings => RecipeVariant.Order(settings["recipe"]));
        for (int seed = 1; seed <= seeds; seed++)
        {
            foreach (RecipeVariant variant in RecipeVariant.All.Where(variant => only.Length == 0 || only.Contains(variant.Name)))
            {
                if (!file.Runs.Any(done => done.Seed == seed && done.Settings["recipe"] == variant.Name))
                {
                    var trained = new Experiment();
                    run.Train(variant, seed, trained);
                    file.Add(trained);
                }
            }
        }

        Console.WriteLine(file.Runs.BySettings());
        Console.WriteLine(file.Runs.BySettings().Compare(Measure.TestAccuracy));
    }
}

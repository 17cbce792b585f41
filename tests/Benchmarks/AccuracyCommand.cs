using System.CommandLine;
using MnistCnn;
using MnistCnn.Native;

namespace MnistCnn.Benchmarks;

/// <summary>What plain TorchSharp and the library reach on the test set, over seeds.</summary>
internal static class AccuracyCommand
{
    /// <summary>The command <c>accuracy</c>.</summary>
    public static Command Create()
    {
        var modelOption = new Option<int?>("--model") { Description = "Only this model: 1, 2 or 3." };
        var sideOption = new Option<string?>("--side") { Description = "Only this side." };
        sideOption.AcceptOnlyFromAmong("stock", "ours");
        var seedsOption =
            new Option<int>("--seeds") { Description = "Runs of each, with the seeds 1, 2, …", DefaultValueFactory = _ => 5 };
        var epochsOption = new Option<int>("--epochs") { Description = "Epochs of each run.", DefaultValueFactory = _ => 10 };
        var jsonOption =
            new Option<FileInfo?>("--json") { Description = "The file of results. Those it holds already are not repeated." };
        var command = new Command("accuracy",
            "Trains the three models with plain TorchSharp and with the library, and compares what they reach on the test set.")
        {
            modelOption, sideOption, seedsOption, epochsOption, jsonOption,
        };
        command.SetAction(arguments =>
        {
            TorchNatives.EnsureLoaded();
            Compare(
                arguments.GetValue(modelOption) is { } model ? [model] : [1, 2, 3],
                arguments.GetValue(sideOption) is { } side ? [side] : ["stock", "ours"], arguments.GetValue(seedsOption),
                arguments.GetValue(epochsOption), arguments.GetValue(jsonOption));
        });
        return command;
    }

    private static void Compare(int[] models, string[] sides, int seeds, int epochs, FileInfo? file)
    {
        using var run = new AccuracyRun(epochs);
        List<AccuracyRecord> records = AccuracyRecord.Load(file);
        foreach (int model in models)
        {
            for (long seed = 1; seed <= seeds; seed++)
            {
                foreach (string side in sides)
                {
                    if (records.Exists(r => (r.Model, r.Side, r.Seed, r.Epochs) == (model, side, seed, epochs)))
                    {
                        continue;
                    }

                    AccuracyRecord record = run.Train(model, side, seed);
                    Console.WriteLine($"model {model}, {side}, seed {seed}: {record.Accuracy:F4}");

                    // Another process may have trained others meanwhile.
                    records = [.. file is null ? records : AccuracyRecord.Load(file), record];
                    AccuracyRecord.Save(file, records);
                }
            }
        }

        AccuracyTable.Print(records, Console.Out);
    }
}

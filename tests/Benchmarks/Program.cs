using System.CommandLine;
using System.Text.Json;
using MnistCnn.Acceleration;
using MnistCnn.Benchmarks;
using MnistCnn.Natives;
using static TorchSharp.torch;

const int batchSize = 256;
const int evaluated = 5000;
var modelOption = new Option<int?>("--model") { Description = "Only this model: 1, 2 or 3." };
var roundsOption = new Option<int>("--rounds") { Description = "Rounds, each one stock and one ours.", DefaultValueFactory = _ => 7 };
var stepsOption = new Option<int>("--steps") { Description = "Steps a round.", DefaultValueFactory = _ => 12 };
var jsonOption = new Option<FileInfo?>("--json") { Description = "Write the table to this file too." };
var accuracyOption = new Option<bool>("--accuracy")
{
    Description = "Compare what both sides reach on the test set instead; with --json, goes on from what the file holds.",
};
var seedsOption = new Option<int>("--seeds") { Description = "With --accuracy: seeds 1 to this.", DefaultValueFactory = _ => 5 };
var epochsOption = new Option<int>("--epochs") { Description = "With --accuracy: epochs.", DefaultValueFactory = _ => 10 };
var sideOption = new Option<string?>("--side") { Description = "With --accuracy: only this side." };
sideOption.AcceptOnlyFromAmong("stock", "ours");
var command = new RootCommand(
    "Trains the three models with plain TorchSharp and with the library, in turns, and prints how long a step takes.")
{
    modelOption, roundsOption, stepsOption, jsonOption, accuracyOption, seedsOption, epochsOption, sideOption,
};
command.SetAction(arguments =>
{
    int rounds = arguments.GetValue(roundsOption), steps = Math.Max(2, arguments.GetValue(stepsOption));
    TorchNatives.EnsureLoaded();
    int[] models = arguments.GetValue(modelOption) is { } only ? [only] : [1, 2, 3];
    if (arguments.GetValue(accuracyOption))
    {
        CompareAccuracy(
            models, arguments.GetValue(sideOption) is { } side ? [side] : ["stock", "ours"], arguments.GetValue(seedsOption),
            arguments.GetValue(epochsOption), arguments.GetValue(jsonOption));
        return;
    }

    manual_seed(1);
    (double libtorch, double own) = MatrixPeak.Measure();
    Console.WriteLine(
        $"{get_num_threads()} threads, {CpuAcceleration.Instructions}; matrix product: "
        + $"libtorch {libtorch:F0} GFLOP/s, own loops {own:F0} GFLOP/s");
    Console.WriteLine($"{"model",5}  {"task",-15} {"precision",-9} {"stock ms",9} {"ours ms",9} {"ratio",7} {"min",6} {"max",6} {"of peak",8} {"peak MB",8}");
    var rows = new List<BenchmarkRow>();
    Tensor x = rand(Math.Max(steps * batchSize, evaluated), 1, 28, 28);
    Tensor labels = randint(10, [x.shape[0]]);
    foreach (int model in models)
    {
        using var stock = new StockTraining(model, x, labels);
        using var ours = new LibraryTraining(model, x, labels);
        Add("step of 256", ExerciseModel.OperationsOfStep(model) * batchSize, () =>
            (stock.MillisecondsOfStep(steps, batchSize), ours.MillisecondsOfStep(steps, batchSize)));
        Add("evaluate 10,000", null, () => (stock.MillisecondsOfEvaluation(500), ours.MillisecondsOfEvaluation()));

        void Add(string task, double? operations, Func<(double Stock, double Ours)> round)
        {
            _ = round();
            (double, double)[] measured = [.. Enumerable.Range(0, rounds).Select(_ => round())];
            var row = BenchmarkRow.Of(model, task, "float32", measured, operations, Math.Max(libtorch, own));
            rows.Add(row);
            Console.WriteLine(
                $"{row.Model,5}  {row.Task,-15} {row.Precision,-9} {row.StockMilliseconds,9:F1} {row.OurMilliseconds,9:F1} "
                + $"{row.Ratio,6:F2}x {row.LowestRatio,6:F2} {row.HighestRatio,6:F2} {row.ShareOfPeak,8:P0} {row.PeakMegabytes,8:F0}");
        }
    }

    if (arguments.GetValue(jsonOption) is { } file)
    {
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web) + "\n");
    }
});
return command.Parse(args).Invoke();

static void CompareAccuracy(int[] models, string[] sides, int seeds, int epochs, FileInfo? file)
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

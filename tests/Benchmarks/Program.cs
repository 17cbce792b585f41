using System.CommandLine;
using System.Text.Json;
using MnistCnn.Acceleration;
using MnistCnn.Benchmarks;
using MnistCnn.Natives;
using static TorchSharp.torch;

const int batchSize = 256;
const int evaluated = 10000;
const int stepsOfEpoch = 60;
var modelOption = new Option<int?>("--model") { Description = "Only this model: 1, 2 or 3." };
var roundsOption = new Option<int>("--rounds") { Description = "Rounds, each one stock and one ours.", DefaultValueFactory = _ => 7 };
var stepsOption = new Option<int>("--steps") { Description = "Steps a round.", DefaultValueFactory = _ => 12 };
var jsonOption = new Option<FileInfo?>("--json") { Description = "Write the table to this file too." };
var bfloat16Option = new Option<bool>("--bfloat16")
{
    Description = "Measure libtorch in bfloat16 too, in the place of the library.",
};
var accuracyOption = new Option<bool>("--accuracy")
{
    Description = "Compare what both sides reach on the test set instead; with --json, goes on from what the file holds.",
};
var seedsOption = new Option<int>("--seeds") { Description = "With --accuracy: seeds 1 to this.", DefaultValueFactory = _ => 5 };
var epochsOption = new Option<int>("--epochs") { Description = "With --accuracy: epochs.", DefaultValueFactory = _ => 10 };
var sideOption = new Option<string?>("--side") { Description = "With --accuracy: only this side." };
sideOption.AcceptOnlyFromAmong("stock", "ours");
var longUseOption = new Option<bool>("--long-use")
{
    Description = "Measure instead whether memory stays flat: 50 epochs, and the training cell 30 times in one session.",
};
var command = new RootCommand(
    "Trains the three models with plain TorchSharp and with the library, in turns, and prints how long a step takes.")
{
    modelOption, roundsOption, stepsOption, jsonOption, bfloat16Option, accuracyOption, seedsOption, epochsOption, sideOption,
    longUseOption,
};
command.SetAction(arguments =>
{
    int rounds = arguments.GetValue(roundsOption), steps = Math.Max(2, arguments.GetValue(stepsOption));
    TorchNatives.EnsureLoaded();
    if (arguments.GetValue(longUseOption))
    {
        MeasureLongUse(arguments.GetValue(jsonOption));
        return;
    }

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
    var loops = new List<LoopCost>();
    Tensor x = rand(Math.Max(Math.Max(steps, stepsOfEpoch) * batchSize, evaluated), 1, 28, 28);
    Tensor labels = randint(10, [x.shape[0]]);
    foreach (int model in models)
    {
        using var stock = new StockTraining(model, x, labels);
        using var ours = new LibraryTraining(model, x, labels);
        using Bfloat16Training? bfloat16 = arguments.GetValue(bfloat16Option) ? new Bfloat16Training(model, x, labels) : null;
        Add(
            "step of 256", ExerciseModel.OperationsOfStep(model) * batchSize, () => stock.MillisecondsOfStep(steps, batchSize),
            () => ours.MillisecondsOfStep(steps, batchSize), bfloat16 is null ? null : () => bfloat16.MillisecondsOfStep(steps, batchSize));
        Add(
            "evaluate 10,000", null, () => stock.MillisecondsOfEvaluation(500, evaluated), () => ours.MillisecondsOfEvaluation(evaluated),
            bfloat16 is null ? null : () => bfloat16.MillisecondsOfEvaluation(500, evaluated));
        loops.Add(LoopCost.Measure(model, x[..(stepsOfEpoch * batchSize)], labels[..(stepsOfEpoch * batchSize)], batchSize));

        void Add(string task, double? operations, Func<double> stockSide, Func<double> ourSide, Func<double>? bfloat16Side)
        {
            var measured = new List<(double Stock, double Ours, double? Bfloat16)>();
            for (int round = 0; round <= rounds; round++)
            {
                measured.Add((stockSide(), ourSide(), bfloat16Side?.Invoke()));
            }

            // The first round compiled.
            measured.RemoveAt(0);
            Print(BenchmarkRow.Of(
                model, task, "float32", [.. measured.Select(m => (m.Stock, m.Ours))], operations, Math.Max(libtorch, own)));
            if (bfloat16Side is not null)
            {
                Print(BenchmarkRow.Of(
                    model, task, "bfloat16*", [.. measured.Select(m => (m.Stock, m.Bfloat16!.Value))], operations,
                    Math.Max(libtorch, own)));
            }
        }

        void Print(BenchmarkRow row)
        {
            rows.Add(row);
            Console.WriteLine(
                $"{row.Model,5}  {row.Task,-15} {row.Precision,-9} {row.StockMilliseconds,9:F1} {row.OurMilliseconds,9:F1} "
                + $"{row.Ratio,6:F2}x {row.LowestRatio,6:F2} {row.HighestRatio,6:F2} {row.ShareOfPeak,8:P0} {row.PeakMegabytes,8:F0}");
        }
    }

    if (arguments.GetValue(bfloat16Option))
    {
        Console.WriteLine("* libtorch in bfloat16, in the place of the library");
    }

    Console.WriteLine();
    Console.WriteLine(LoopCost.Heading);
    loops.ForEach(Console.WriteLine);
    if (arguments.GetValue(jsonOption) is { } file)
    {
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(new { rows, loops }, JsonSerializerOptions.Web) + "\n");
    }
});
command.Subcommands.Add(OptionsCommand.Create());
command.Subcommands.Add(RecipeCommand.Create());
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

static void MeasureLongUse(FileInfo? file)
{
    Console.WriteLine(LongUseRow.Header);
    var rows = new List<LongUseRow>();
    using var use = new LongUse(images: 1024);
    using var session = new NotebookSession();
    foreach (LongUseRow row in use.Measure().Append(session.Repeat(LongUse.Runs, trainImages: 4000)).Append(session.Train(LongUse.Epochs, trainImages: 4000)))
    {
        rows.Add(row);
        Console.WriteLine(row);
    }

    if (file is not null)
    {
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web) + "\n");
    }
}

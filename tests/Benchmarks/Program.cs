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
var longUseOption = new Option<bool>("--long-use")
{
    Description = "Measure instead whether memory stays flat: 50 epochs, and the training cell 30 times in one session.",
};
var command = new RootCommand(
    "Trains the three models with plain TorchSharp and with the library, in turns, and prints how long a step takes.")
{
    modelOption, roundsOption, stepsOption, jsonOption, longUseOption,
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

    manual_seed(1);
    (double libtorch, double own) = MatrixPeak.Measure();
    Console.WriteLine(
        $"{get_num_threads()} threads, {CpuAcceleration.Instructions}; matrix product: "
        + $"libtorch {libtorch:F0} GFLOP/s, own loops {own:F0} GFLOP/s");
    Console.WriteLine($"{"model",5}  {"task",-15} {"precision",-9} {"stock ms",9} {"ours ms",9} {"ratio",7} {"min",6} {"max",6} {"of peak",8} {"peak MB",8}");
    var rows = new List<BenchmarkRow>();
    Tensor x = rand(Math.Max(steps * batchSize, evaluated), 1, 28, 28);
    Tensor labels = randint(10, [x.shape[0]]);
    foreach (int model in arguments.GetValue(modelOption) is { } only ? [only] : (int[])[1, 2, 3])
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

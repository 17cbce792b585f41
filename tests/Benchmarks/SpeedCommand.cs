using System.CommandLine;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Native;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>
/// How long a step and an evaluation take with plain TorchSharp and with the library: what the program does without a command.
/// </summary>
internal static class SpeedCommand
{
    private const int BatchSize = 256;
    private const int Evaluated = 10000;
    private const int StepsOfEpoch = 60;

    /// <summary>Describes the command.</summary>
    public static RootCommand Create()
    {
        var modelOption = new Option<int?>("--model") { Description = "Only this model: 1, 2 or 3." };
        var roundsOption =
            new Option<int>("--rounds") { Description = "Rounds, each one stock and one ours.", DefaultValueFactory = _ => 7 };
        var stepsOption = new Option<int>("--steps") { Description = "Steps a round.", DefaultValueFactory = _ => 12 };
        var jsonOption = new Option<FileInfo?>("--json") { Description = "Add the run to the runs of this file." };
        var bfloat16Option = new Option<bool>("--bfloat16")
        {
            Description = "Measure libtorch in bfloat16 too, in the place of the library.",
        };
        var command = new RootCommand(
            "Trains the three models with plain TorchSharp and with the library, in turns, and prints how long a step takes.")
        {
            modelOption, roundsOption, stepsOption, jsonOption, bfloat16Option,
        };
        command.SetAction(arguments =>
        {
            DateTime started = DateTime.UtcNow;
            int rounds = arguments.GetValue(roundsOption), steps = Math.Max(2, arguments.GetValue(stepsOption));
            TorchNatives.EnsureLoaded();
            int[] models = arguments.GetValue(modelOption) is { } only ? [only] : [1, 2, 3];
            manual_seed(1);
            MachinePeaks peaks = MachinePeaks.Measure();
            Console.WriteLine(
                $"{get_num_threads()} threads, {CpuAcceleration.Instructions}; matrix product: "
                + $"libtorch {peaks.Libtorch:F0} GFLOP/s, own loops {peaks.Own:F0} GFLOP/s; memory {peaks.Memory:F0} GB/s");
            Console.WriteLine(
                $"{"model",5}  {"task",-15} {"precision",-9} {"stock ms",9} {"ours ms",9} "
                + $"{"ratio",7} {"min",6} {"max",6} {"of bound",8} {"bound by",-10} {"peak MB",8}");
            var rows = new List<BenchmarkRow>();
            var loops = new List<LoopCost>();
            Tensor x = rand(Math.Max(Math.Max(steps, StepsOfEpoch) * BatchSize, Evaluated), 1, 28, 28);
            Tensor labels = randint(10, [x.shape[0]]);
            foreach (int model in models)
            {
                using var stock = new StockTraining(model, x, labels);
                using var ours = new LibraryTraining(model, x, labels);
                using Bfloat16Training? bfloat16 = arguments.GetValue(bfloat16Option)
                    ? new Bfloat16Training(model, x, labels)
                    : null;
                Add(
                    "step of 256", Work.OfStep(model, BatchSize),
                    () => stock.MillisecondsOfStep(steps, BatchSize),
                    () => ours.MillisecondsOfStep(steps, BatchSize),
                    bfloat16 is null ? null : () => bfloat16.MillisecondsOfStep(steps, BatchSize));
                Add(
                    "evaluate 10,000", Work.OfEvaluation(model, Evaluated), () => stock.MillisecondsOfEvaluation(500, Evaluated),
                    () => ours.MillisecondsOfEvaluation(Evaluated),
                    bfloat16 is null ? null : () => bfloat16.MillisecondsOfEvaluation(500, Evaluated));
                loops.Add(
                    LoopCost.Measure(model, x[..(StepsOfEpoch * BatchSize)], labels[..(StepsOfEpoch * BatchSize)], BatchSize));

                void Add(
                    string task, Work work, Func<double> stockSide, Func<double> ourSide, Func<double>? bfloat16Side)
                {
                    var measured = new List<(double Stock, double Ours, double? Bfloat16)>();
                    for (int round = 0; round <= rounds; round++)
                    {
                        measured.Add((stockSide(), ourSide(), bfloat16Side?.Invoke()));
                    }

                    // The first round compiled.
                    measured.RemoveAt(0);
                    Print(BenchmarkRow.Of(
                        model, task, "float32", [.. measured.Select(m => (m.Stock, m.Ours))], work, peaks));
                    if (bfloat16Side is not null)
                    {
                        Print(BenchmarkRow.Of(
                            model, task, "bfloat16*", [.. measured.Select(m => (m.Stock, m.Bfloat16!.Value))], work, peaks));
                    }
                }

                void Print(BenchmarkRow row)
                {
                    rows.Add(row);
                    Console.WriteLine(
                        $"{row.Model,5}  {row.Task,-15} {row.Precision,-9} "
                        + $"{row.StockMilliseconds,9:F1} {row.OurMilliseconds,9:F1} {row.Ratio,6:F2}x "
                        + $"{row.LowestRatio,6:F2} {row.HighestRatio,6:F2} "
                        + $"{row.ShareOfBound,8:P0} {row.Bound,-10} "
                        + $"{row.PeakMegabytes,8:F0}");
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
                SpeedRun.Add(
                    file,
                    new(
                        started, get_num_threads(), CpuAcceleration.Instructions, SpeedRun.KeepsMemory, rounds, peaks, rows,
                        loops));
            }
        });
        return command;
    }
}

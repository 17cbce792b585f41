using System.CommandLine;
using MnistCnn.Course;
using MnistCnn.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>Makes the trained networks of <c>data/models</c>.</summary>
internal static class ModelsCommand
{
    private static readonly (string Description, int Epochs)[] s_networks =
    [
        ("one convolution", 3), ("with a dense layer of 128 and dropout", 1), ("with a second convolution and max-pooling", 2),
    ];

    /// <summary>The command <c>models</c>.</summary>
    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--output") { Description = "The folder of the files.", Required = true };
        var command = new Command(
            "models", "Trains the exercise's three networks for a few epochs, writes their weights, and prints what they reach.")
        {
            output,
        };
        command.SetAction(arguments => Make(arguments.GetRequiredValue(output).FullName));
        return command;
    }

    private static void Make(string folder)
    {
        TorchNatives.EnsureLoaded();
        Directory.CreateDirectory(folder);
        var (train, validation, test) = Prepared.Data();
        Console.WriteLine("| file | network | epochs | test accuracy | after rounding | bytes |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|");
        for (int number = 1; number <= s_networks.Length; number++)
        {
            using var scope = NewDisposeScope();
            (string description, int epochs) = s_networks[number - 1];
            Sequential model = Prepared.NewModel(number);
            model.Fit(train, validation, epochs: epochs, batchSize: 128, seed: Prepared.Seed, verbose: false);
            double before = model.Evaluate(test.X, test.Y).Accuracy;
            string path = Path.Combine(folder, Prepared.FileName(number));
            QuantizedWeights.Write(path, model);
            QuantizedWeights.Read(path, model);
            double after = model.Evaluate(test.X, test.Y).Accuracy;
            long bytes = new FileInfo(path).Length;
            Console.WriteLine(FormattableString.Invariant(
                $"| `{Path.GetFileName(path)}` | {description} | {epochs} | {before:F4} | {after:F4} | {bytes:N0} |"));
        }
    }
}

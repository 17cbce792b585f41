using System.CommandLine;
using System.Text.Json;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Native;

namespace MnistCnn.Benchmarks;

/// <summary>Whether memory stays flat: 50 epochs, and the training cell 30 times in one session.</summary>
internal static class LongUseCommand
{
    /// <summary>The command <c>long-use</c>.</summary>
    public static Command Create()
    {
        var jsonOption = new Option<FileInfo?>("--json") { Description = "Write every sample to this file." };
        var command = new Command("long-use",
            "Trains network 3 again and again in one process, finished, cancelled and failed, "
            + "and prints how much memory that leaves.")
        {
            jsonOption,
        };
        command.SetAction(arguments =>
        {
            TorchNatives.EnsureLoaded();
            Measure(arguments.GetValue(jsonOption));
        });
        return command;
    }

    private static void Measure(FileInfo? file)
    {
        Console.WriteLine(LongUseRow.Header);
        var rows = new List<LongUseRow>();
        using var use = new LongUse(images: 1024);
        foreach (LongUseRow row in use.Measure().Concat(InNotebook()))
        {
            rows.Add(row);
            Console.WriteLine(row);
            if (file is not null)
            {
                File.WriteAllText(file.FullName, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web) + "\n");
            }
        }

        Console.WriteLine("Of the tensors, TorchSharp counts 8 too many for each network that was made: one for each parameter.");
    }

    private static IEnumerable<LongUseRow> InNotebook()
    {
        using var session = new NotebookSession();
        yield return session.Repeat(LongUse.Runs, trainImages: 4000);
        yield return session.Train(LongUse.Epochs, trainImages: 4000);
    }
}

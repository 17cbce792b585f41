using System.CommandLine;
using MnistCnn.Lab;
using MnistCnn.Native;
using static System.FormattableString;

namespace MnistCnn.Benchmarks;

/// <summary>
/// Draws the runs of the benchmark as a roofline (S. Williams, A. Waterman, D. Patterson, 2009): how many operations a second
/// each task reaches, over how many it does with a byte of memory, below what the machine can.
/// </summary>
internal static class RooflineCommand
{
    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        var runs = new Argument<FileInfo>("runs") { Description = "The file that the benchmark wrote with --json." };
        var page = new Argument<FileInfo>("page") { Description = "The page to write." };
        var command = new Command("roofline", "Draws the runs of the benchmark below what the machine can.") { runs, page };
        command.SetAction(arguments =>
        {
            TorchNatives.EnsureLoaded();
            Figure figure = Draw(SpeedRun.Load(arguments.GetRequiredValue(runs)));
            FileInfo file = arguments.GetRequiredValue(page);
            file.Directory!.Create();
            File.WriteAllText(
                file.FullName,
                $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{figure.Title}</title>"
                + $"<body style=\"margin:8px;background:#fff\">{FigureHtml.Write(figure, file.DirectoryName!)}</body></html>\n");
            Console.WriteLine(figure.Description);
        });
        return command;
    }

    private static Figure Draw(IReadOnlyList<SpeedRun> all)
    {
        SpeedRun[] runs = [.. all.Where(run => run.MemoryKept && run.Instructions == all[0].Instructions)];
        double peak = BenchmarkRow.Median(runs.Select(run => Math.Max(run.Peaks.Own, run.Peaks.Libtorch)));
        double memory = BenchmarkRow.Median(runs.Select(run => run.Peaks.Memory));
        (double X, double Ours, double Plain, string Name)[] tasks =
        [
            .. runs[0].Rows.Where(row => row.Precision == "float32").Select(row =>
            {
                Work work = row.Task == "step of 256" ? Work.OfStep(row.Model, 256) : Work.OfEvaluation(row.Model, 10000);
                BenchmarkRow[] rows = [.. runs.SelectMany(run => run.Rows).Where(
                    other => (other.Model, other.Task, other.Precision) == (row.Model, row.Task, row.Precision))];
                return (
                    work.Operations / work.Bytes,
                    work.Operations / BenchmarkRow.Median(rows.Select(other => other.OurMilliseconds)) / 1e6,
                    work.Operations / BenchmarkRow.Median(rows.Select(other => other.StockMilliseconds)) / 1e6,
                    (row.Task == "step of 256" ? "step " : "evaluation ") + Invariant($"{row.Model}"));
            }),
        ];
        (double left, double right) = (peak / memory / 4, tasks.Max(task => task.X) * 3);
        double low = tasks.Min(task => task.Plain) / 2;
        var layout = new Layout("Below the roof of the machine", Layout.Wide, 400, Layout.Left, 12, 50, 52)
        {
            ["hovermode"] = "closest",
            ["legend"] = Layout.LegendAtTopRight(),
            ["xaxis"] = new Axis("Operations for each byte of memory")
            {
                ["type"] = "log", ["range"] = new[] { Math.Log10(left), Math.Log10(right) }, ["showgrid"] = false,
                ["tickvals"] = new[] { 1, 3, 10, 30, 100, 300, 1000, 3000 },
            },
            ["yaxis"] = new Axis("10⁹ operations a second")
            {
                ["type"] = "log", ["range"] = new[] { Math.Log10(low), Math.Log10(peak * 1.6) },
                ["tickvals"] = new[] { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000 },
            },
        };
        return new(
            "Roofline", "a roofline",
            Invariant($"Operations a second of {tasks.Length} tasks; the machine reaches {peak:F0} billion, ")
                + Invariant($"and {memory:F0} GB a second of memory. ")
                + string.Join("; ", tasks.Select(task => Invariant(
                    $"{task.Name}: library {task.Ours:F0}, plain TorchSharp {task.Plain:F0}"))) + ".",
            [
                new("scatter")
                {
                    ["mode"] = "lines", ["name"] = "the machine", ["line"] = new { color = ChartStyle.Frame, width = 2.5 },
                    ["x"] = new[] { left, peak / memory, right }, ["y"] = new[] { left * memory, peak, peak },
                    ["hoverinfo"] = "skip",
                },
                Points("this library", ChartStyle.Blue, "circle", task => task.Ours, "top center"),
                Points("plain TorchSharp", ChartStyle.Orange, "square", task => task.Plain, "bottom center"),
            ],
            layout);

        Trace Points(string name, string color, string symbol, Func<(double X, double Ours, double Plain, string Name), double> y,
            string place) => new("scatter")
            {
                ["mode"] = "markers+text", ["name"] = name, ["x"] = tasks.Select(task => task.X).ToArray(),
                ["y"] = tasks.Select(y).ToArray(), ["text"] = tasks.Select(task => task.Name).ToArray(),
                ["textposition"] = place, ["textfont"] = new { size = 11 }, ["marker"] = new { color, symbol, size = 9 },
            };
    }
}

namespace MnistCnn.Benchmarks;

/// <summary>One line of the table.</summary>
/// <param name="Model">1, 2 or 3.</param>
/// <param name="Task">"step of 256" or "evaluate 10,000".</param>
/// <param name="Precision">The precision of the library's side; with a star it is libtorch in its place.</param>
/// <param name="StockMilliseconds">The median of the rounds with plain TorchSharp.</param>
/// <param name="OurMilliseconds">The median of the rounds with the library.</param>
/// <param name="Ratio">The median of the ratios of neighbouring rounds: above 1 the library is faster.</param>
/// <param name="LowestRatio">The smallest of them.</param>
/// <param name="HighestRatio">The largest of them.</param>
/// <param name="ShareOfBound">The least time that the machine's peaks allow, as a share of the library's time.</param>
/// <param name="Bound">Which of the peaks: "arithmetic" or "memory".</param>
/// <param name="PeakMegabytes">The most memory that the process ever held until then, both sides together.</param>
internal sealed record BenchmarkRow(
    int Model, string Task, string Precision, double StockMilliseconds, double OurMilliseconds,
    double Ratio, double LowestRatio, double HighestRatio, double ShareOfBound, string Bound, double PeakMegabytes)
{
    /// <summary>Sums rounds up.</summary>
    public static BenchmarkRow Of(
        int model, string task, string precision, IReadOnlyList<(double Stock, double Ours)> rounds, Work work,
        MachinePeaks peaks)
    {
        double ours = Median(rounds.Select(round => round.Ours));
        double[] ratios = [.. rounds.Select(round => round.Stock / round.Ours)];
        (double seconds, string bound) = work.Least(peaks);
        return new BenchmarkRow(
            model, task, precision, Median(rounds.Select(round => round.Stock)), ours,
            Median(ratios), ratios.Min(), ratios.Max(), seconds / (ours / 1000), bound,
            System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 / 1e6);
    }

    /// <summary>The middle one; of an even number the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

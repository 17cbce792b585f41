using System.Globalization;

namespace MnistCnn.Benchmarks;

/// <summary>One thing that was done many times, and the memory after each time.</summary>
/// <param name="Task">What was done.</param>
/// <param name="Path">"own loops", "libtorch" or "notebook".</param>
/// <param name="Samples">The memory after each time.</param>
internal sealed record LongUseRow(string Task, string Path, IReadOnlyList<MemorySample> Samples)
{
    /// <summary>The most resident memory after any time, in megabytes.</summary>
    public double Highest => Samples.Max(sample => sample.ResidentMegabytes);

    /// <summary>
    /// How much more memory each time left than the one before, in megabytes: the slope of the straight line through the samples
    /// after the first third (least squares), in which buffers and code are still being made. Flat is near 0; a leak is a slope.
    /// </summary>
    public double MegabytesATime => Slope([.. AfterWarmUp.Select(sample => sample.ResidentMegabytes)]);

    /// <summary>The mean resident memory of the last third less that of the middle third, in megabytes.</summary>
    public double Growth
    {
        get
        {
            MemorySample[] late = [.. AfterWarmUp];
            return Mean(late[(late.Length / 2)..]) - Mean(late[..(late.Length / 2)]);

            static double Mean(MemorySample[] samples) => samples.Average(sample => sample.ResidentMegabytes);
        }
    }

    private IEnumerable<MemorySample> AfterWarmUp => Samples.Skip(Samples.Count / 3);

    /// <summary>One line of the table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Task,-28} {Path,-9} {Samples.Count,5} {Samples[0].ResidentMegabytes,8:F0} "
        + $"{Samples[Samples.Count / 3].ResidentMegabytes,8:F0} {Samples[^1].ResidentMegabytes,8:F0} {Highest,8:F0} "
        + $"{Growth,8:F1} {MegabytesATime,9:F3} {Samples[^1].ManagedMegabytes,8:F1} {Samples[^1].Tensors,8}");

    /// <summary>The head of the table: megabytes of resident memory, then megabytes of the garbage collector.</summary>
    public static string Header =>
        $"{"task",-28} {"computed",-9} {"times",5} {"first",8} {"1/3",8} {"last",8} {"highest",8} "
        + $"{"growth",8} {"each time",9} {"managed",8} {"tensors",8}";

    private static double Slope(double[] y)
    {
        double middle = (y.Length - 1) / 2.0, mean = y.Average();
        return y.Select((value, i) => (i - middle) * (value - mean)).Sum()
            / y.Select((_, i) => (i - middle) * (i - middle)).Sum();
    }
}

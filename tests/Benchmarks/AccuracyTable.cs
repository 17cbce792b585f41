using System.Globalization;

namespace MnistCnn.Benchmarks;

/// <summary>The comparison of what both sides reached.</summary>
internal static class AccuracyTable
{
    /// <summary>Prints a row for each model of which there are records.</summary>
    public static void Print(IEnumerable<AccuracyRecord> records, TextWriter output)
    {
        output.WriteLine("| model | side | mean | smallest | largest | seeds |");
        output.WriteLine("|---:|---|---:|---:|---:|---:|");
        foreach (var rows in records.GroupBy(record => (record.Model, record.Side, record.Epochs)))
        {
            double[] reached = [.. rows.Select(record => record.Accuracy)];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {rows.Key.Model} | {rows.Key.Side} | {reached.Average():F4} "
                + $"| {reached.Min():F4} | {reached.Max():F4} | {reached.Length} |"));
        }
    }
}

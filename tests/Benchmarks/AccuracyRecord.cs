using System.Text.Json;

namespace MnistCnn.Benchmarks;

/// <summary>What one training reached on the test set.</summary>
/// <param name="Model">1, 2 or 3.</param>
/// <param name="Side">"stock": plain TorchSharp; "ours": the library's <c>Fit</c>.</param>
/// <param name="Seed">The seed of split, weights, shuffling and dropout.</param>
/// <param name="Epochs">How many epochs it was trained.</param>
/// <param name="Accuracy">The share of the 10,000 test images that it reads rightly.</param>
internal sealed record AccuracyRecord(int Model, string Side, long Seed, int Epochs, double Accuracy)
{
    /// <summary>Reads the records of earlier runs.</summary>
    public static List<AccuracyRecord> Load(FileInfo? file) =>
        file is not null && File.Exists(file.FullName)
            ? JsonSerializer.Deserialize<List<AccuracyRecord>>(File.ReadAllText(file.FullName), Options)!
            : [];

    /// <summary>Writes records, in order.</summary>
    public static void Save(FileInfo? file, IEnumerable<AccuracyRecord> records)
    {
        if (file is not null)
        {
            File.WriteAllText(file.FullName, JsonSerializer.Serialize(
                records.OrderBy(r => r.Model).ThenByDescending(r => r.Side, StringComparer.Ordinal).ThenBy(r => r.Seed), Options)
                    + "\n");
        }
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}

using System.Text.Json;

namespace MnistCnn.Benchmarks;

/// <summary>A run of the benchmark.</summary>
/// <param name="Started">When it began, in universal time.</param>
/// <param name="Threads">The threads that computed.</param>
/// <param name="Instructions">The instructions of the library's loops.</param>
/// <param name="MemoryKept">Whether the C library was told to keep freed memory, see <see cref="KeepsMemory"/>.</param>
/// <param name="Rounds">The rounds behind each row.</param>
/// <param name="Peaks">What the machine reached just before.</param>
/// <param name="Rows">The times.</param>
/// <param name="Loops">What the training loop costs besides.</param>
internal sealed record SpeedRun(
    DateTime Started, int Threads, string Instructions, bool MemoryKept, int Rounds, MachinePeaks Peaks,
    IReadOnlyList<BenchmarkRow> Rows, IReadOnlyList<LoopCost> Loops)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>
    /// Whether glibc's <c>MALLOC_MMAP_MAX_=0</c> is set. Where the system gives memory slowly, libtorch waits for it with every
    /// layer; this, with a high <c>MALLOC_TRIM_THRESHOLD_</c>, lets it use the same memory again.
    /// </summary>
    public static bool KeepsMemory => Environment.GetEnvironmentVariable("MALLOC_MMAP_MAX_") == "0";

    /// <summary>The runs of a file; none if there is no such file.</summary>
    public static IReadOnlyList<SpeedRun> Load(FileInfo file) => file.Exists
        ? JsonSerializer.Deserialize<List<SpeedRun>>(File.ReadAllText(file.FullName), s_json)!
        : [];

    /// <summary>Adds a run to those of a file.</summary>
    public static void Add(FileInfo file, SpeedRun run) =>
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(Load(file).Append(run), s_json) + "\n");
}

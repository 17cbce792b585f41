using System.Diagnostics;
using System.Text.Json;
using MnistCnn.Lab;
using NotebookRunner.Comparison;
using Writer;
using Xunit;

namespace Robustness.Tests.Faults;

/// <summary>
/// Real processes are killed at random moments while they write. The next run sees the old file or the new one, never half.
/// </summary>
public sealed class Killed_while_writing : IDisposable
{
    private const string RunnerKind = "the runner itself";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };
    private static readonly byte[] s_data = File.ReadAllBytes(Repository.PathOf("data", "mnist", DataWriting.Name + ".gz"));

    private readonly Mirror _mirror = new((_, stream, token) => Mirror.SendAsync(s_data, stream, token));

    private static string Figures => Repository.PathOf("tests", "Robustness.Tests", "killed.json");

    public void Dispose() => _mirror.Dispose();

    [Fact]
    public async Task Every_kind_of_file_is_the_old_one_or_the_new_one()
    {
        KillRow[] rows = await Task.WhenAll(Kinds.Names.Select(kind => KillWritersAsync(kind, kills: 6)));
        Assert.All(rows, AssertSound);
    }

    [Fact]
    public async Task The_runners_notebook_and_page_are_whole_or_absent() =>
        AssertSound(await KillRunnersAsync(kills: 3));

    [Fact]
    public void Was_tried_two_hundred_times()
    {
        KillRow[] rows = JsonSerializer.Deserialize<KillRow[]>(File.ReadAllText(Figures))!;
        Assert.Equal([.. Kinds.Names, RunnerKind], rows.Select(row => row.Kind));
        Assert.All(rows, AssertSound);
        Assert.InRange(rows.Sum(row => row.Kills), 200, int.MaxValue);
    }

    /// <summary>The long run. The README has the command; the figures it writes are committed.</summary>
    [Fact(Explicit = true)]
    public async Task Long_run()
    {
        List<KillRow> rows = [];
        foreach (string kind in Kinds.Names)
        {
            rows.Add(await KillWritersAsync(kind, kills: 45));
        }

        rows.Add(await KillRunnersAsync(kills: 25));
        Assert.All(rows, AssertSound);
        await File.WriteAllTextAsync(
            Figures, JsonSerializer.Serialize(rows, s_indented) + "\n", TestContext.Current.CancellationToken);
    }

    private static void AssertSound(KillRow row)
    {
        Assert.Equal(row.Kills, row.Whole + row.Absent);
        Assert.Equal(0, row.LeftoversAfterNextWrite);
    }

    private async Task<KillRow> KillWritersAsync(string kind, int kills)
    {
        using var folder = new TemporaryFolder();
        IWriting writing = Kinds.Create(kind, folder.Path, _mirror.Address);
        int whole = 0;
        for (int i = 0; i < kills; i++)
        {
            using Process child = Child.Start("dotnet", Child.Writer, kind, folder.Path, _mirror.Address.AbsoluteUri);
            string? said = await child.StandardOutput.ReadLineAsync();
            Assert.True(said is not null, said is null ? await child.StandardError.ReadToEndAsync() : "");
            await Task.Delay(TimeSpan.FromMilliseconds(50 * Random.Shared.NextDouble()));
            await KillAsync(child);
            whole += writing.Read() is null ? 0 : 1;
        }

        return RowOf(kind, kills, whole, folder.Path, () => writing.Write(1));
    }

    private static async Task<KillRow> KillRunnersAsync(int kills)
    {
        using var folder = new TemporaryFolder();
        string notebook = folder.File("n.ipynb");
        await File.WriteAllTextAsync(
            notebook,
            """
            {"nbformat":4,"cells":[{"cell_type":"code",
             "source":"string.Concat(Enumerable.Repeat(\"0123456789\", 300_000))"}]}
            """);
        string output = folder.File("out");
        string executed = Path.Combine(output, "n.ipynb"), page = Path.Combine(output, "n.html");
        string[] arguments = [Child.Runner, notebook, "--output", output];
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, (await Child.RunAsync("dotnet", arguments)).ExitCode);
        double usual = clock.Elapsed.TotalSeconds;
        string reference = folder.File("reference.ipynb");
        File.Copy(executed, reference);
        int pageLength = PageOf(page).Length;

        // The results of an earlier run are removed at the start: what lies there is whole, and of the run that was killed.
        int whole = 0;
        for (int i = 0; i < kills; i++)
        {
            using Process child = Child.Start("dotnet", arguments);
            Task all = Task.WhenAll(child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
            await Task.Delay(TimeSpan.FromSeconds(usual * (0.3 + (0.8 * Random.Shared.NextDouble()))));
            await KillAsync(child);
            await all;
            Assert.True(!File.Exists(page) || PageOf(page).Length == pageLength);
            if (File.Exists(executed))
            {
                Assert.Empty(FileComparison.Compare(reference, executed));
                whole++;
            }
        }

        return RowOf(RunnerKind, kills, whole, output,
            () => Assert.Equal(0, Child.RunAsync("dotnet", arguments).GetAwaiter().GetResult().ExitCode));

        // The page tells how long the run took; its length without that must not change.
        static string PageOf(string path)
        {
            string text = TimesInText.Remove(File.ReadAllText(path));
            Assert.EndsWith("</html>", text.TrimEnd(), StringComparison.Ordinal);
            return text;
        }
    }

    private static async Task KillAsync(Process child)
    {
        child.Kill();
        await child.WaitForExitAsync();
    }

    /// <summary>Counts what the killed left, lets a minute pass, as it were, and counts again after one more write.</summary>
    private static KillRow RowOf(string kind, int kills, int whole, string folder, Action write)
    {
        string[] leftovers = Leftovers(folder);
        foreach (string file in leftovers)
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow - TimeSpan.FromMinutes(2));
        }

        write();
        return new KillRow(kind, kills, whole, kills - whole, leftovers.Length, Leftovers(folder).Length);
    }

    private static string[] Leftovers(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".tmp", StringComparison.Ordinal))];
}

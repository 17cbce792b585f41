extern alias runner;

using System.Globalization;
using NotebookRunner.Execution;
using NotebookRunner.Pages;

namespace Writer;

/// <summary>The page of <see cref="NotebookWriting"/>'s notebook.</summary>
internal sealed class PageWriting(string folder) : IWriting
{
    private readonly string?[] _versions = new string?[3];

    public string Target { get; } = Path.Combine(folder, "executed.html");

    public void Write(int version) => runner::Files.AtomicFile.WriteAllText(Target, PageOf(version));

    public int? Read()
    {
        if (!File.Exists(Target))
        {
            return null;
        }

        string found = File.ReadAllText(Target);
        return Enumerable.Range(1, 2).Where(version => string.Equals(found, PageOf(version), StringComparison.Ordinal))
            .Select(version => (int?)version).FirstOrDefault()
            ?? throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"The page of {found.Length} letters is neither version."));
    }

    private string PageOf(int version) => _versions[version] ??= HtmlPage.Create(
        NotebookWriting.Make(version), new RunResult([], 0, IsStopped: false, DateTimeOffset.UnixEpoch, TimeSpan.Zero),
        Path.Combine(folder, "executed.ipynb"), Target);
}

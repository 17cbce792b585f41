using System.Text.RegularExpressions;
using NotebookRunner.Execution;
using NotebookRunner.Parameters;

namespace NotebookRunner.Sweeps;

/// <summary>One point of the grid: a value for each swept variable.</summary>
/// <param name="Values">Names and values, in the order of the command line.</param>
/// <param name="FileName">What the run's files are called, without extension.</param>
internal sealed partial record Combination(IReadOnlyList<KeyValuePair<string, string>> Values, string FileName)
{
    private const int MaxNameLength = 120;

    /// <summary>The values in words, such as <c>kernelSize=3, filters=8</c>.</summary>
    public string Label => string.Join(", ", Values.Select(value => $"{value.Key}={value.Value}"));

    /// <summary>The values for the parameters cell.</summary>
    public IEnumerable<ParameterValue> Parameters =>
        Values.Select(value => new ParameterValue(value.Key, value.Value, SweepAxis.Option));

    /// <summary>What a sweep asks for of the run with these values.</summary>
    public RunOptions RunOf(RunOptions sweep) => sweep with
    {
        Parameters = ParameterValue.LastOfEach([.. sweep.Parameters, .. Parameters]),
        Name = FileName,
        Scraps = true,
    };

    /// <summary>All combinations; the last variable changes fastest.</summary>
    /// <param name="axes">The swept variables.</param>
    /// <param name="notebookName">The notebook's name without extension, which the file names begin with.</param>
    public static IReadOnlyList<Combination> Of(IReadOnlyList<SweepAxis> axes, string notebookName)
    {
        IEnumerable<KeyValuePair<string, string>[]> grid = [[]];
        foreach (SweepAxis axis in axes)
        {
            grid = grid.SelectMany(
                values => axis.Values.Select(value => (KeyValuePair<string, string>[])[.. values, new(axis.Name, value)]));
        }

        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. grid.Select(values => new Combination(values, NameOf(values, notebookName, taken)))];
    }

    private static string NameOf(KeyValuePair<string, string>[] values, string notebookName, HashSet<string> taken)
    {
        string start =
            $"{notebookName}-{string.Join('-', values.Select(value => $"{value.Key}-{Unsafe().Replace(value.Value, "_")}"))}";
        start = start[..Math.Min(start.Length, MaxNameLength)];
        string name = start;
        for (int copy = 2; !taken.Add(name); copy++)
        {
            name = Invariant($"{start}-{copy}");
        }

        return name;
    }

    [GeneratedRegex(@"[^\p{L}\p{Nd}.+-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unsafe();
}

using System.Collections;

namespace MnistCnn.Lab;

/// <summary>The runs of an experiment by their settings, each group with the mean and the spread of its seeds.</summary>
public sealed class RunGroups : IReadOnlyList<RunGroup>
{
    private readonly IReadOnlyList<RunGroup> _groups;

    internal RunGroups(IReadOnlyList<RunGroup> groups) => _groups = groups;

    /// <summary>The number of groups.</summary>
    public int Count => _groups.Count;

    /// <summary>One group.</summary>
    /// <param name="index">Its position, from 0: the settings that were tried first come first.</param>
    public RunGroup this[int index] => _groups[index];

    /// <summary>
    /// Sets every group against the first one, the baseline, and says whether the difference of the means is larger than the
    /// spread of the seeds accounts for.
    /// </summary>
    /// <param name="measure">What to compare by.</param>
    /// <returns>A comparison for every group but the first.</returns>
    public Comparisons Compare(Measure measure) =>
        new(measure, [.. _groups.Skip(1).Select(group => new Comparison(measure, _groups[0], group))]);

    /// <summary>Finds, for each accuracy, the settings that reach it on average for the least.</summary>
    /// <param name="cost">What they cost.</param>
    /// <param name="testAccuracies">Test accuracies, 0 to 1.</param>
    /// <returns>A group for each accuracy that is reached, with the accuracy before its label.</returns>
    public RunGroups Cheapest(Cost cost, params IEnumerable<double> testAccuracies)
    {
        ArgumentNullException.ThrowIfNull(testAccuracies);
        return new([
            .. testAccuracies.SelectMany(accuracy => _groups
                .Where(candidate => candidate.Mean(Measure.TestAccuracy) >= accuracy)
                .OrderBy(candidate => Costs.Of(candidate, cost))
                .Take(1)
                .Select(cheapest => cheapest with { Label = Invariant($"{100 * accuracy:0.##} %: {cheapest.Label}") })),
        ]);
    }

    /// <inheritdoc/>
    public IEnumerator<RunGroup> GetEnumerator() => _groups.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A line for each group.</summary>
    public override string ToString() =>
        Count == 0 ? "No runs yet." : string.Join('\n', _groups.Select(group => group.ToString()));
}

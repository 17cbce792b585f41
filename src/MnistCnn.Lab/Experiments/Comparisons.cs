using System.Collections;

namespace MnistCnn.Lab;

/// <summary>Settings set against a baseline, one after the other.</summary>
public sealed class Comparisons : IReadOnlyList<Comparison>
{
    private readonly IReadOnlyList<Comparison> _comparisons;

    internal Comparisons(Measure measure, IReadOnlyList<Comparison> comparisons) =>
        (Measure, _comparisons) = (measure, comparisons);

    /// <summary>What is compared.</summary>
    public Measure Measure { get; }

    /// <summary>The number of comparisons.</summary>
    public int Count => _comparisons.Count;

    /// <summary>One comparison.</summary>
    /// <param name="index">Its position, from 0.</param>
    public Comparison this[int index] => _comparisons[index];

    /// <summary>What to keep in mind in reading them; empty where nothing is to be said.</summary>
    internal string Caution => Count switch
    {
        0 => "There is nothing to compare: at least two settings are needed.",
        >= 5 => Invariant($"Of {Count} comparisons one may come out by chance alone: ")
            + "each finds a difference in 1 of 20 cases where there is none.",
        _ => "",
    };

    /// <inheritdoc/>
    public IEnumerator<Comparison> GetEnumerator() => _comparisons.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A line for each comparison.</summary>
    public override string ToString() =>
        string.Join('\n', [.. _comparisons.Select(comparison => comparison.ToString()),
            .. Caution.Length > 0 ? [Caution] : Array.Empty<string>()]);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace NotebookRunner.Notebooks;

/// <summary>
/// Gives each cell of a notebook an id of its own: the one it has, or one made of its text, the same in every run.
/// </summary>
internal sealed partial class CellIds
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The id for a cell.</summary>
    public string Take(Cell cell)
    {
        string start = cell.Id is { } id && ValidId().IsMatch(id) ? id : FromText(cell.Source);
        string unique = start;
        for (int copy = 2; !_taken.Add(unique); copy++)
        {
            unique = Invariant($"{start[..Math.Min(start.Length, 58)]}-{copy}");
        }

        return unique;
    }

    private static string FromText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidId();
}

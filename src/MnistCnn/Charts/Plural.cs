
namespace MnistCnn;

/// <summary>Things that are counted, in words.</summary>
internal static class Plural
{
    /// <summary>The digits 0 to 9.</summary>
    public static IReadOnlyList<string> Digits { get; } =
        ["zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines"];

    /// <summary>A number of things: <c>1 epoch</c>, <c>2 epochs</c>.</summary>
    public static string Of(int count, string thing) => Invariant($"{count} {thing}{(count == 1 ? "" : "s")}");
}

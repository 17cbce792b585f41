namespace Robustness.Tests.Faults;

/// <summary>What became of one kind of file when its writers were killed.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Kills">How many processes were killed while they wrote it.</param>
/// <param name="Whole">How often a whole version lay there afterwards.</param>
/// <param name="Absent">How often there was no file, as before the first write.</param>
/// <param name="Leftovers">How many temporary files the killed processes left.</param>
/// <param name="LeftoversAfterNextWrite">How many of them were still there after one more write.</param>
internal sealed record KillRow(string Kind, int Kills, int Whole, int Absent, int Leftovers, int LeftoversAfterNextWrite);

namespace Robustness.Tests.BadData;

/// <summary>What a long run found of one target.</summary>
/// <param name="Target">What was read.</param>
/// <param name="Inputs">How many mutated inputs it read.</param>
/// <param name="Taken">How many of them it took.</param>
/// <param name="Refused">How many it refused with the documented exception.</param>
/// <param name="LongestMilliseconds">
/// The most processor time that one input took; unlike time on the clock it does not grow with what else the machine does.
/// </param>
/// <param name="MostKilobytes">The most memory that was asked for to read one input.</param>
/// <param name="LongestInput">The size of the largest input, in bytes.</param>
internal sealed record FuzzRow(
    string Target, int Inputs, int Taken, int Refused, double LongestMilliseconds, long MostKilobytes, int LongestInput);

namespace Robustness.Tests.BadData;

/// <summary>Something that reads what others wrote, and what it may do with any bytes at all.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Seeds">Right inputs to start from.</param>
/// <param name="Tokens">Pieces that mean something to it, to be put in anywhere.</param>
/// <param name="Take">
/// Reads an input: true where it was taken, and what came of it was checked to be right; false where it was refused with the
/// documented exception. Any other exception is a fault.
/// </param>
/// <param name="BytesPerByte">How many bytes of memory a byte of the input may cost, at most.</param>
/// <param name="LongRun">
/// How many inputs a long run tries: more where one takes microseconds, fewer where it takes a millisecond.
/// </param>
internal sealed record FuzzTarget(
    string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Tokens,
    Func<byte[], bool> Take, int BytesPerByte, int LongRun)
{
    /// <summary>What reading costs whatever the input: buffers, messages, the program's own tables.</summary>
    public const int BytesAtLeast = 1 << 20;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

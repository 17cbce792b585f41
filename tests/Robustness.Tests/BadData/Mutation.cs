using System.Buffers.Binary;
using CsCheck;

namespace Robustness.Tests.BadData;

/// <summary>Makes bad data of good data.</summary>
internal static class Mutation
{
    private static readonly int[] s_numbers = [
        0, 1, 2, 3, 4, 8, 127, 128, 255, 256, 65535, 65536, int.MaxValue, int.MaxValue - 1, int.MinValue, -1];

    /// <summary>
    /// Inputs that come of one to five edits: bytes changed, put in, left out, doubled, moved, numbers replaced, ends cut off.
    /// </summary>
    public static Gen<byte[]> Of(FuzzTarget target) =>
        Gen.Select(
            Gen.Int[0, target.Seeds.Count - 1],
            Gen.Select(Gen.Int[0, 8], Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 5],
            (seed, edits) => edits.Aggregate(target.Seeds[seed], (bytes, edit) => Edit(bytes, edit, target.Tokens)));

    private static byte[] Edit(byte[] bytes, (int Kind, int At, int Other, byte Value) edit, IReadOnlyList<byte[]> tokens)
    {
        if (bytes.Length == 0)
        {
            return [edit.Value];
        }

        int at = edit.At % bytes.Length;
        int length = Math.Min(bytes.Length - at, 1 + (edit.Value % 32));
        switch (edit.Kind)
        {
            case 0:
                return Changed(bytes, copy => copy[at] = edit.Value);
            case 1:
                return Changed(bytes, copy => copy[at] ^= (byte)(1 << (edit.Value % 8)));
            case 2:
                return [.. bytes[..at], edit.Value, .. bytes[at..]];
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 5:
                int to = edit.Other % (bytes.Length - length + 1);
                return Changed(bytes, copy => bytes.AsSpan(at, length).CopyTo(copy.AsSpan(to)));
            case 6 when bytes.Length - at >= sizeof(int):
                int number = s_numbers[edit.Other % s_numbers.Length];
                return Changed(bytes, copy =>
                {
                    if (edit.Value % 2 == 0)
                    {
                        BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(at), number);
                    }
                    else
                    {
                        BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(at), number);
                    }
                });
            case 7 when tokens.Count > 0:
                byte[] token = tokens[edit.Other % tokens.Count];
                return edit.Value % 2 == 0
                    ? [.. bytes[..at], .. token, .. bytes[at..]]
                    : [.. bytes[..at], .. token, .. bytes[(at + length)..]];
            default:
                return bytes[..at];
        }
    }

    private static byte[] Changed(byte[] bytes, Action<byte[]> change)
    {
        byte[] copy = [.. bytes];
        change(copy);
        return copy;
    }
}

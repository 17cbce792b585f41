using System.Buffers.Binary;
using System.Text;

namespace MnistCnn.Native;

/// <summary>
/// Rewrites what a 64-bit little-endian ELF library asks of libstdc++: the one symbol of GCC 13 that
/// <c>libLibTorchSharp.so</c> uses becomes its older equivalent. Format: System V ABI, "Object Files", and the Linux
/// Standard Base, "Symbol Versioning".
/// </summary>
internal static class LibstdcxxRequirement
{
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string OldVersion = "GLIBCXX_3.4";

    private const int SymbolSize = 24;
    private const int WeakFlag = 2;
    private const uint DynamicSymbols = 11;
    private const uint VersionNeeds = 0x6ffffffe;
    private const uint VersionSymbols = 0x6fffffff;

    /// <summary>Lowers the version asked for, in place: no section moves, the length stays.</summary>
    /// <param name="elf">The whole file.</param>
    /// <exception cref="InvalidDataException">A table or an entry that must be there is not.</exception>
    public static void LowerVersion(byte[] elf)
    {
        Section symbols = FindSection(elf, DynamicSymbols);
        Section strings = SectionAt(elf, symbols.Link);
        Section versions = FindSection(elf, VersionSymbols);

        var needs = VersionNeedsOf(elf, FindSection(elf, VersionNeeds), strings);
        if (!needs.TryGetValue(NewVersion, out Need newNeed) || !needs.TryGetValue(OldVersion, out Need oldNeed))
        {
            throw new InvalidDataException($"The library does not ask for both {NewVersion} and {OldVersion}.");
        }

        int symbol = IndexOfSymbol(elf, symbols, strings, NewSymbol);
        int name = strings.Offset + (int)ReadUInt32(elf, symbols.Offset + (symbol * SymbolSize));

        // The old name is the shorter one, so it fits where the new one stood.
        Encoding.ASCII.GetBytes(OldSymbol + '\0', elf.AsSpan(name));
        WriteUInt16(elf, versions.Offset + (symbol * sizeof(ushort)), oldNeed.Index);
        WriteUInt16(elf, newNeed.FlagsOffset, (ushort)(ReadUInt16(elf, newNeed.FlagsOffset) | WeakFlag));
    }

    private static int IndexOfSymbol(byte[] elf, Section symbols, Section strings, string wanted)
    {
        for (int i = 0; i < symbols.Size / SymbolSize; i++)
        {
            int name = strings.Offset + (int)ReadUInt32(elf, symbols.Offset + (i * SymbolSize));
            if (StringIs(elf, name, wanted))
            {
                return i;
            }
        }

        throw new InvalidDataException($"The library has no symbol {wanted}.");
    }

    /// <summary>Reads the linked list of needed files, each with a linked list of needed versions.</summary>
    private static Dictionary<string, Need> VersionNeedsOf(byte[] elf, Section section, Section strings)
    {
        var found = new Dictionary<string, Need>(StringComparer.Ordinal);
        for (int file = section.Offset, nextFile = -1; nextFile != 0; file += nextFile)
        {
            nextFile = (int)ReadUInt32(elf, file + 12);
            for (int version = file + (int)ReadUInt32(elf, file + 8), next = -1; next != 0; version += next)
            {
                next = (int)ReadUInt32(elf, version + 12);
                string name = StringAt(elf, strings.Offset + (int)ReadUInt32(elf, version + 8));
                found.TryAdd(name, new Need(ReadUInt16(elf, version + 6), version + 4));
            }
        }

        return found;
    }

    private static Section FindSection(byte[] elf, uint type)
    {
        if (elf.Length < 64 || !elf.AsSpan(0, 6).SequenceEqual((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new InvalidDataException("The file is not a 64-bit little-endian ELF library.");
        }

        for (int i = 0; i < ReadUInt16(elf, 60); i++)
        {
            if (ReadUInt32(elf, SectionHeader(elf, i) + 4) == type)
            {
                return SectionAt(elf, i);
            }
        }

        throw new InvalidDataException($"The library has no section of type 0x{type:x}.");
    }

    private static int SectionHeader(byte[] elf, int index) => (int)ReadUInt64(elf, 40) + (index * ReadUInt16(elf, 58));

    private static Section SectionAt(byte[] elf, int index)
    {
        int header = SectionHeader(elf, index);
        return new Section(
            (int)ReadUInt64(elf, header + 24), (int)ReadUInt64(elf, header + 32), (int)ReadUInt32(elf, header + 40));
    }

    private static string StringAt(byte[] elf, int offset) =>
        Encoding.ASCII.GetString(elf, offset, elf.AsSpan(offset).IndexOf((byte)0));

    private static bool StringIs(byte[] elf, int offset, string text) =>
        elf[offset + text.Length] == 0 && Encoding.ASCII.GetString(elf, offset, text.Length) == text;

    private static ushort ReadUInt16(byte[] elf, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(offset));

    private static uint ReadUInt32(byte[] elf, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(offset));

    private static ulong ReadUInt64(byte[] elf, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(offset));

    private static void WriteUInt16(byte[] elf, int offset, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(offset), value);

    private readonly record struct Section(int Offset, int Size, int Link);

    private readonly record struct Need(ushort Index, int FlagsOffset);
}

using MnistCnn.Native;

namespace MnistCnn;

/// <summary>The IDX files of a folder: their headers say what they hold, their names to which set it belongs.</summary>
/// <param name="folder">The folder; it exists.</param>
/// <param name="name">Only files with this in their names; null: all.</param>
internal sealed class IdxFolder(string folder, string? name)
{
    private const int MaxListed = 24;

    private readonly Lazy<Entry[]> _files = new(() =>
        [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(path => new Entry(path, IdxFile.Peek(path)))]);

    /// <summary>The file that stands for one of the four of MNIST.</summary>
    /// <param name="usual">The name that the MNIST database gave it.</param>
    /// <exception cref="FileNotFoundException">There is none; the message says what there is.</exception>
    /// <exception cref="InvalidDataException">There are several; the message names them.</exception>
    public (string Path, byte Type, int Rank) Find(string usual)
    {
        int rank = usual.Contains("idx3", StringComparison.Ordinal) ? 3 : 1;
        string plain = Path.Combine(folder, usual);
        if (name is null && new[] { plain + ".gz", plain }.FirstOrDefault(File.Exists) is { } path)
        {
            return (path, IdxFile.UnsignedByte, rank);
        }

        bool isTest = IsTest(usual) == true;
        string kind = rank == 3 ? "images" : "labels", wanted = $"{(isTest ? "test" : "training")} {kind}";

        // A file and its packed copy count once.
        Entry[] found = [.. _files.Value
            .Where(file => file.Kind == kind && IsTest(file.Name) == isTest
                && (name is null || file.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
            .GroupBy(file => Plain(file.Name), StringComparer.OrdinalIgnoreCase)
            .Select(copies => copies.MaxBy(file => file.Name.Length)!)];
        return found.Length switch
        {
            1 => (found[0].Path, found[0].Type, found[0].Rank),
            0 => throw new FileNotFoundException(
                $"The folder {folder} has no {wanted}: neither {usual}.gz nor {usual}, nor another IDX file"
                + $"{(name is null ? "" : $" with {name} in its name")} that holds them. There is {List(_files.Value)}.", plain),
            _ => throw new InvalidDataException(
                $"The folder {folder} has several files of {wanted}: {List(found)}. "
                + "Say which by a part of the name: ImageDataset.Load(folder, name: \"letters\")."),
        };
    }

    /// <summary>Whether a name says test rather than training set; the last word counts; null: it says neither.</summary>
    private static bool? IsTest(string file)
    {
        int Last(string word) => file.LastIndexOf(word, StringComparison.OrdinalIgnoreCase);
        int train = Last("train"), test = Math.Max(Last("test"), Last("t10k"));
        return train == test ? null : test > train;
    }

    private static string Plain(string file) => file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;

    private static string List(IReadOnlyList<Entry> files) => files.Count == 0 ? "no file" : string.Join(
        ", ",
        [.. files.Take(MaxListed).Select(file => $"{file.Name} ({file.Holds})"),
            .. files.Count > MaxListed ? [Invariant($"and {files.Count - MaxListed} more")] : Array.Empty<string>()]);

    /// <summary>A file with what its header says, if it has one.</summary>
    private sealed record Entry(string Path, (byte Type, int[] Shape)? Header)
    {
        public string Name => System.IO.Path.GetFileName(Path);

        public byte Type => Header?.Type ?? 0;

        public int Rank => Header is { } header ? header.Shape.Length - (header.Type == IdxFile.Int32 ? 1 : 0) : 0;

        public string? Kind => (Type, Rank) switch
        {
            (IdxFile.UnsignedByte, 3) => "images",
            (IdxFile.UnsignedByte, 1) or (IdxFile.Int32, 1 or 2) => "labels",
            _ => null,
        };

        public string Holds => Header is not { Shape: var shape } ? "no IDX file"
            : Kind is null ? "another kind of IDX file"
            : Invariant($"{shape[0]:N0} {Kind}") + (Kind == "images" ? Invariant($" of {shape[1]} × {shape[2]} pixels") : "");
    }
}

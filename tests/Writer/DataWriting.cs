using MnistCnn;
using MnistCnn.Native;

namespace Writer;

/// <summary>Labels that are missing and come from a mirror. There is one version.</summary>
internal sealed class DataWriting(string folder, Uri mirror) : IWriting
{
    public const string Name = "t10k-labels-idx1-ubyte";

    /// <summary>SHA-256 of MNIST's test labels, as data/mnist/README.md has it.</summary>
    public static readonly IReadOnlyDictionary<string, string> Checksums = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Name] = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    };

    public string Target { get; } = Path.Combine(folder, Name + ".gz");

    public void Write(int version)
    {
        File.Delete(Target);
        using var download = new FileDownload(mirror, Checksums, TextWriter.Null, IdxFile.Verify);
        download.FetchMissing(folder);
    }

    public int? Read()
    {
        if (!File.Exists(Target))
        {
            return null;
        }

        IdxFile.Read(Target, rank: 1, Checksums[Name]);
        return 1;
    }
}

using MnistCnn;
using MnistCnn.Native;

namespace Writer;

/// <summary>The patched copy of TorchSharp's native library. There is one version.</summary>
internal sealed class NativeWriting(string folder) : IWriting
{
    private static readonly string s_original = NativePackages.Find(TorchNatives.LibTorchVersion).LibTorchSharp;

    private long _length;

    public string Target { get; } = PatchedLibTorchSharp.PlaceOf(s_original, folder);

    public void Write(int version)
    {
        if (File.Exists(Target))
        {
            File.Delete(Target);
        }

        PatchedLibTorchSharp.FileFor(s_original, folder);
    }

    public int? Read()
    {
        if (!File.Exists(Target))
        {
            return null;
        }

        _length = _length == 0 ? new FileInfo(s_original).Length : _length;
        DateTime before = File.GetLastWriteTimeUtc(Target);
        PatchedLibTorchSharp.FileFor(s_original, folder);
        return new FileInfo(Target).Length == _length && File.GetLastWriteTimeUtc(Target) == before
            ? 1
            : throw new InvalidDataException("The copy was not whole, and had to be written again.");
    }
}

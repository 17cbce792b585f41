using System.Runtime.InteropServices;
using MnistCnn;
using MnistCnn.Native;
using Xunit;

namespace MnistCnn.Tests.Native;

public class PatchedLibTorchSharpTests
{
    private static string Original => NativePackages.Find(TorchNatives.LibTorchVersion).LibTorchSharp;

    [Fact]
    public void Asks_for_nothing_newer_than_the_old_libstdcxx_and_leaves_the_vendors_file_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The patch is for Linux.");
        using var cache = new TemporaryFolder();
        byte[] before = File.ReadAllBytes(Original);

        string patched = PatchedLibTorchSharp.FileFor(Original, cache.Path);

        byte[] original = File.ReadAllBytes(Original);
        byte[] copy = File.ReadAllBytes(patched);
        Assert.Equal(before, original);
        Assert.Equal(original.Length, copy.Length);
        Assert.InRange(original.Zip(copy).Count(pair => pair.First != pair.Second), 1, 40);
        Assert.StartsWith(cache.Path, patched, StringComparison.Ordinal);
        Assert.Equal(patched, Assert.Single(Directory.GetFiles(cache.Path, "*", SearchOption.AllDirectories)));
    }

    [Fact]
    public void Can_be_loaded_here()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The patch is for Linux.");
        using var cache = new TemporaryFolder();
        nint handle = NativeLibrary.Load(PatchedLibTorchSharp.FileFor(Original, cache.Path));
        Assert.True(NativeLibrary.TryGetExport(handle, "THSTensor_ndimension", out _));
    }

    [Fact]
    public void Is_written_again_when_the_copy_in_the_cache_is_not_whole()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The patch is for Linux.");
        using var cache = new TemporaryFolder();
        string patched = PatchedLibTorchSharp.FileFor(Original, cache.Path);
        byte[] whole = File.ReadAllBytes(patched);
        File.WriteAllBytes(patched, whole[..1000]);
        PatchedLibTorchSharp.FileFor(Original, cache.Path);
        Assert.Equal(whole, File.ReadAllBytes(patched));
    }

    [Fact]
    public void Is_refused_for_any_other_original_with_a_word_on_what_to_install()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The patch is for Linux.");
        using var folder = new TemporaryFolder();
        byte[] changed = File.ReadAllBytes(Original);
        changed[^1] ^= 1;
        string other = folder.File("libLibTorchSharp.so");
        File.WriteAllBytes(other, changed);

        var refusal = Assert.Throws<DllNotFoundException>(() => PatchedLibTorchSharp.FileFor(other, folder.File("cache")));

        Assert.Contains("Install libstdc++ 13 or newer", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("cache")));
    }

    [Fact]
    public void Is_used_for_the_one_failure_it_is_for()
    {
        Assert.False(PatchedLibTorchSharp.IsNeeded(new DllNotFoundException("libgomp.so.1: cannot open shared object file")));
        Assert.Equal(
            OperatingSystem.IsLinux(),
            PatchedLibTorchSharp.IsNeeded(new DllNotFoundException("version `GLIBCXX_3.4.32' not found")));
    }
}

namespace MnistCnn.Native;

/// <summary>
/// A copy of <c>libLibTorchSharp.so</c> that loads where libstdc++ is older than GCC 13's: Debian 12, Ubuntu 22.04.
/// </summary>
/// <remarks>
/// <para>
/// The defect: TorchSharp 0.107.0 is linked against GCC 13's libstdc++, so the loader asks the system's for the version
/// <c>GLIBCXX_3.4.32</c>. Of that version the library uses one symbol, <c>std::ios_base_library_init()</c>, which only
/// starts the standard streams; <c>std::ios_base::Init::Init()</c> of <c>GLIBCXX_3.4</c> does the same.
/// <see cref="LibstdcxxRequirement"/> points the copy at the old one.
/// </para>
/// <para>Can be removed when TorchSharp is built on an older distribution, or when those two are out of use.</para>
/// </remarks>
internal static class PatchedLibTorchSharp
{
    private const string MissingVersion = "GLIBCXX_3.4.32";

    /// <summary>SHA-256 of the one file that the patch was tried on: TorchSharp 0.107.0, linux-x64.</summary>
    private const string ExpectedSha256 = "cf33b1b0bb6bbb9754a768fb5c5d04d9f498603be50e73f55621a0b40ee608b8";

    /// <summary>Whether a failed load is the defect that the patch is for.</summary>
    public static bool IsNeeded(DllNotFoundException failure) =>
        OperatingSystem.IsLinux() && failure.Message.Contains(MissingVersion, StringComparison.Ordinal);

    /// <summary>The path of the patched copy in the user's cache, written if it is not there or not whole.</summary>
    /// <param name="original">Full path of the vendor's file; it is only read.</param>
    /// <exception cref="DllNotFoundException">
    /// The original is another file than the one that was tried, or the copy cannot be written.
    /// </exception>
    public static string FileFor(string original) => FileFor(original, CacheRoot());

    /// <inheritdoc cref="FileFor(string)"/>
    /// <param name="original">Full path of the vendor's file; it is only read.</param>
    /// <param name="cacheRoot">The folder that holds a folder for each original.</param>
    public static string FileFor(string original, string cacheRoot)
    {
        byte[] bytes = File.ReadAllBytes(original);
        string sha256 = Sha256.HexOf(bytes);
        if (!string.Equals(sha256, ExpectedSha256, StringComparison.Ordinal))
        {
            throw new DllNotFoundException(
                $"This system's libstdc++ lacks {MissingVersion}, which TorchSharp's native library needs, and "
                + $"{Path.GetFileName(original)} is not the file that can be patched (SHA-256 {sha256}, expected "
                + $"{ExpectedSha256}). Install libstdc++ 13 or newer (Debian 13, Ubuntu 24.04, or the package "
                + "libstdc++6 of a newer release), or restore TorchSharp 0.107.0 afresh.");
        }

        LibstdcxxRequirement.LowerVersion(bytes);
        string file = PlaceOf(original, cacheRoot);
        string folder = Path.GetDirectoryName(file)!;
        try
        {
            if (!File.Exists(file) || !bytes.AsSpan().SequenceEqual(File.ReadAllBytes(file)))
            {
                Directory.CreateDirectory(folder);
                AtomicFile.WriteAllBytes(file, bytes);
            }
            else
            {
                AtomicFile.DeleteLeftovers(file);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DllNotFoundException(
                $"This system's libstdc++ lacks {MissingVersion}, so a patched copy of {Path.GetFileName(original)} is "
                + $"needed, and it cannot be written to {folder}: {failure.Message.TrimEnd('.')}. Make that possible, name "
                + "another folder in the environment (XDG_DATA_HOME), or install libstdc++ 13 or newer.",
                failure);
        }

        return file;
    }

    /// <summary>Where the patched copy belongs, whether it is there or not.</summary>
    internal static string PlaceOf(string original, string cacheRoot) =>
        Path.Combine(cacheRoot, ExpectedSha256[..16], Path.GetFileName(original));

    private static string CacheRoot() => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
            ? data
            : Path.GetTempPath(),
        "MnistCnn", "natives");
}

using System.Security.Cryptography;

namespace MnistCnn.Native;

/// <summary>SHA-256 checksums in the form in which they are published: 64 lower-case hexadecimal digits.</summary>
internal static class Sha256
{
    /// <summary>The checksum of some bytes.</summary>
    public static string HexOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
#pragma warning disable CA1308 // Published checksums are in lower case.
        return Convert.ToHexString(hash).ToLowerInvariant();
#pragma warning restore CA1308
    }
}
